"""What people write in cells and fields, read as Danes mean it: dates, counts, decimals, states, marks, years.

Every reader takes what a spreadsheet or a form may hold (text, number, date, nothing). It returns a plain value, None
for a blank, or raises `CellError` with a sentence that says what to do. Nothing here knows a model.
"""

from jobs.values.dates import month_and_year, parse_date
from jobs.values.numbers import (
    MAX_COUNT,
    Count,
    IntervalError,
    Written,
    parse_count,
    parse_decimal,
    parse_range,
    parse_written,
    parse_year,
)
from jobs.values.text import CellError, PortalDiffers, cell_text, clean_text, is_blank, match_key, shown
from jobs.values.words import CANCELLED, CLOSED, HELD, is_total_label, parse_mark, parse_state, parse_yes

__all__ = [
    "CANCELLED",
    "CLOSED",
    "HELD",
    "MAX_COUNT",
    "CellError",
    "Count",
    "IntervalError",
    "PortalDiffers",
    "Written",
    "cell_text",
    "clean_text",
    "is_blank",
    "is_total_label",
    "match_key",
    "month_and_year",
    "parse_count",
    "parse_date",
    "parse_decimal",
    "parse_mark",
    "parse_range",
    "parse_state",
    "parse_written",
    "parse_year",
    "parse_yes",
    "shown",
]
