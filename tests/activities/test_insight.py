"""What works?: the middle and range of each format, against a plain way of counting; silence below five evenings."""

from datetime import date, timedelta
from statistics import median

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from activities.insight import Evening, Insight, experience_of, insight_of, season_of, usual_by_season, what_works
from tests.factories import create_activity, create_held_session, create_member, create_plan, create_session, get_format
from tests.factories.programme import create_idea, create_item, create_season

TODAY = date(2026, 11, 24)

evening = st.builds(
    Evening,
    date=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    format_id=st.sampled_from([None, 1, 2]),
    theme=st.just(""),
    visits=st.integers(0, 300),
)


@given(evenings=st.lists(evening, max_size=30))
def test_insight_of_equals_the_plain_count(evenings):
    found = insight_of("Debat", evenings, usual_by_season(evenings))

    if len(evenings) < 5:
        assert found == Insight("Debat", len(evenings))
        return
    seasons = {12: 0, 1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 2, 7: 2, 8: 2, 9: 3, 10: 3, 11: 3}
    visits = sorted(one.visits for one in evenings)
    differences = []
    for one in evenings:
        alike = [other.visits for other in evenings if seasons[other.date.month] == seasons[one.date.month]]
        differences.append(one.visits - median(alike))
    assert found == Insight(
        "Debat", len(evenings), round(median(visits)), visits[0], visits[-1], round(median(differences))
    )


def test_season_of_begins_in_december_march_june_and_september():
    assert [season_of(date(2025, month, 1)) for month in range(1, 13)] == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0]
    assert season_of(date(2024, 2, 29)) == 0


@pytest.fixture
def cafe(db):
    return create_activity(plan=create_plan(slug="herredsvang"), name="Unge Cafeen")


def evenings_of(activity, heads, *, format_code="", theme="", start=date(2026, 9, 1)):
    for index, number in enumerate(heads):
        create_held_session(
            activity=activity,
            heads=number,
            date=start + timedelta(weeks=index),
            theme=theme,
            format=get_format(format_code) if format_code else None,
        )


def test_what_works_puts_the_best_attended_format_first(cafe):
    evenings_of(cafe, [40, 41, 42, 38, 50], format_code="debate")
    evenings_of(cafe, [20, 22, 24, 18, 26], format_code="film", start=date(2026, 9, 2))
    evenings_of(cafe, [99], format_code="food", start=date(2026, 9, 3))
    create_session(activity=cafe, date=date(2026, 10, 20), state="cancelled", format=get_format("debate"))
    create_held_session(activity=cafe, heads=500, date=TODAY + timedelta(days=1), format=get_format("debate"))

    found = what_works(cafe, today=TODAY)

    assert found.formats == [
        Insight("Debat", 5, 41, 38, 50, 3),
        Insight("Film", 5, 22, 18, 26, -16),
        Insight("Fællesspisning", 1),
    ]
    assert found.usual.evenings == 11
    assert found.highest == 99


def test_what_works_takes_spellings_of_a_theme_as_one(cafe):
    evenings_of(cafe, [30, 31, 32], theme="Hashrygning")
    evenings_of(cafe, [33, 34], theme="hashrygning ", start=date(2026, 10, 1))

    assert what_works(cafe, today=TODAY).themes == [Insight("Hashrygning", 5, 32, 30, 34, 0)]


def test_insight_says_it_in_words_to_a_volunteer(cafe, client):
    evenings_of(cafe, [40, 41, 42, 38, 50], format_code="debate", start=date(2025, 9, 1))
    client.force_login(create_member(plan=cafe.plan, role=Role.VOLUNTEER))

    page = client.get(reverse("activities:insight", args=["herredsvang"])).content.decode()

    assert "Fra 38 til 50 over 5 aftener." in page
    assert "Som ellers på den tid af året." in page


def test_insight_of_an_empty_plan_teaches_the_next_step(client, db):
    plan = create_plan(slug="tom")
    client.force_login(create_member(plan=plan, role=Role.VOLUNTEER))

    assert "Det kan vi ikke sige endnu" in client.get(reverse("activities:insight", args=["tom"])).content.decode()


@pytest.mark.parametrize("evenings", [1, 30])
def test_insight_asks_as_many_questions_of_many_evenings(cafe, client, django_assert_num_queries, evenings):
    evenings_of(cafe, [20] * evenings, format_code="film", start=date(2025, 9, 1))
    client.force_login(create_member(plan=cafe.plan, role=Role.VOLUNTEER))
    url = reverse("activities:insight", args=["herredsvang"])
    client.get(url)

    with django_assert_num_queries(7):
        client.get(url)


# -- beside ideas and on the form --------------------------------------------------------------------------------------


def test_experience_says_something_from_five_evenings_on(cafe, django_assert_num_queries):
    evenings_of(cafe, [10, 20, 30, 40, 50], format_code="debate", theme="Hash")
    evenings_of(cafe, [7, 7, 7, 7], format_code="film", theme="Kærlighed", start=date(2026, 3, 1))

    with django_assert_num_queries(1):
        found = experience_of(cafe, today=TODAY)
    debate, film = (get_format(code).pk for code in ("debate", "film"))

    assert (found.of_format(debate).middle, found.of_format(debate).evenings) == (30, 5)
    assert found.of_theme(" hash ") == found.of_format(debate)
    assert [found.of_format(film), found.of_format(None), found.of_theme("Kærlighed"), found.of_theme("")] == [None] * 4


@pytest.mark.parametrize(("evenings", "told"), [(4, False), (5, True)])
def test_board_and_form_tell_what_mostly_comes_from_five_evenings_on(client, cafe, evenings, told):
    evenings_of(cafe, [41] * evenings, format_code="debate", theme="Hash")
    season = create_season(activity=cafe)
    create_idea(activity=cafe, title="Hash", format=get_format("debate"))
    client.force_login(create_member(plan=cafe.plan, role=Role.VOLUNTEER))

    board = client.get(reverse("activities:programme_board", args=["herredsvang", season.pk])).content.decode()
    form = client.get(reverse("activities:programme_item_create", args=["herredsvang", season.pk])).content.decode()

    said = f'typisk <b class="num">41</b>, {evenings} aftener'
    assert (board.count(said), form.count(said)) == ((2, 1) if told else (0, 0))


@pytest.mark.parametrize("number", [1, 30])
def test_programme_form_takes_constant_queries(client, cafe, number, django_assert_max_num_queries):
    for row in range(number):
        evenings_of(cafe, [20] * 5, format_code="debate", theme=f"Tema {row}")
    item = create_item(season=create_season(activity=cafe), format=get_format("debate"))
    client.force_login(create_member(plan=cafe.plan, role=Role.VOLUNTEER))
    address = reverse("activities:programme_item_edit", args=["herredsvang", item.pk])
    client.get(address)

    with django_assert_max_num_queries(14):
        client.get(address)
