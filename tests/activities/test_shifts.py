"""Taking a shift, giving it up, swapping it: what is allowed, and what is refused in which words."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Role, VolunteerDetails
from activities.models import (
    ProgrammeHost,
    RemovedShift,
    SessionState,
    ShiftRole,
    ShiftSignup,
)
from activities.schedule import close_days, extend_schedules
from activities.series import end_series
from activities.shifts import (
    ShiftRefused,
    ask_swap,
    find_clash,
    forget_removed,
    give_up,
    owner_to_ring,
    take_over,
    take_shift,
    undo_giving_up,
    undo_taking,
)
from tests.factories import (
    create_activity,
    create_member,
    create_need,
    create_plan,
    create_schedule,
    create_session,
    create_shift,
    create_signup,
    create_user,
    create_volunteer,
)
from tests.factories.programme import create_item, create_season

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


def local(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


NOW = local(TUESDAY - timedelta(days=7), 12)


@pytest.fixture(autouse=True)
def a_week_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan()


@pytest.fixture
def cafe(plan):
    return create_activity(plan=plan, name="Unge Cafeen")


@pytest.fixture
def evening(cafe):
    return create_session(activity=cafe, date=TUESDAY, start_time=time(18), end_time=time(21))


@pytest.fixture
def door(evening):
    return create_shift(session=evening, role="door", minimum=1, maximum=2)


def standing(shift):
    return set(shift.signups.standing().values_list("user", flat=True))


def refusal(action, **arguments):
    with pytest.raises(ShiftRefused) as refused:
        action(**arguments)
    return str(refused.value)


# -- taking ------------------------------------------------------------------------------------------------------------


def test_taking_a_shift_twice_is_taking_it_once(plan, door):
    yasmin = create_volunteer(plan=plan)

    first = take_shift(shift=door, user=yasmin, now=NOW)

    assert take_shift(shift=door, user=yasmin, now=NOW) == first
    assert ShiftSignup.objects.count() == 1


def test_a_full_shift_is_refused(plan, door):
    for _ in range(2):
        take_shift(shift=door, user=create_volunteer(plan=plan), now=NOW)

    assert refusal(take_shift, shift=door, user=create_volunteer(plan=plan), now=NOW) == (
        "En anden var hurtigere: vagten er fyldt. Se, hvor der ellers mangler nogen."
    )


def test_a_given_up_place_is_free_again(plan, door):
    first, second, third = (create_volunteer(plan=plan) for _ in range(3))
    signup = take_shift(shift=door, user=first, now=NOW)
    take_shift(shift=door, user=second, now=NOW)
    give_up(signup=signup, now=NOW)

    take_shift(shift=door, user=third, now=NOW)

    assert standing(door) == {second.pk, third.pk}


@pytest.mark.parametrize(
    ("state", "day", "words"),
    [
        (SessionState.CANCELLED, TUESDAY, "Aftenen er aflyst."),
        (SessionState.CLOSED, TUESDAY, "Aftenen er aflyst."),
        (SessionState.HELD, TUESDAY, "Aftenen har været. Vagterne kan ikke ændres mere."),
        (SessionState.PLANNED, date(2026, 11, 16), "Aftenen har været. Vagterne kan ikke ændres mere."),
    ],
)
def test_only_coming_planned_evenings_take_anybody(plan, cafe, state, day, words):
    shift = create_shift(session=create_session(activity=cafe, date=day, state=state))

    assert refusal(take_shift, shift=shift, user=create_volunteer(plan=plan), now=NOW) == words


def test_a_shift_that_is_off_takes_nobody(plan, evening):
    shift = create_shift(session=evening, is_off=True)

    assert refusal(take_shift, shift=shift, user=create_volunteer(plan=plan), now=NOW) == (
        "Der er ikke brug for vagten den aften alligevel."
    )


def test_a_shift_can_be_taken_while_the_evening_runs(plan, door):
    take_shift(shift=door, user=create_volunteer(plan=plan), now=local(TUESDAY, 19))

    assert len(standing(door)) == 1


@pytest.mark.parametrize("role", [Role.BOARD, Role.PARTNER, Role.ADMINISTRATOR])
def test_other_roles_take_no_shifts(plan, door, role):
    words = refusal(take_shift, shift=door, user=create_member(plan=plan, role=role), now=NOW)

    assert words == "Kun frivillige og medarbejdere i planen kan tage vagter."


def test_outsiders_take_no_shifts(door):
    assert refusal(take_shift, shift=door, user=create_volunteer(plan=create_plan()), now=NOW)


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (2009, "Vagten er fra 18 år."),
        (None, "Vagten er fra 18 år, og vi kender ikke dit fødselsår. Bed en medarbejder om at skrive det."),
        (2008, ""),
    ],
)
def test_a_kind_of_shift_can_have_a_least_age(plan, door, born, words):
    ShiftRole.objects.filter(code="door").update(minimum_age=18)
    person = create_volunteer(plan=plan, birth_year=born)

    if words:
        assert refusal(take_shift, shift=door, user=person, now=NOW) == words
    else:
        assert take_shift(shift=door, user=person, now=NOW).user == person


# -- clashes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [
        (time(20), time(22), True),
        (time(21), time(23), False),
        (time(16), time(18), False),
        (time(12), time(19), True),
        (None, None, True),  # no times: the whole day
    ],
)
def test_two_shifts_at_one_time_are_refused(plan, door, start, end, clashes):
    other = create_session(
        activity=create_activity(plan=plan, name="Madklub"), date=TUESDAY, start_time=start, end_time=end
    )
    yasmin = create_volunteer(plan=plan)
    create_signup(shift=create_shift(session=other, role="kitchen"), user=yasmin)

    if clashes:
        assert refusal(take_shift, shift=door, user=yasmin, now=NOW) == "Da har du allerede: Køkken, Madklub."
    else:
        assert take_shift(shift=door, user=yasmin, now=NOW)


def test_an_evening_over_midnight_clashes_with_the_next_morning(plan, cafe):
    late = create_session(activity=cafe, date=TUESDAY, start_time=time(21), end_time=time(2))
    early = create_session(activity=cafe, date=TUESDAY + timedelta(days=1), start_time=time(1), end_time=time(3))
    yasmin = create_volunteer(plan=plan)
    create_signup(shift=create_shift(session=late), user=yasmin)

    assert find_clash(create_shift(session=early), user_id=yasmin.pk) == "Vært, Unge Cafeen"


def test_two_kinds_of_work_one_after_the_other_are_fine(plan, evening):
    yasmin = create_volunteer(plan=plan)
    create_signup(
        shift=create_shift(session=evening, role="kitchen", start_time=time(16), end_time=time(18)), user=yasmin
    )

    assert take_shift(shift=create_shift(session=evening, role="door"), user=yasmin, now=NOW)


def test_what_was_given_up_or_cancelled_clashes_with_nothing(plan, door):
    yasmin = create_volunteer(plan=plan)
    off = create_session(activity=create_activity(plan=plan), date=TUESDAY, state=SessionState.CANCELLED)
    create_signup(shift=create_shift(session=off), user=yasmin)
    same = create_session(activity=create_activity(plan=plan), date=TUESDAY)
    create_signup(shift=create_shift(session=same), user=yasmin, withdrawn_at=NOW)

    assert take_shift(shift=door, user=yasmin, now=NOW)


def test_who_hosts_elsewhere_is_refused_and_who_hosts_here_is_not(plan, cafe, evening, door):
    season = create_season(activity=cafe, starts_on=TUESDAY, ends_on=TUESDAY + timedelta(days=30))
    elsewhere = create_session(
        activity=create_activity(plan=plan), date=TUESDAY, start_time=time(19), end_time=time(20)
    )
    here, there = (
        create_item(season=season, session=session, title=title)
        for session, title in ((evening, "Debat her"), (elsewhere, "Film der"))
    )
    host, busy = create_volunteer(plan=plan), create_volunteer(plan=plan)
    ProgrammeHost.objects.create(plan=plan, item=here, user=host)
    ProgrammeHost.objects.create(plan=plan, item=there, user=busy)

    assert take_shift(shift=door, user=host, now=NOW)
    assert refusal(take_shift, shift=door, user=busy, now=NOW) == "Da har du allerede: Film der."


# -- giving up ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "is_late"),
    [
        (local(date(2026, 11, 23), 18), False),
        (local(date(2026, 11, 23), 18, 1), True),
        (local(TUESDAY, 17), True),
        (local(TUESDAY, 20), True),
    ],
)
def test_after_the_deadline_a_gap_is_late(plan, door, now, is_late):
    signup = create_signup(shift=door, user=create_volunteer(plan=plan))

    given_up = give_up(signup=signup, now=now)

    assert (given_up.withdrawn_at, given_up.is_late) == (now, is_late)
    assert give_up(signup=signup, now=now + timedelta(hours=1)).withdrawn_at == now


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_deadline_is_the_same_time_the_day_before_over_a_clock_change(plan, cafe, day):
    session = create_session(activity=cafe, date=day, start_time=time(18), end_time=time(21))
    signups = [
        create_signup(shift=create_shift(session=session, role=role), user=create_volunteer(plan=plan))
        for role in ("host", "door")
    ]
    deadline = local(day - timedelta(days=1), 18)

    assert not give_up(signup=signups[0], now=deadline).is_late
    assert give_up(signup=signups[1], now=deadline + timedelta(minutes=1)).is_late


def test_whom_a_colleague_takes_off_is_not_late(plan, door):
    signup = create_signup(shift=door, user=create_volunteer(plan=plan))

    assert not give_up(signup=signup, now=local(TUESDAY, 17), is_removed=True).is_late


def test_what_has_been_is_not_given_up(plan, door):
    signup = create_signup(shift=door, user=create_volunteer(plan=plan))

    assert refusal(give_up, signup=signup, now=local(TUESDAY + timedelta(days=1), 9))


# -- swapping ----------------------------------------------------------------------------------------------------------


def test_a_shift_is_taken_over_and_the_place_stays_one(plan, door):
    samir, yasmin = create_volunteer(plan=plan), create_volunteer(plan=plan)
    signup = create_signup(shift=door, user=samir)
    ask_swap(signup=signup, now=NOW)

    taken = take_over(signup=signup, user=yasmin, now=NOW)

    assert (standing(door), taken.replaces) == ({yasmin.pk}, signup)
    assert take_over(signup=signup, user=yasmin, now=NOW) == taken
    assert refusal(take_over, signup=signup, user=create_volunteer(plan=plan), now=NOW) == (
        "En anden var hurtigere, eller byttet er taget tilbage."
    )


def test_nobody_takes_what_is_not_offered(plan, door):
    signup = create_signup(shift=door, user=create_volunteer(plan=plan))
    ask_swap(signup=signup, now=NOW)
    ask_swap(signup=signup, now=NOW, wanted=False)

    assert refusal(take_over, signup=signup, user=create_volunteer(plan=plan), now=NOW)


def test_nobody_takes_over_into_a_clash(plan, door):
    signup = create_signup(shift=door, user=create_volunteer(plan=plan))
    ask_swap(signup=signup, now=NOW)
    busy = create_volunteer(plan=plan)
    create_signup(shift=create_shift(session=create_session(activity=create_activity(plan=plan), date=TUESDAY)),
                  user=busy)  # fmt: skip

    assert refusal(take_over, signup=signup, user=busy, now=NOW).startswith("Da har du allerede")
    assert len(standing(door)) == 1


def test_who_has_the_shift_cannot_take_it_twice(plan, door):
    samir, yasmin = create_volunteer(plan=plan), create_volunteer(plan=plan)
    signup = create_signup(shift=door, user=samir)
    create_signup(shift=door, user=yasmin)
    ask_swap(signup=signup, now=NOW)

    assert refusal(take_over, signup=signup, user=yasmin, now=NOW) == "Du har vagten i forvejen."


# -- undoing -----------------------------------------------------------------------------------------------------------


def test_undoing_a_taken_over_shift_gives_it_back(plan, door):
    samir, yasmin = create_volunteer(plan=plan), create_volunteer(plan=plan)
    signup = create_signup(shift=door, user=samir)
    ask_swap(signup=signup, now=NOW)
    taken = take_over(signup=signup, user=yasmin, now=timezone.now())

    assert undo_taking(signup=taken, now=timezone.now())

    signup.refresh_from_db()
    assert (standing(door), signup.swap_asked_at) == ({samir.pk}, NOW)


def test_undoing_gives_nobody_the_same_shift_twice(plan, door):
    samir, yasmin = create_volunteer(plan=plan), create_volunteer(plan=plan)
    signup = create_signup(shift=door, user=samir)
    ask_swap(signup=signup, now=NOW)
    taken = take_over(signup=signup, user=yasmin, now=NOW)
    take_shift(shift=door, user=samir, now=NOW)

    assert undo_taking(signup=taken, now=timezone.now())
    assert standing(door) == {samir.pk}


def test_taking_is_undone_within_the_hour_only(plan, door):
    signup = take_shift(shift=door, user=create_volunteer(plan=plan), now=NOW)

    assert not undo_taking(signup=signup, now=timezone.now() + timedelta(minutes=61))
    assert undo_taking(signup=signup, now=timezone.now() + timedelta(minutes=59))
    assert not undo_taking(signup=signup, now=timezone.now())


def test_giving_up_is_undone_unless_somebody_has_the_place(plan, evening):
    shift = create_shift(session=evening, maximum=1)
    samir = create_volunteer(plan=plan)
    signup = create_signup(shift=shift, user=samir)
    now = local(TUESDAY, 17)

    give_up(signup=signup, now=now)
    assert undo_giving_up(signup=signup, now=now + timedelta(minutes=1))
    assert undo_giving_up(signup=signup, now=now)  # a double tap
    signup.refresh_from_db()
    assert (signup.withdrawn_at, signup.is_late) == (None, False)

    give_up(signup=signup, now=now)
    take_shift(shift=shift, user=create_volunteer(plan=plan), now=now)
    assert not undo_giving_up(signup=signup, now=now)
    assert not undo_giving_up(signup=signup, now=now + timedelta(hours=2))


# -- evenings that go --------------------------------------------------------------------------------------------------


def test_a_closure_leaves_the_shift_as_cancelled_for_who_had_it(plan, cafe):
    create_need(activity=cafe, role="door")
    create_schedule(activity=cafe, starts_on=date(2026, 11, 3))
    extend_schedules(plan=plan, today=TUESDAY)
    shift = cafe.sessions.get(date=TUESDAY).shifts.get()
    signup = create_signup(shift=shift, user=create_user())
    create_signup(shift=shift, user=create_user(), withdrawn_at=NOW)

    _closure, removed = close_days(plan=plan, name="Ferie", starts_on=TUESDAY, ends_on=TUESDAY, today=TUESDAY)

    kept = RemovedShift.objects.get()
    assert removed == 1
    assert (kept.user, kept.uid, kept.title) == (signup.user, signup.uid, "Dør, Unge Cafeen")
    assert (kept.date, kept.start_time, kept.end_time) == (TUESDAY, time(18), time(21))


def test_a_series_that_ends_leaves_its_shifts_as_cancelled(plan, cafe):
    create_need(activity=cafe)
    schedule = create_schedule(activity=cafe, starts_on=date(2026, 11, 3))
    extend_schedules(plan=plan, today=TUESDAY)
    create_signup(shift=cafe.sessions.get(date=TUESDAY + timedelta(days=7)).shifts.get(), user=create_user())

    end_series(schedule=schedule, last_on=TUESDAY)

    assert RemovedShift.objects.get().date == TUESDAY + timedelta(days=7)


def test_removed_shifts_are_forgotten_after_30_days(plan):
    today = timezone.localdate()
    for days in (30, 31):
        shift = create_shift(session=create_session(activity=create_activity(plan=plan), date=today))
        signup = create_signup(shift=shift, user=create_user())
        RemovedShift.objects.create(
            plan=plan, user=signup.user, uid=signup.uid, title="Dør", date=today - timedelta(days=days)
        )

    assert forget_removed() == "1 removed shifts forgotten"
    assert RemovedShift.objects.get().date == today - timedelta(days=30)


# -- whom to ring ------------------------------------------------------------------------------------------------------


def test_the_coordinator_is_rung_first_and_then_whoever_has_a_phone(plan, cafe, evening):
    assert owner_to_ring(evening) is None

    leader = create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Anne")
    assert owner_to_ring(evening) == ("Anne", "")

    lotte = create_member(plan=plan, name="Lotte")
    assert owner_to_ring(evening) == ("Lotte", "")

    VolunteerDetails.objects.create(membership=leader.memberships.get(), phone="11 22 33 44")
    assert owner_to_ring(evening) == ("Anne", "11 22 33 44")

    cafe.owner = lotte
    assert owner_to_ring(evening) == ("Lotte", "")
