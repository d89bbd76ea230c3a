"""Writing, correcting and taking back the log of an evening."""

from datetime import date

import pytest

from activities.log import (
    LogConflict,
    LogRefused,
    SessionLog,
    clear_log,
    current_log,
    log_session,
    sensitive_theme,
    split_format,
    undo_log,
)
from activities.models import CountingMode, LogSource, SessionChange, SessionState
from tests.factories import (
    create_activity,
    create_age_band,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
    get_format,
)

pytestmark = pytest.mark.django_db
TODAY = date(2025, 1, 10)


@pytest.fixture
def plan():
    plan = create_plan()
    create_age_band(plan=plan, lowest=13, highest=17)
    create_age_band(plan=plan, lowest=18, highest=24)
    return plan


@pytest.fixture
def session(plan):
    return create_session(activity=create_activity(plan=plan, name="Unge Cafeen"))


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


def held(heads=38, **fields):
    return SessionLog(state=SessionState.HELD, heads_total=heads, **fields)


def write(session, log, by, **fields):
    return log_session(session=session, log=log, by=by, today=TODAY, **fields)


def test_log_session_writes_everything_and_who(session, lotte):
    log = held(
        age_bands={13: 24, 18: 10},
        volunteer_turns=4,
        theme="drømme og ærgrelser",
        format=get_format(),
        note="God stemning på gården",
        heads_estimated=True,
    )

    saved = write(session, log, lotte)

    session.refresh_from_db()
    assert current_log(session) == log
    assert (session.logged_by, session.log_source, session.version) == (lotte, LogSource.PERSON, 1)
    assert [(band.lowest, band.highest, band.heads) for band in session.age_bands.all()] == [
        (13, 17, 24),
        (18, 24, 10),
    ]
    assert (saved.pk, saved.version) == (session.pk, 1)


def test_log_session_keeps_zero_heads_as_held(session, lotte):
    assert write(session, held(0), lotte).heads_total == 0


def test_log_session_the_same_twice_is_harmless(session, lotte):
    write(session, held(), lotte, version=0)
    again = write(session, held(), lotte, version=0)

    assert (again.version, SessionChange.objects.count()) == (1, 1)


def test_log_session_conflict_when_somebody_else_wrote(session, lotte):
    write(session, held(38), lotte, version=0)

    with pytest.raises(LogConflict) as conflict:
        write(session, held(41), lotte, version=0)

    assert (conflict.value.current.heads_total, conflict.value.current.logged_by) == (38, lotte)
    session.refresh_from_db()
    assert session.heads_total == 38


def test_log_session_without_version_overwrites(session, lotte):
    write(session, held(38), lotte)

    assert write(session, held(41), lotte).heads_total == 41


@pytest.mark.parametrize(
    ("log", "field"),
    [
        (SessionLog(state=SessionState.PLANNED), "state"),
        (held(None), "heads_total"),
        (held(-1), "heads_total"),
        (held(10, age_bands={13: 1, 18: 11}), "band_18"),
        (held(10, age_bands={13: 6, 18: 5}), "age_bands"),
        (held(None, age_bands={13: 6}), "heads_total"),
        (SessionLog(state=SessionState.CANCELLED, heads_total=3), "heads_total"),
        (SessionLog(state=SessionState.CLOSED, volunteer_turns=3), "heads_total"),
    ],
)
def test_log_session_refuses_what_cannot_be_true(session, lotte, log, field):
    with pytest.raises(LogRefused) as refused:
        write(session, log, lotte)

    assert refused.value.field == field
    assert SessionChange.objects.count() == 0


def test_log_session_cancelled_with_zero_is_stored_without_count(session, lotte):
    saved = write(session, SessionLog(state=SessionState.CANCELLED, heads_total=0, reason="Sygdom"), lotte)

    assert (saved.state, saved.heads_total, saved.reason) == (SessionState.CANCELLED, None, "Sygdom")


def test_log_session_in_the_future_may_be_cancelled_but_not_held(plan, lotte):
    session = create_session(activity=create_activity(plan=plan), date=date(2025, 1, 14))

    with pytest.raises(LogRefused):
        write(session, held(), lotte)
    assert write(session, SessionLog(state=SessionState.CLOSED), lotte).state == SessionState.CLOSED


def test_log_session_tonight_may_be_held(plan, lotte):
    session = create_session(activity=create_activity(plan=plan), date=TODAY)

    assert write(session, held(), lotte).heads_total == 38


def test_log_session_refuses_locked_dates(plan, session, lotte):
    plan.figures_locked_until = date(2025, 1, 7)
    plan.save()

    with pytest.raises(LogRefused, match=r"7\. januar 2025"):
        write(session, held(), lotte)


def test_log_session_refuses_a_total_below_the_tick_list(plan, lotte):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=activity, heads=None)
    for _ in range(3):
        create_attendance(session=session, participant=create_participant(plan=plan))

    with pytest.raises(LogRefused) as refused:
        write(session, held(2), lotte)

    assert refused.value.params == {"known": 3}
    assert write(session, held(None), lotte).heads_total is None


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.CLOSED])
def test_log_session_refuses_cancelling_an_evening_with_ticks(plan, lotte, state):
    session = create_held_session(activity=create_activity(plan=plan, counting_mode="pseudonymous"), heads=None)
    create_attendance(session=session, participant=create_participant(plan=plan))

    with pytest.raises(LogRefused):
        write(session, SessionLog(state=state), lotte)


def test_log_session_marks_a_sensitive_theme(session, lotte):
    assert write(session, held(theme="hashrygning"), lotte).is_sensitive is True


def test_log_session_refuses_a_sensitive_theme_on_a_ticked_evening(plan, lotte):
    session = create_held_session(activity=create_activity(plan=plan, counting_mode="pseudonymous"), heads=None)
    create_attendance(session=session, participant=create_participant(plan=plan))

    with pytest.raises(LogRefused) as refused:
        write(session, held(20, theme="Rusmidler"), lotte)

    assert refused.value.field == "theme"


def test_log_session_takes_at_most_eight_queries(session, lotte, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):  # two of them are the test's savepoint
        write(session, held(age_bands={13: 3, 18: 2}), lotte, version=0)

    assert session.age_bands.count() == 2


def test_undo_log_brings_the_earlier_log_back_and_can_be_undone(session, lotte):
    write(session, held(38, age_bands={13: 24}, note="Første"), lotte)
    write(session, held(41, note="Anden"), lotte)

    undo_log(session=session, by=lotte)
    session.refresh_from_db()
    assert (session.heads_total, session.note, session.age_bands.get().heads) == (38, "Første", 24)

    undo_log(session=session, by=lotte)
    session.refresh_from_db()
    assert (session.heads_total, session.note, session.age_bands.count()) == (41, "Anden", 0)


def test_undo_log_makes_a_first_log_unlogged_again(session, lotte):
    write(session, held(), lotte)

    undo_log(session=session, by=lotte, version=1)

    session.refresh_from_db()
    assert (session.state, session.heads_total, session.logged_at, session.logged_by) == ("planned", None, None, None)
    assert session.is_unlogged(TODAY)


def test_undo_log_never_takes_back_what_a_colleague_wrote_since(session, lotte):
    write(session, held(38), lotte)
    write(session, held(41), lotte)

    with pytest.raises(LogConflict):
        undo_log(session=session, by=lotte, version=1)


def test_undo_log_without_history_changes_nothing(session, lotte):
    assert undo_log(session=session, by=lotte).version == 0


def test_clear_log_keeps_the_theme(session, lotte):
    write(session, held(38, theme="Quiz", note="Sjovt"), lotte)

    cleared = clear_log(session=session, by=lotte)

    assert (cleared.state, cleared.theme, cleared.note, cleared.heads_total) == ("planned", "Quiz", "", None)
    undo_log(session=session, by=lotte)
    session.refresh_from_db()
    assert (session.heads_total, session.note) == (38, "Sjovt")


def test_session_change_keeps_both_sides(session, lotte):
    write(session, held(38), lotte)

    change = SessionChange.objects.get()

    assert (change.before["state"], change.after["state"], change.after["heads_total"]) == ("planned", "held", 38)
    assert change.changed_by == lotte


@pytest.mark.parametrize(
    "theme",
    ["hashrygning", "Debat: kærlighed og kultur", "Rusmidler", "SOCIAL KONTROL", "Ungdomskriminalitet",
     "vold i hjemmet",
     "psykisk sundhed", "Om stoffer", "Bander"],
)  # fmt: skip
def test_sensitive_theme_knows_the_words(theme):
    assert sensitive_theme(theme) is True


@pytest.mark.parametrize(
    "theme",
    ["", "Quiz", "Fællesspisning", "Turnering i FIFA", "Stoftryk og syning", "Koncert på scenen", "Jobsøgning og CV",
     "Besøg fra politiet", "Uddannelsesaften med UU-vejleder", "Voldgraven i Ribe", "Kreativ aften"],
)  # fmt: skip
def test_sensitive_theme_leaves_the_others_alone(theme):
    assert sensitive_theme(theme) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Debat: hashrygning", ("debate", "hashrygning")),
        ("DEBAT :  social  kontrol", ("debate", "social kontrol")),
        ("Fællesspisning: sambusa", ("food", "sambusa")),
        ("Quiz", (None, "Quiz")),
        ("Emne: ukendt form", (None, "Emne: ukendt form")),
        ("Debat:", ("debate", "")),
        ("", (None, "")),
    ],
)
def test_split_format(text, expected):
    assert split_format(text) == expected
