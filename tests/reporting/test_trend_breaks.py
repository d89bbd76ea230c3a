"""Where on a small chart a changed definition stands."""

import pytest

from reporting.board_rows import _trend_breaks

POINTS = [{"on": "2026-07-01", "value": "1"}, {"on": "2026-08-01", "value": "2"}, {"on": "2026-09-01", "value": "3"}]


@pytest.mark.parametrize(
    ("day", "places"),
    [
        ("2026-06-30", []),
        ("2026-07-01", [0.0]),
        ("2026-08-01", [0.5]),
        ("2026-08-16", [(1 + 15 / 31) / 2]),
        ("2026-09-01", []),
    ],
)
def test_trend_breaks_lie_between_the_points_by_their_day(day, places):
    assert _trend_breaks([{"on": day, "text": ""}], POINTS) == places


def test_trend_breaks_of_no_trend_are_none():
    assert _trend_breaks([{"on": "2026-08-01", "text": ""}], POINTS[:1]) == []
    assert _trend_breaks([], []) == []
