"""The demo: deterministic, honest about what nobody logged, and never mixed with a real plan."""

from datetime import date, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone

from accounts.models import Mail, Membership, Plan, Role, User
from activities.hours import active_volunteers
from activities.models import Activity, ActivityAlias, Reference, Session, SessionChange, SessionState, ShiftSignup
from activities.reference_paper import read_paper
from activities.shift_board import missing_by_session
from config.demo.nation import build_nation
from partners.models import Contact, focus_areas
from reporting.models import Indicator, Release, Target
from reporting.releases import latest_release
from residents.models import Attendance, Participant
from tests.factories import create_plan, create_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def seed(**options) -> str:
    out = StringIO()
    call_command("seed_demo", **{"size": "small", "today": TODAY, "stdout": out, **options})
    return out.getvalue()


def snapshot() -> list[tuple]:
    """All that a figure could depend on, without keys of the database."""
    sessions = Session.objects.order_by("date", "start_time", "activity__name").values_list(
        "activity__name", "date", "state", "heads_total", "known_heads", "volunteer_turns", "theme", "note", "logged_at"
    )
    ticks = Attendance.objects.order_by("date", "activity__name", "participant__alias", "participant__birth_year")
    return [*sessions, *ticks.values_list("date", "activity__name", "participant__alias", "participant__birth_year")]


def test_same_seed_and_day_give_the_same_plan():
    seed()
    first = snapshot()
    seed(flush=True)

    assert snapshot() == first


def test_another_seed_gives_other_evenings():
    seed()
    first = snapshot()
    seed(flush=True, seed=2)

    assert snapshot() != first


def test_a_later_day_leaves_the_evenings_before_it_as_they_were():
    seed(today=date(2026, 11, 3))
    before = {row[:6] for row in snapshot() if len(row) == 9 and row[1] < date(2026, 10, 1)}
    seed(flush=True, today=TODAY, size="plan")
    after = {row[:6] for row in snapshot() if len(row) == 9}

    assert before - after == set()


def test_plan_has_four_areas_and_the_activities_of_the_sheets():
    seed(without_logs=True)
    plan = Plan.objects.get(slug="herredsvang")

    assert (plan.starts_on, plan.ends_on, plan.is_demo) == (date(2023, 7, 1), date(2027, 6, 30), True)
    assert [area.name for area in focus_areas(plan)] == [
        "Beskæftigelse",
        "Uddannelse og livschancer",
        "Kriminalpræventiv indsats",
        "Sammenhængskraft og medborgerskab",
    ]
    named = {"Unge Cafeen", "Jobcafé", "Motionsklub for kvinder", "Haveklub", "Madklub", "Lektiecafé", "Jobdating"}
    assert named <= set(Activity.objects.values_list("name", flat=True))
    assert set(Activity.objects.values_list("focus_area__position", flat=True)) == {1, 2, 3, 4}
    spellings = {
        "Unge Café",
        "Unge-cafeen",
        "Job café",
        "Jobcafe",
        "Madklubben",
        "Haveklubben",
        "Motionsklub f. kvinder",
    }
    assert spellings <= set(ActivityAlias.objects.values_list("text", flat=True))


def test_without_logs_has_no_past_session_and_no_participant():
    seed(without_logs=True)

    assert Session.objects.filter(date__lt=TODAY).count() == 0
    assert Session.objects.exclude(state=SessionState.PLANNED).count() == 0
    assert (Attendance.objects.count(), Participant.objects.count()) == (0, 0)
    assert Session.objects.filter(activity__name="Unge Cafeen", date=TODAY).count() == 1


def test_whole_plan_looks_like_herredsvang():
    seed(size="plan")
    cafe = Session.objects.filter(activity__name="Unge Cafeen", state=SessionState.HELD)
    heads = cafe.aggregate(least=Min("heads_total"), most=Max("heads_total"), evenings=Count("pk"))
    debates = list(cafe.filter(format__code="debate").values_list("heads_total", flat=True))
    others = list(cafe.exclude(format__code="debate").values_list("heads_total", flat=True))
    states = Session.objects.filter(date__lt=TODAY).aggregate(
        unlogged=Count("pk", filter=Q(state=SessionState.PLANNED)),
        cancelled=Count("pk", filter=Q(state=SessionState.CANCELLED)),
        all=Count("pk"),
    )

    assert heads["least"] >= 20
    assert heads["most"] <= 50
    assert heads["evenings"] > 120
    assert sum(debates) / len(debates) > sum(others) / len(others) + 5
    assert Session.objects.filter(date__month=7).count() == 0
    assert 0.002 < states["unlogged"] / states["all"] < 0.05
    assert states["cancelled"] > 20
    assert Session.objects.filter(date__lt=date(2023, 9, 1)).exists()
    assert Session.objects.filter(date=TODAY, state=SessionState.PLANNED).exists()
    months = set(Release.objects.values_list("as_of", flat=True))
    assert months >= {date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)}


def test_ticks_agree_with_the_sessions_that_carry_them():
    seed()
    counted = Session.objects.annotate(ticks=Count("attendances")).values_list("ticks", "known_heads", "state")

    assert [row for row in counted if row[0] != row[1]] == []
    assert {state for ticks, _known, state in counted if ticks} == {SessionState.HELD}
    assert Attendance.objects.exclude(activity__counting_mode="pseudonymous").count() == 0
    assert Session.objects.filter(logged_at__gt=timezone.make_aware(datetime(2026, 11, 24, 8))).count() == 0


def test_every_log_has_its_writer_and_some_were_corrected_by_a_colleague():
    seed()
    logged = Session.objects.exclude(state=SessionState.PLANNED)
    twice = Session.objects.annotate(lines=Count("changes")).filter(lines=2)

    assert logged.filter(changes__isnull=True).count() == 0
    assert logged.filter(logged_by__isnull=True).count() == 0
    assert sorted(twice.values_list("activity__name", flat=True)) == ["Fredagsbold", "Søndagscafé", "Unge Cafeen"]
    assert SessionChange.objects.filter(changed_at__date__gt=TODAY).count() == 0


def test_volunteers_have_shifts_and_the_past_agrees_with_the_log():
    seed()
    cafe = Activity.objects.get(name="Unge Cafeen")
    coming = ShiftSignup.objects.standing().filter(
        user__email="frivillig@demo.example", shift__session__date__gte=TODAY
    )
    held = Session.objects.filter(activity=cafe, state=SessionState.HELD)

    assert coming.first().shift.session.date == TODAY
    assert missing_by_session(plan=cafe.plan, sessions=cafe.sessions.filter(date=TODAY)) != {}
    for session in held:
        signed = ShiftSignup.objects.filter(shift__session=session, was_there=True).values("user").distinct().count()
        assert signed == session.volunteer_turns
    assert active_volunteers(cafe.plan, TODAY) == 7
    assert ShiftSignup.objects.filter(swap_asked_at__isnull=False).count() == 1


def test_figures_are_released_on_the_first_of_the_month():
    seed()
    newest = latest_release(Plan.objects.get(), date(2026, 7, 1), date(2027, 6, 30))

    assert newest.as_of == date(2026, 10, 31)
    assert timezone.localtime(newest.released_at).replace(tzinfo=None) == datetime(2026, 11, 1, 6)


def test_targets_stand_for_each_plan_year():
    seed(without_logs=True)

    assert Indicator.objects.count() == 15
    assert Target.objects.filter(indicator__code="K2").order_by("starts_on").values_list("value", flat=True)[3] == 30
    assert {low.value for low in Target.objects.filter(indicator__code="B8", high=50)} == {30}
    assert Target.objects.get(indicator__code="S9").due_on == date(2024, 7, 1)


def test_six_logins_one_for_each_role_and_the_partner_is_a_contact():
    seed(without_logs=True)
    logins = {user.email: user for user in User.objects.filter(is_demo=True) if user.has_usable_password()}
    roles = {member.user.email.partition("@")[0]: member.role for member in Membership.objects.select_related("user")}

    assert sorted(logins) == sorted(
        f"{box}@demo.example" for box in ("leder", "medarbejder", "frivillig", "styregruppe", "partner", "admin")
    )
    assert all(user.check_password("demo") for user in logins.values())
    assert roles["leder"] == Role.PROJECT_MANAGER
    assert roles["styregruppe"] == Role.BOARD
    assert roles["admin"] == Role.ADMINISTRATOR
    assert Contact.objects.get(user__email="partner@demo.example").organisation.name == "Ungdomsskolen Vest"
    assert User.objects.filter(is_superuser=True).count() == 0


def test_nation_fills_postgresql_and_is_refused_on_sqlite():
    if connection.vendor != "postgresql":
        with pytest.raises(CommandError, match="PostgreSQL"):
            seed(size="nation")
        assert Plan.objects.count() == 0
        return
    said: list[str] = []
    indexes = index_names()
    report = build_nation(today=TODAY, seed=1, scale=0.01, owner=None, say=said.append, names=("Agerhøj", "Åparken"))

    assert sorted(Plan.objects.values_list("slug", flat=True)) == ["aaparken", "agerhoej"]
    assert report.attendances.rows == Attendance.objects.count() > 5000
    assert report.sessions.rows == Session.objects.filter(state=SessionState.HELD).count()
    wrong = Session.objects.annotate(ticks=Count("attendances")).exclude(ticks=F("known_heads"))
    assert wrong.count() == 0
    assert index_names() == indexes
    Session.objects.create(plan=Plan.objects.first(), activity=Activity.objects.first(), date=TODAY)


def index_names() -> set[str]:
    with connection.cursor() as cursor:
        return {
            name
            for table in ("activities_session", "residents_attendance")
            for name in connection.introspection.get_constraints(cursor, table)
        }


def test_no_accounts_where_others_can_reach_the_server(monkeypatch):
    open_to_all = type("Open", (), {"loopback": False})()
    monkeypatch.setattr(settings, "ENVIRONMENT", open_to_all)
    seed(without_logs=True)

    assert User.objects.count() == 0
    assert Plan.objects.filter(slug="herredsvang").count() == 1


def test_figures_are_the_same_without_accounts(monkeypatch):
    seed()
    first = snapshot()
    open_to_all = type("Open", (), {"loopback": False})()
    monkeypatch.setattr(settings, "ENVIRONMENT", open_to_all)
    seed(flush=True)

    assert User.objects.count() == 0
    assert snapshot() == first


def test_a_second_run_changes_nothing():
    seed(without_logs=True)
    before = list(Session.objects.values_list("pk", flat=True))

    assert "nothing was changed" in seed(without_logs=True)
    assert list(Session.objects.values_list("pk", flat=True)) == before


def test_without_logs_is_refused_over_a_demo_with_logs():
    seed()

    with pytest.raises(CommandError, match="--flush"):
        seed(without_logs=True)


def test_a_real_plan_is_never_touched():
    real = create_plan(slug="gellerup", name="Gellerup")

    with pytest.raises(CommandError, match="real plan"):
        seed(flush=True)
    assert list(Plan.objects.all()) == [real]


def test_remove_takes_demo_plans_and_accounts_and_nothing_else():
    seed()
    person = create_user()
    out = seed(remove=True)

    assert out.splitlines() == ["Removed 1 demo plans and 17 demo accounts."]
    assert list(User.objects.all()) == [person]
    assert (Plan.objects.count(), Attendance.objects.count(), Session.objects.count()) == (0, 0, 0)


def test_one_reference_is_approved_and_one_waits_and_nobody_is_written_to():
    seed()
    rows = Reference.objects.order_by("approved_at").values_list("user__name", "approved_by__name")
    paper = read_paper(Reference.objects.approved().get())

    assert set(rows) == {("Samir Haddad", None), ("Yasmin Ahmadi", "Lotte Madsen")}
    assert paper.contribution.evenings > 0
    assert paper.contribution.themes
    assert Mail.objects.count() == 0
