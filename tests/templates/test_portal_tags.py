"""The tags and filters that every page uses."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.templatetags import portal_tags


def render(source: str, **context: object) -> str:
    return Template("{% load portal_tags %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1234.5, None, "1.234,5"),
        (33, None, "33"),
        (33.04, None, "33"),
        (Decimal("33.36"), None, "33,4"),
        (2.5, 0, "3"),
        (1269, 2, "1.269,00"),
        (-4, None, "−4"),
        (0, None, "0"),
        (None, None, "–"),
        ("", None, "–"),
        (float("nan"), None, "–"),
        ("ca. 30", None, "ca. 30"),
    ],
)
def test_da_number_writes_danish_numbers(value, decimals, expected):
    with translation.override("da"):
        assert portal_tags.da_number(value, decimals) == expected


def test_da_number_follows_the_language_of_the_page():
    with translation.override("en"):
        assert portal_tags.da_number(1234.5) == "1,234.5"


@pytest.mark.parametrize(("share", "expected"), [(0.905, "91 %"), (1, "100 %"), (0, "0 %"), (None, "–")])
def test_da_percent_rounds_a_share(share, expected):
    with translation.override("da"):
        assert portal_tags.da_percent(share) == expected


@time_machine.travel("2026-11-20 12:00 +0100", tick=False)
def test_da_date_names_the_year_only_when_it_is_another():
    day = datetime.date(2026, 11, 24)
    with translation.override("da"):
        assert portal_tags.da_date(day) == "tirsdag 24. november"
        assert portal_tags.da_date(day, "plain") == "24. november"
        assert portal_tags.da_date(datetime.date(2025, 3, 3)) == "mandag 3. marts 2025"
        assert portal_tags.da_date(None) == "–"
    with translation.override("en"):
        assert portal_tags.da_date(day) == "Tuesday 24 November"


@time_machine.travel("2026-11-20 12:00 +0100", tick=False)
def test_da_date_short_writes_may_whole():
    with translation.override("da"):
        days = [portal_tags.da_date(datetime.date(2025, month, 20), "short") for month in (4, 5, 11)]

    assert days == ["20. apr. 2025", "20. maj 2025", "20. nov. 2025"]


@time_machine.travel("2026-11-20 12:00 +0100", tick=False)
def test_da_date_reads_a_late_evening_in_local_time():
    late = datetime.datetime(2026, 11, 24, 23, 30, tzinfo=datetime.UTC)
    with translation.override("da"):
        assert portal_tags.da_date(late, "plain") == "25. november"


def test_da_time_range_uses_full_stops_and_an_en_dash():
    evening = timezone.make_aware(datetime.datetime(2026, 7, 1, 18, 0))
    assert portal_tags.da_time_range(evening, datetime.time(21, 0)) == "18.00–21.00"
    assert portal_tags.da_time_range(datetime.time(9, 5)) == "09.05"
    assert portal_tags.da_time_range(None) == "–"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lotte Mikkelsen", "LM"),
        ("Åse Maria Østergaard", "ÅØ"),
        ("leder@demo.example", "L"),
        ("anne.bro@demo.example", "AB"),
        ("", "?"),
    ],
)
def test_initials_are_two_letters_at_most(name, expected):
    assert portal_tags.initials(SimpleNamespace(name=name)) == expected


@pytest.mark.parametrize(
    ("area", "expected"), [(3, 3), ("2", 2), (None, 0), (7, 0), ("", 0), (SimpleNamespace(position=4), 4)]
)
def test_area_position_is_neutral_outside_the_four(area, expected):
    assert portal_tags.area_position(area) == expected


def test_area_chip_escapes_the_name():
    chip = portal_tags.area_chip(SimpleNamespace(position=1, name="<b>Job</b>"))
    assert '<span class="chip area-1">' in chip
    assert "<span>&lt;b&gt;Job&lt;/b&gt;</span>" in chip


def test_icon_is_silent_unless_it_has_a_name():
    assert 'aria-hidden="true"' in portal_tags.icon("lock")
    assert 'role="img" aria-label="Låst &quot;her&quot;"' in portal_tags.icon("lock", "", 'Låst "her"')


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("undo:/herredsvang/log/3/fortryd/", "/herredsvang/log/3/fortryd/"),
        ("safe undo:/a/", "/a/"),
        ("undo://elsewhere.example/", ""),
        ("undo:javascript", ""),
        ("", ""),
    ],
)
def test_undo_url_stays_on_this_site(tags, expected):
    assert portal_tags.undo_url(SimpleNamespace(extra_tags=tags)) == expected


def test_sparkline_draws_a_line_with_points_not_commas_in_its_numbers():
    with translation.override("da"):
        drawn = render("{% sparkline values 20 3 'Fra 10 til 15' %}", values=[10, 12.5, None, 15])
    assert '<polyline class="spark-line" points="5,22 68.3,17.8"/>' in drawn
    assert 'aria-label="Fra 10 til 15"' in drawn
    assert '<line class="spark-target" x1="5" x2="195" y1="5" y2="5"/>' in drawn
    assert '<circle class="spark-dot" cx="195" cy="13.5" r="4"/>' in drawn


def test_sparkline_draws_a_dashed_line_where_the_figure_is_counted_otherwise():
    drawn = render("{% sparkline values None 3 'Tal' breaks %}", values=[10, 12, 15], breaks=[0.25])

    assert drawn.count("spark-break") == 1
    assert '<line class="spark-break" x1="52.5" x2="52.5" y1="1" y2="43"/>' in drawn


@pytest.mark.parametrize("values", [[], [None, None], None])
def test_sparkline_without_figures_is_a_dashed_floor(values):
    assert 'class="spark-none"' in render("{% sparkline values %}", values=values)


def test_sparkline_says_its_figures_when_no_label_is_given():
    with translation.override("da"):
        assert 'aria-label="Udvikling: 1, –, 2,5"' in render("{% sparkline values %}", values=[1, None, 2.5])


def test_bar_chart_brings_its_numbers_as_a_table():
    with translation.override("da"):
        drawn = render("{% bar_chart rows 'Fremmøder' 120 1 'fremmøder' %}", rows=[("aug", 118), ("sep", None)])
    assert '<th scope="row">aug</th><td class="num text-end">118</td>' in drawn
    assert '<th scope="row">sep</th><td class="num text-end">–</td>' in drawn
    assert drawn.count('class="bars-bar"') == 1
    assert "Mål 120" in drawn


def test_heat_strip_tells_zero_from_not_logged():
    with translation.override("da"):
        drawn = render("{% heat_strip cells 'Uge for uge' 3 %}", cells=[("uge 1", 0), ("uge 2", None), ("uge 3", 40)])
    assert 'class="heat-cell heat-0"' in drawn
    assert 'class="heat-cell heat-none"' in drawn
    assert '<span class="visually-hidden">uge 2: Ikke registreret</span>' in drawn


numbers = st.one_of(st.none(), st.floats(0, 1e6), st.integers(0, 10**6))


@given(values=st.lists(numbers, max_size=60), target=numbers)
def test_drawings_never_leave_their_frame(values, target):
    drawn = portal_tags.sparkline(values, target)
    points = [pair.split(",") for line in drawn["lines"] for pair in line.split()] + drawn["lone"]
    assert all(5 <= float(x) <= 195 and 5 <= float(y) <= 39 for x, y in points)
    bars = portal_tags.bar_chart([(index, value) for index, value in enumerate(values)], "x", target)["bars"]
    assert all(bar["y"] is None or 0 <= float(bar["y"]) <= 100 for bar in bars)
