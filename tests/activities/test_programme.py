"""From an idea to an evening and back, with two people at once, and what the log of the evening sees of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time

import pytest
from django.db import connection

from activities.log import SessionLog, log_session
from activities.models import HELD, Idea, IdeaState, ItemState, ProgrammeItem, Session, SessionState
from activities.programme import (
    DateTaken,
    ItemConflict,
    ItemRefused,
    accept_idea,
    approve_item,
    cancel_item,
    place_idea,
    place_item,
    restore_item,
    take_off,
    unapprove_item,
    undo_step,
)
from activities.programme_items import edit_item
from activities.schedule import close_days
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_schedule,
    create_session,
    get_format,
)
from tests.factories.programme import create_idea, create_item, create_season

pytestmark = pytest.mark.django_db
TUESDAY, NEXT = date(2027, 1, 12), date(2027, 1, 19)


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang")


@pytest.fixture
def cafe(plan):
    return create_activity(plan=plan, name="Unge Cafeen")


@pytest.fixture
def season(cafe):
    return create_season(activity=cafe)


@pytest.fixture
def slot(season):
    return season.slots.get()


@pytest.fixture
def yasmin(plan):
    return create_member(plan=plan, role="volunteer", name="Yasmin Ahmadi")


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


def evening(cafe, day=TUESDAY, **fields):
    return create_session(activity=cafe, date=day, start_time=time(18), end_time=time(21), **fields)


def stand(item):
    """Where it stands and how far it is."""
    item.refresh_from_db()
    return item.session, item.state


def about(session):
    session.refresh_from_db()
    return session.theme, session.format and session.format.code, session.is_sensitive


# -- ideas -------------------------------------------------------------------------------------------------------------


def test_idea_becomes_an_item_once(cafe, season, yasmin, lotte):
    idea = create_idea(activity=cafe, title="Kærlighed og kultur", format=get_format())

    item = accept_idea(idea=idea, season=season, by=yasmin)
    again = accept_idea(idea=idea, season=season, by=lotte)

    idea.refresh_from_db()
    assert (again, ProgrammeItem.objects.count(), idea.state) == (item, 1, IdeaState.ACCEPTED)
    assert (item.title, item.format, item.is_sensitive) == ("Kærlighed og kultur", get_format(), True)
    assert stand(item) == (None, ItemState.ACCEPTED)


@pytest.mark.parametrize("state", [IdeaState.HIDDEN, IdeaState.MERGED])
def test_idea_that_was_put_away_is_refused(cafe, season, yasmin, state):
    with pytest.raises(ItemRefused):
        accept_idea(idea=create_idea(activity=cafe, state=state), season=season, by=yasmin)


def test_idea_of_another_activity_is_refused(plan, season, yasmin):
    other = create_idea(activity=create_activity(plan=plan))

    with pytest.raises(ItemRefused):
        accept_idea(idea=other, season=season, by=yasmin)


# -- dates -------------------------------------------------------------------------------------------------------------


def test_item_is_placed_moved_taken_off_and_each_is_undone(cafe, season, slot, yasmin, plan):
    item, first, second = create_item(season=season), evening(cafe), evening(cafe, NEXT)

    placed = place_item(item=item, session=first, slot=slot, by=yasmin)
    assert stand(item) == (first, ItemState.DRAFT)
    moved = place_item(item=item, session=second, slot=slot, by=yasmin)
    assert stand(item) == (second, ItemState.DRAFT)
    off = take_off(item=item, by=yasmin)
    assert stand(item) == (None, ItemState.ACCEPTED)

    assert undo_step(plan=plan, token=moved, by=yasmin) is False  # somebody has gone on from there
    assert undo_step(plan=plan, token=off, by=yasmin) is True
    assert stand(item) == (second, ItemState.DRAFT)
    assert undo_step(plan=plan, token=off, by=yasmin) is False
    assert placed


def test_placing_where_it_stands_is_nothing(cafe, season, slot, yasmin):
    item, session = create_item(season=season), evening(cafe)
    place_item(item=item, session=session, slot=slot, by=yasmin)
    item.refresh_from_db()

    assert place_item(item=item, session=session, slot=slot, by=yasmin, version=0) == ""  # a double click
    assert ProgrammeItem.objects.get().version == item.version


def test_date_taken_says_what_stands_there(cafe, season, slot, yasmin):
    session = evening(cafe)
    create_item(season=season, session=session, title="Filmaften")
    item = create_item(season=season)

    with pytest.raises(DateTaken) as refused:
        place_item(item=item, session=session, slot=slot, by=yasmin)

    assert str(refused.value) == "Den 12. januar er der allerede “Filmaften”."
    assert stand(item) == (None, ItemState.ACCEPTED)


def test_a_cancelled_item_frees_its_date(cafe, season, slot, yasmin):
    session = evening(cafe)
    gone = create_item(season=season, session=session)
    cancel_item(item=gone, by=yasmin)
    item = create_item(season=season)

    place_item(item=item, session=session, slot=slot, by=yasmin)

    assert (stand(item), stand(gone)) == ((session, ItemState.DRAFT), (session, ItemState.CANCELLED))
    restore_item(item=gone, by=yasmin)
    assert stand(gone) == (None, ItemState.ACCEPTED)


def test_two_items_change_places_and_back(cafe, season, slot, yasmin, plan):
    first, second = evening(cafe), evening(cafe, NEXT)
    one, two = create_item(season=season, session=first), create_item(season=season, session=second)

    token = place_item(item=one, session=second, slot=slot, by=yasmin, swap_with=two.pk)
    assert (stand(one)[0], stand(two)[0]) == (second, first)

    assert undo_step(plan=plan, token=token, by=yasmin) is True
    assert (stand(one)[0], stand(two)[0]) == (first, second)


def test_an_item_from_the_shelf_changes_places_with_one_on_a_date(cafe, season, slot, yasmin, plan):
    session = evening(cafe)
    standing, shelved = create_item(season=season, session=session), create_item(season=season)

    token = place_item(item=shelved, session=session, slot=slot, by=yasmin, swap_with=standing.pk)
    assert (stand(shelved), stand(standing)) == ((session, ItemState.DRAFT), (None, ItemState.ACCEPTED))

    assert undo_step(plan=plan, token=token, by=yasmin) is True
    assert (stand(shelved), stand(standing)) == ((None, ItemState.ACCEPTED), (session, ItemState.DRAFT))


def test_changing_places_is_refused_when_another_item_stands_there_by_now(cafe, season, slot, yasmin):
    session = evening(cafe)
    create_item(season=season, session=session, title="Quiz")
    item = create_item(season=season)

    with pytest.raises(DateTaken):
        place_item(item=item, session=session, slot=slot, by=yasmin, swap_with=item.pk)


def test_whoever_moves_second_is_told(cafe, season, slot, yasmin, lotte):
    item, first, second = create_item(season=season), evening(cafe), evening(cafe, NEXT)
    place_item(item=item, session=first, slot=slot, by=lotte, version=0)

    with pytest.raises(ItemConflict) as late:
        place_item(item=item, session=second, slot=slot, by=yasmin, version=0)

    assert (late.value.current.session, late.value.current.changed_by) == (first, lotte)
    assert stand(item)[0] == first


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.CLOSED])
def test_an_evening_that_is_called_off_takes_nothing(cafe, season, slot, yasmin, state):
    with pytest.raises(ItemRefused) as refused:
        place_item(item=create_item(season=season), session=evening(cafe, state=state), slot=slot, by=yasmin)

    assert str(refused.value) == "12. januar er aflyst. Vælg en anden dag."


def test_what_was_held_stays_where_it_was(cafe, season, slot, yasmin):
    held = create_held_session(activity=cafe, date=TUESDAY)
    item = create_item(season=season, session=held, state=ItemState.APPROVED)

    assert item.shown_state == HELD
    for step in (
        lambda: place_item(item=item, session=evening(cafe, NEXT), slot=slot, by=yasmin),
        lambda: take_off(item=item, by=yasmin),
        lambda: cancel_item(item=item, by=yasmin),
    ):
        with pytest.raises(ItemRefused):
            step()


def test_undoing_gives_the_idea_back(cafe, season, slot, yasmin, plan):
    idea = create_idea(activity=cafe)
    session = evening(cafe)
    _item, token = place_idea(idea=idea, season=season, session=session, slot=slot, by=yasmin)
    assert place_idea(idea=idea, season=season, session=session, slot=slot, by=yasmin) == (_item, "")  # a double click

    assert undo_step(plan=plan, token=token, by=yasmin) is True
    assert (ProgrammeItem.objects.count(), Idea.objects.get().state) == (0, IdeaState.OPEN)


def test_undo_is_refused_in_another_plan_and_with_a_made_up_token(cafe, season, slot, yasmin, plan):
    token = place_item(item=create_item(season=season), session=evening(cafe), slot=slot, by=yasmin)

    assert undo_step(plan=create_plan(), token=token, by=yasmin) is False
    assert undo_step(plan=plan, token="opdigtet", by=yasmin) is False


def test_undo_is_refused_when_the_evening_is_gone(cafe, season, slot, yasmin, plan):
    session, item = evening(cafe), create_item(season=season)
    place_item(item=item, session=session, slot=slot, by=yasmin)
    token = take_off(item=item, by=yasmin)
    session.delete()

    assert undo_step(plan=plan, token=token, by=yasmin) is False


def test_a_closure_leaves_the_item_on_the_shelf(cafe, season, slot, yasmin, lotte, plan):
    session = evening(cafe, schedule=create_schedule(activity=cafe), scheduled_on=TUESDAY)
    item = create_item(season=season, session=session, state=ItemState.PUBLISHED)

    close_days(plan=plan, name="Vandskade", starts_on=TUESDAY, ends_on=TUESDAY, today=date(2027, 1, 1))

    assert stand(item) == (None, ItemState.PUBLISHED)
    place_item(item=item, session=evening(cafe, NEXT), slot=slot, by=yasmin)
    assert stand(item)[1] == ItemState.PUBLISHED  # it is approved, so it only waits to be published again


@pytest.mark.django_db(transaction=True)
def test_of_two_who_place_on_one_date_at_once_one_is_told(cafe, season, slot, yasmin, lotte):
    session = evening(cafe)
    items = [create_item(season=season, title="A"), create_item(season=season, title="B")]

    def place(number):
        try:
            return place_item(item=items[number], session=session, slot=slot, by=(yasmin, lotte)[number])
        except DateTaken as taken:
            return taken.occupant.title
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(place, range(2)))

    assert ProgrammeItem.objects.filter(session=session).count() == 1
    assert sorted(len(result) > 1 for result in results) == [False, True]


def test_an_idea_for_a_taken_date_stays_an_idea(cafe, season, slot, yasmin):
    session, idea = evening(cafe), create_idea(activity=cafe)
    create_item(season=season, session=session)

    with pytest.raises(DateTaken):
        place_idea(idea=idea, season=season, session=session, slot=slot, by=yasmin)

    idea.refresh_from_db()
    assert (idea.state, ProgrammeItem.objects.count()) == (IdeaState.OPEN, 1)


# -- states ------------------------------------------------------------------------------------------------------------


def test_item_goes_through_its_states_and_back(cafe, season, yasmin, lotte, plan):
    session = evening(cafe)
    item = create_item(season=season, session=session)

    approved = approve_item(item=item, by=lotte)
    assert (stand(item), item.approved_by) == ((session, ItemState.APPROVED), lotte)
    assert undo_step(plan=plan, token=approved, by=lotte) is True
    assert (stand(item), item.approved_by) == ((session, ItemState.DRAFT), None)
    approve_item(item=item, by=lotte)
    unapproved = unapprove_item(item=item, by=lotte)
    assert stand(item) == (session, ItemState.DRAFT)
    assert undo_step(plan=plan, token=unapproved, by=lotte) is True
    assert (stand(item)[1], item.approved_by) == (ItemState.APPROVED, lotte)
    cancelled = cancel_item(item=item, by=yasmin)
    assert stand(item) == (session, ItemState.CANCELLED)
    assert undo_step(plan=plan, token=cancelled, by=yasmin) is True
    assert stand(item) == (session, ItemState.APPROVED)


def test_approving_needs_a_date(season, lotte):
    with pytest.raises(ItemRefused):
        approve_item(item=create_item(season=season), by=lotte)


# -- the evening -------------------------------------------------------------------------------------------------------


def test_approved_theme_goes_onto_the_evening_and_into_the_log(cafe, season, lotte):
    session = evening(cafe)
    item = create_item(
        season=season,
        session=session,
        title="Snak om hash",
        theme="hashrygning",
        format=get_format(),
        is_sensitive=True,
    )
    assert about(session) == ("", None, False)

    approve_item(item=item, by=lotte)

    assert about(session) == ("hashrygning", "debate", True)
    log_session(
        session=session,
        log=SessionLog(state="held", heads_total=41, theme="hashrygning", format=get_format(), is_sensitive=True),
        by=lotte,
        version=session.version,
        today=TUESDAY,
    )
    assert Session.objects.filter(state="held", format__code="debate").count() == 1


def test_theme_moves_with_the_item_and_leaves_nothing_behind(cafe, season, slot, lotte):
    first, second = evening(cafe), evening(cafe, NEXT)
    item = create_item(season=season, session=first, title="Filmaften", format=get_format("film"))
    approve_item(item=item, by=lotte)

    place_item(item=item, session=second, slot=slot, by=lotte)
    assert (about(first), about(second)) == (("", None, False), ("Filmaften", "film", False))
    cancel_item(item=item, by=lotte)
    assert about(second) == ("", None, False)


def test_first_slot_gives_the_evening_its_theme(cafe, lotte):
    season = create_season(activity=cafe, slots=("Tema", "Mad"))
    theme, food = season.slots.all()
    session = evening(cafe)
    create_item(season=season, session=session, slot=food, title="Suppe", format=get_format("food"), state="approved")
    item = create_item(season=season, session=session, slot=theme, title="Ytringsfrihed", format=get_format())

    approve_item(item=item, by=lotte)

    assert about(session) == ("Ytringsfrihed", "debate", False)


def test_a_sensitive_draft_makes_the_evening_head_count_only_at_once(cafe, season, slot, yasmin):
    session, item = evening(cafe), create_item(season=season, is_sensitive=True)

    place_item(item=item, session=session, slot=slot, by=yasmin)
    assert about(session) == ("", None, True)
    take_off(item=item, by=yasmin)
    assert about(session) == ("", None, False)


def test_a_draft_leaves_a_theme_that_was_there_before(cafe, season, slot, yasmin):
    session = evening(cafe, theme="Quiz")

    place_item(item=create_item(season=season), session=session, slot=slot, by=yasmin)

    assert about(session)[0] == "Quiz"


@pytest.mark.parametrize("state", [SessionState.HELD, SessionState.CANCELLED])
def test_a_logged_evening_is_never_touched(cafe, season, lotte, state):
    session = create_session(activity=cafe, date=TUESDAY, state=state, theme="som det var")
    item = create_item(season=season, session=session, title="Noget andet")

    approve_item(item=item, by=lotte)

    assert about(session)[0] == "som det var"


def test_a_locked_evening_is_never_touched(cafe, season, lotte, plan):
    plan.figures_locked_until = TUESDAY
    plan.save()
    session = evening(cafe)

    approve_item(item=create_item(season=season, session=session, title="Film"), by=lotte)

    assert about(session)[0] == ""


def test_the_change_of_theme_stands_in_the_history_of_the_evening(cafe, season, lotte):
    session = evening(cafe)
    approve_item(item=create_item(season=season, session=session, title="Filmaften"), by=lotte)

    change = session.changes.get()

    assert (change.changed_by, change.before["theme"], change.after["theme"]) == (lotte, "", "Filmaften")
    session.refresh_from_db()
    assert session.version == 1


# -- its words ---------------------------------------------------------------------------------------------------------


def edit(item, by, *, version=None, may_approve=False, hosts=None, **values):
    return edit_item(
        item=item, values=values, hosts=hosts or {}, by=by, version=item.version if version is None else version,
        may_approve=may_approve,
    )  # fmt: skip


def test_a_volunteers_change_of_what_is_public_needs_approval_again(cafe, season, yasmin, lotte):
    session = evening(cafe)
    item = create_item(season=season, session=session, title="Film")
    approve_item(item=item, by=lotte)
    item.refresh_from_db()

    assert edit(item, yasmin, budget=300).state == ItemState.APPROVED
    item.refresh_from_db()
    assert edit(item, yasmin, title="Anden film").state == ItemState.DRAFT
    assert about(session)[0] == "Film"  # until staff has looked at it
    item.refresh_from_db()
    approve_item(item=item, by=lotte)
    assert about(session)[0] == "Anden film"
    item.refresh_from_db()
    assert edit(item, lotte, title="Tredje film", may_approve=True).state == ItemState.APPROVED
    assert about(session)[0] == "Tredje film"


def test_sensitive_words_are_sensitive_whatever_is_ticked(season, yasmin):
    item = create_item(season=season, title="Snak")

    assert edit(item, yasmin, title="Snak om hash", is_sensitive=False).is_sensitive is True


def test_two_who_edit_at_once_lose_nothing(season, yasmin, lotte):
    item = create_item(season=season, title="Film")
    edit(item, lotte, title="Lottes film")

    with pytest.raises(ItemConflict) as late:
        edit(item, yasmin, title="Yasmins film", version=0)
    assert (late.value.current.title, late.value.current.changed_by) == ("Lottes film", lotte)
    assert edit(item, lotte, title="Lottes anden film", version=0).title == "Lottes anden film"  # her own back button


def test_hosts_are_replaced_and_the_same_again_changes_nothing(season, yasmin, lotte):
    item = create_item(season=season)

    edit(item, yasmin, hosts={yasmin.pk: False, lotte.pk: True})
    item.refresh_from_db()
    assert dict(item.hosts.values_list("user", "is_moderator")) == {yasmin.pk: False, lotte.pk: True}
    assert edit(item, yasmin, hosts={yasmin.pk: False, lotte.pk: True}).version == item.version
