"""What a figure set may hold: `figure_set.schema.json`, checked before a release is frozen, and served to its readers.

The schema closes every object: a key that it does not name cannot be released. So a new key needs a line there, which
is the moment to ask whether it says anything about a person.
"""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jsonschema

SCHEMA = Path(__file__).with_name("figure_set.schema.json")


@cache
def figure_set_schema() -> dict[str, Any]:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


@cache
def _validator() -> "jsonschema.Draft202012Validator":
    import jsonschema  # here, not above: only a release needs its 4 MB

    return jsonschema.Draft202012Validator(figure_set_schema())


def check_figure_set(figure_set: dict[str, Any]) -> None:
    """Raises `jsonschema.ValidationError` for what must not be frozen."""
    _validator().validate(figure_set)
