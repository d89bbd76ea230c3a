"""What is published, what a calendar may rely on, and what never becomes public."""

import json
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.models import GuestRole, ItemState, ProgrammeItem, ProgrammeRelease, Session, SessionState
from activities.programme_release import (
    ProgrammeChanged,
    ReleaseDamaged,
    draft_release,
    is_theme_off,
    latest_release,
    newest_releases,
    next_rows,
    publish_programme,
    read_items,
    read_release,
    withdraw_release,
)
from jobs.canonical import canonical_json, fingerprint
from tests.factories import create_activity, create_member, create_plan, create_session, create_venue, get_format
from tests.factories.programme import create_guest, create_host, create_item, create_season

pytestmark = pytest.mark.django_db
TUESDAY, NEXT = date(2027, 1, 12), date(2027, 1, 19)


@pytest.fixture
def cafe():
    plan = create_plan(slug="herredsvang", name="Herredsvang", area="Herredsvang")
    return create_activity(plan=plan, name="Unge Cafeen")


@pytest.fixture
def season(cafe):
    return create_season(activity=cafe, name="Forår 2027")


def evening(cafe, day=TUESDAY, **fields):
    return create_session(activity=cafe, date=day, start_time=time(18), end_time=time(21), **fields)


def approved(season, session, title="Kærlighed og kultur", **fields):
    return create_item(season=season, session=session, title=title, state=ItemState.APPROVED, **fields)


def publish(season):
    return publish_programme(season=season, by=None)


def rows(outcome):
    return read_items(outcome.release)


def test_release_holds_the_public_content_and_nothing_else(cafe, season):
    session = evening(cafe, venue=create_venue(plan=cafe.plan))
    item = approved(season, session, format=get_format(), description="Panel og pizza", simple_description="Vi taler")
    create_guest(item=item, name="Mette Holm", title="psykolog", is_public=True, phone="99 88 77 66")
    create_guest(item=item, name="Hemmelig Gæst", role=GuestRole.PANEL)
    create_host(item=item, user=create_member(plan=cafe.plan, name="Yasmin Ahmadi"))

    release = publish(season).release

    assert read_release(release) == {
        "schema": 1,
        "plan": {"slug": "herredsvang", "name": "Herredsvang", "area": "Herredsvang"},
        "activity": {"name": "Unge Cafeen", "area_position": 3},
        "season": {"name": "Forår 2027", "from": "2027-01-01", "to": "2027-06-30"},
        "items": [
            {
                "uid": str(item.uid),
                "sequence": 0,
                "date": "2027-01-12",
                "start": "18:00",
                "end": "21:00",
                "title": "Kærlighed og kultur",
                "theme": "",
                "format": "Debat",
                "format_en": "Debate",
                "description": "Panel og pizza",
                "simple": "Vi taler",
                "venue": "Kulturhuset",
                "guests": ["Mette Holm, psykolog"],
                "cancelled": False,
            }
        ],
    }
    assert [word for word in ("99 88", "Hemmelig", "Yasmin") if word in release.content] == []
    assert release.content == canonical_json(read_release(release))
    assert release.sha256 == fingerprint(release.content)


def test_release_takes_only_what_staff_approved(cafe, season):
    create_item(season=season, session=evening(cafe), title="Kladde")
    create_item(season=season, title="På hylden", state=ItemState.ACCEPTED)
    item = approved(season, evening(cafe, NEXT))

    assert [row["title"] for row in rows(publish(season))] == ["Kærlighed og kultur"]
    item.refresh_from_db()
    assert item.state == ItemState.PUBLISHED


def test_publishing_unchanged_content_gives_the_same_release(cafe, season):
    item = approved(season, evening(cafe))
    first = publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.APPROVED)  # unapproved and approved again

    again = publish(season)

    assert (again.release.pk, again.is_new, again.changes) == (first.release.pk, False, [])
    item.refresh_from_db()
    assert item.state == ItemState.PUBLISHED


def test_moved_item_keeps_its_uid_and_counts_on(cafe, season):
    item = approved(season, evening(cafe))
    publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(session=evening(cafe, NEXT))

    outcome = publish(season)

    (row,) = rows(outcome)
    assert (row["uid"], row["sequence"], row["date"]) == (str(item.uid), 1, "2027-01-19")
    assert [(change.kind, change.fields) for change in outcome.changes] == [("moved", ["date"])]
    item.refresh_from_db()
    assert item.sequence == 1


@pytest.mark.parametrize("how", ["cancelled", "shelved", "evening gone", "evening cancelled", "deleted"])
def test_what_is_taken_away_stays_as_cancelled(cafe, season, how):
    session = evening(cafe)
    item = approved(season, session)
    publish(season)
    row = ProgrammeItem.objects.filter(pk=item.pk)
    match how:
        case "cancelled":
            row.update(state=ItemState.CANCELLED)
        case "shelved":
            row.update(session=None, slot=None, state=ItemState.ACCEPTED)
        case "evening gone":
            session.delete()
        case "evening cancelled":
            Session.objects.filter(pk=session.pk).update(state=SessionState.CANCELLED, logged_at="2027-01-01 12:00Z")
        case "deleted":
            row.delete()

    outcome = publish(season)

    (left,) = rows(outcome)
    assert (left["uid"], left["sequence"], left["cancelled"], left["date"]) == (str(item.uid), 1, True, "2027-01-12")
    assert [change.kind for change in outcome.changes] == ["cancelled"]
    assert publish(season).is_new is False


def test_a_theme_called_off_leaves_its_evening_unless_something_else_stands_there(cafe, season):
    session = evening(cafe)
    item = approved(season, session)
    publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.CANCELLED)
    (alone,) = rows(publish(season))
    approved(season, session, title="Film")

    outcome = publish(season)

    assert (alone["cancelled"], alone["evening_stands"], alone["sequence"]) == (True, True, 1)
    assert [(row["title"], row["cancelled"], "evening_stands" in row, row["sequence"]) for row in rows(outcome)] == [
        ("Film", False, False, 0), ("Kærlighed og kultur", True, False, 2),
    ]  # fmt: skip


def test_what_an_earlier_release_called_off_stays_as_it_was_said(cafe, season):
    item = approved(season, evening(cafe))
    publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.CANCELLED)
    release = publish(season).release
    content = json.loads(release.content)
    del content["items"][0]["evening_stands"]  # as it was written before the key came
    old = canonical_json(content)
    ProgrammeRelease.objects.filter(pk=release.pk).update(content=old, sha256=fingerprint(old))

    assert draft_release(season).changes == []
    assert is_theme_off(content["items"][0]) is False


def test_what_comes_back_is_no_longer_cancelled(cafe, season):
    session = evening(cafe)
    item = approved(season, session)
    publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.CANCELLED)
    publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.APPROVED)

    outcome = publish(season)

    assert [(row["sequence"], row["cancelled"]) for row in rows(outcome)] == [(2, False)]
    assert [change.kind for change in outcome.changes] == ["back"]


def test_what_waits_for_approval_again_stands_as_it_stood(cafe, season):
    item = approved(season, evening(cafe))
    publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.DRAFT, title="Noget helt andet")

    outcome = publish(season)

    assert (outcome.is_new, [row["title"] for row in rows(outcome)]) == (False, ["Kærlighed og kultur"])
    assert [waiting.pk for waiting in draft_release(season).waiting] == [item.pk]


def test_a_guest_deleted_after_publishing_is_gone_from_the_next_release(cafe, season):
    item = approved(season, evening(cafe))
    guest = create_guest(item=item, name="Mette Holm", is_public=True)
    first = publish(season)
    guest.delete()

    second = publish(season)

    assert [row["guests"] for row in rows(first)] == [["Mette Holm"]]
    assert [(row["guests"], row["sequence"]) for row in rows(second)] == [([], 1)]


def test_publishing_is_refused_when_the_programme_changed_meanwhile(cafe, season):
    approved(season, evening(cafe))
    seen = draft_release(season).sha256
    approved(season, evening(cafe, NEXT), title="Filmaften")

    with pytest.raises(ProgrammeChanged):
        publish_programme(season=season, by=None, seen=seen)
    assert season.releases.count() == 0


def test_withdrawing_brings_the_release_before_it_back(cafe, season):
    first_item = approved(season, evening(cafe))
    first = publish(season).release
    second_item = approved(season, evening(cafe, NEXT), title="Filmaften")
    second = publish(season).release

    assert withdraw_release(release=second) is True
    assert latest_release(cafe.plan, cafe) == first
    states = dict(ProgrammeItem.objects.values_list("pk", "state"))
    assert states == {first_item.pk: ItemState.PUBLISHED, second_item.pk: ItemState.APPROVED}
    assert withdraw_release(release=second) is False

    again = publish(season)
    assert (again.is_new, again.release.number) == (True, 3)
    assert [change.kind for change in again.changes] == ["new"]  # for the public, who saw the first
    assert [row["sequence"] for row in rows(again)] == [0, 0]


def test_a_withdrawn_first_release_leaves_nothing_public(cafe, season):
    approved(season, evening(cafe))
    withdraw_release(release=publish(season).release)

    assert latest_release(cafe.plan, cafe) is None
    assert [change.kind for change in draft_release(season).changes] == ["new"]


def test_latest_release_is_of_the_season_that_runs(cafe):
    autumn = create_season(activity=cafe, name="Efterår 2026", starts_on=date(2026, 8, 1), ends_on=date(2026, 12, 31))
    spring = create_season(activity=cafe, name="Forår 2027")
    autumn_release, spring_release = publish(autumn).release, publish(spring).release

    assert latest_release(cafe.plan, cafe, today=date(2026, 12, 1)) == autumn_release
    assert latest_release(cafe.plan, cafe, today=date(2027, 1, 1)) == spring_release
    assert latest_release(cafe.plan, cafe, today=date(2028, 1, 1)) == spring_release
    assert newest_releases(cafe.plan, cafe) == [autumn_release, spring_release]
    assert latest_release(create_plan(), cafe) is None


def test_a_release_that_was_tampered_with_is_refused(cafe, season):
    approved(season, evening(cafe))
    release = publish(season).release
    ProgrammeRelease.objects.filter(pk=release.pk).update(content=release.content.replace("Kærlighed", "Had"))
    release.refresh_from_db()

    with pytest.raises(ReleaseDamaged):
        read_items(release)


@pytest.mark.parametrize("number", [1, 30])
def test_draft_takes_constant_queries(cafe, season, number, django_assert_num_queries):
    for day in range(number):
        create_guest(item=approved(season, evening(cafe, TUESDAY + timedelta(days=day))), is_public=True)
    publish(season)

    with django_assert_num_queries(3):
        draft_release(season)


STATES = st.sampled_from([ItemState.ACCEPTED, ItemState.DRAFT, ItemState.APPROVED, ItemState.CANCELLED])
STEP = st.lists(st.tuples(STATES, st.booleans(), st.sampled_from(["A", "B"])), min_size=3, max_size=3)


@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_no_uid_ever_vanishes_and_no_sequence_ever_falls(steps):
    """Whatever is done between two releases: a calendar that knew an item is told of it for ever."""
    plan_items = [ProgrammeItem(pk=number, title="A") for number in range(3)]
    for item in plan_items:
        item._prefetched_objects_cache = {"guests": []}
    session = Session(date=TUESDAY, start_time=time(18), end_time=time(21))
    known: dict = {}
    for step in steps:
        for item, (state, is_placed, title) in zip(plan_items, step, strict=True):
            item.state, item.title, item.session = state, title, session if is_placed else None
        new = {row["uid"]: row for row in next_rows(plan_items, known)}

        assert known.keys() <= new.keys()
        for uid, old in known.items():
            assert (new[uid]["sequence"] > old["sequence"]) == (new[uid] != old)
        assert {row["uid"]: row for row in next_rows(plan_items, new)} == new
        known = new
