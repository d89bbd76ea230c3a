"""What is lacking, or there twice: each flag, and when it is none."""

from datetime import date, time

import pytest

from accounts.models import Role
from activities.models import GuestRole, ItemState, SessionState
from activities.programme_board import load_board
from tests.factories import (
    create_activity,
    create_contact,
    create_member,
    create_organisation,
    create_plan,
    create_session,
    create_shift,
    create_signup,
    create_venue,
    create_volunteer,
    get_format,
)
from tests.factories.programme import create_guest, create_host, create_item, create_season

pytestmark = pytest.mark.django_db
TODAY = date(2027, 1, 5)
TUESDAY, LATER = date(2027, 1, 12), date(2027, 3, 2)


@pytest.fixture
def plan():
    return create_plan()


@pytest.fixture
def venue(plan):
    return create_venue(plan=plan, name="Kulturhuset")


@pytest.fixture
def cafe(plan):
    return create_activity(plan=plan, name="Unge Cafeen")


@pytest.fixture
def season(cafe):
    return create_season(activity=cafe)


@pytest.fixture
def evening(cafe, venue):
    return create_session(activity=cafe, date=TUESDAY, start_time=time(18), end_time=time(21), venue=venue)


def flags(season, *, sees_ages=True):
    return [(flag.code, flag.text) for flag in load_board(season, today=TODAY, sees_ages=sees_ages).flags]


def beside(plan, venue=None, *, start=19, day=TUESDAY, name="Fredagsbold", **fields):
    """An evening of another activity."""
    other = create_activity(plan=plan, name=name)
    return create_session(
        activity=other, date=day, start_time=time(start), end_time=time(start + 2), venue=venue, **fields
    )


def test_a_full_evening_with_everything_has_no_flag(plan, season, evening):
    item = create_item(season=season, session=evening, format=get_format())
    create_host(item=item, user=create_member(plan=plan), is_moderator=True)

    assert flags(season) == []


def test_an_empty_evening_is_flagged_when_it_is_soon(cafe, season, evening, venue):
    create_session(activity=cafe, date=LATER, venue=venue)
    create_session(activity=cafe, date=date(2027, 1, 4), venue=venue)  # over

    assert flags(season) == [("empty", "12. januar er tom, og det er snart.")]


def test_something_on_an_evening_that_is_called_off(cafe, season, venue):
    off = create_session(activity=cafe, date=TUESDAY, state=SessionState.CANCELLED, venue=venue)
    create_item(season=season, session=off, title="Film")

    assert flags(season) == [("off", "12. januar er aflyst. Flyt “Film”.")]


@pytest.mark.parametrize("led_by", ["host", "guest", "nobody"])
def test_a_debate_needs_somebody_who_leads_it(plan, season, evening, led_by):
    item = create_item(season=season, session=evening, title="Kærlighed", format=get_format())
    create_host(item=item, user=create_member(plan=plan), is_moderator=led_by == "host")
    create_guest(item=item, role=GuestRole.MODERATOR if led_by == "guest" else GuestRole.PANEL)

    expected = [("moderator", "Ingen styrer debatten “Kærlighed” endnu.")] if led_by == "nobody" else []
    assert flags(season) == expected


def test_an_item_without_a_place(cafe, season):
    session = create_session(activity=cafe, date=TUESDAY)
    create_item(season=season, session=session, title="Film")

    assert flags(season) == [("venue", "“Film” har ikke noget sted endnu.")]


def test_a_host_in_two_places_at_once(plan, season, evening):
    samir = create_member(plan=plan, role=Role.VOLUNTEER, name="Samir Haddad")
    create_host(item=create_item(season=season, session=evening), user=samir)
    other = beside(plan)
    elsewhere = create_season(activity=other.activity)
    create_host(item=create_item(season=elsewhere, session=other, title="Kampaften"), user=samir)

    assert flags(season) == [("twice", "Samir Haddad er med til “Kampaften” på samme tid.")]


@pytest.mark.parametrize(("start", "expected"), [(19, 1), (21, 0), (16, 0)])
def test_only_what_overlaps_is_twice(plan, season, evening, venue, start, expected):
    create_item(season=season, session=evening)
    beside(plan, venue, start=start)  # 21-23 begins when the café ends

    assert len(flags(season)) == expected


def test_a_room_that_another_activity_uses(plan, season, evening, venue):
    create_item(season=season, session=evening)
    beside(plan, venue)
    beside(plan, venue, state=SessionState.CANCELLED, name="Aflyst klub")

    assert flags(season) == [("twice", "Kulturhuset er optaget af “Fredagsbold” på det tidspunkt.")]


@pytest.mark.parametrize("known", [True, False])
def test_a_guest_in_two_places_at_once(plan, season, evening, known):
    contact = create_contact(organisation=create_organisation(plan=plan), name="Henrik Dam") if known else None
    names = ("Henrik Dam", "H. Dam") if known else ("Henrik Dam", "henrik  dam")
    create_guest(item=create_item(season=season, session=evening), name=names[0], contact=contact)
    other = beside(plan)
    item = create_item(season=create_season(activity=other.activity), session=other, title="Besøg")
    create_guest(item=item, name=names[1], contact=contact)

    assert flags(season) == [("twice", "Henrik Dam er med til “Besøg” på samme tid.")]


def test_two_items_of_one_evening_may_share_everything(plan, cafe, evening):
    season = create_season(activity=cafe, slots=("Tema", "Mad"))
    samir = create_member(plan=plan)
    for slot in season.slots.all():
        create_host(item=create_item(season=season, session=evening, slot=slot), user=samir)

    assert flags(season) == []


@pytest.mark.parametrize(
    ("birth_years", "expected"),
    [((2010,), 1), ((2009,), 0), ((2010, 1990), 0), ((2010, 2011), 0), ((None,), 0), ((), 0)],
)
def test_somebody_below_18_alone_on_a_shift(plan, season, evening, birth_years, expected):
    create_item(season=season, session=evening)
    shift = create_shift(session=evening, maximum=3)
    for number, year in enumerate(birth_years):
        create_signup(shift=shift, user=create_volunteer(plan=plan, name=f"Ung {number}", birth_year=year))

    found = flags(season)
    assert [code for code, _text in found] == ["alone"] * expected
    assert all("Ung er under 18 og alene på vagten" in text for _code, text in found)


@pytest.mark.parametrize(("maximum", "team", "peers"), [
    (2, "", ""),
    (1, " Der er ikke plads til flere. Gør plads til én mere, eller vær der selv.",
     " Der er ikke plads til flere. Spørg en medarbejder."),
])  # fmt: skip
def test_a_peers_age_is_for_the_team_alone(plan, season, evening, maximum, team, peers):
    create_item(season=season, session=evening)
    shift = create_shift(session=evening, role="technology", maximum=maximum)
    create_signup(shift=shift, user=create_volunteer(plan=plan, name="Viktor Ung", birth_year=2010))

    assert flags(season) == [("alone", f"Viktor er under 18 og alene på vagten: teknik.{team}")]
    assert flags(season, sees_ages=False) == [("alone", f"Der mangler en voksen på vagten: teknik.{peers}")]


def test_too_many_of_one_kind(cafe, season, venue):
    season.format_limit = 2
    for day in (2, 9, 16):
        session = create_session(activity=cafe, date=date(2027, 3, day), venue=venue)
        item = create_item(season=season, session=session, format=get_format("film"))
    create_item(season=season, format=get_format("film"))  # on the shelf: does not count

    assert flags(season) == [("many", "Film: 3 gange. I har aftalt højst 2.")]
    item.state = ItemState.CANCELLED
    item.save()
    assert flags(season) == []


def test_a_season_without_a_limit_or_with_mixed_evenings_is_let_be(cafe, season, venue):
    for day in (2, 9, 16, 23):
        session = create_session(activity=cafe, date=date(2027, 3, day), venue=venue)
        create_item(season=season, session=session, format=get_format("other"))
    season.format_limit = 1
    assert flags(season) == []
    season.format_limit = None
    assert flags(season) == []


def test_flags_come_by_date_and_once(cafe, season, evening):
    create_session(activity=cafe, date=date(2027, 1, 19))
    create_item(season=season, session=evening, title="Debat", format=get_format())

    assert [code for code, _text in flags(season)] == ["moderator", "empty"]
