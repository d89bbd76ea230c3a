"""The read-only API as declared data: its addresses, what they take and what they answer.

`api_urls` makes the addresses of it, `openapi` the description, `views.api` the answers. Tables are those of `columns`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import TokenScope
from reporting.columns import CODE, COUNT, DAY, NUMBER, TABLES, TEXT, YES, Column, PeriodKind

VERSION = "1.0.0"
ROOT = "/api/v1/"
Schema = dict[str, Any]


class FigureState(models.TextChoices):
    RELEASED = "released", _("Released")
    DRAFT = "draft", _("Draft")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One word of the query."""

    name: str
    says: Promise
    schema: Schema


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address under a plan. `answers` names a schema of the description."""

    name: str
    route: str
    title: Promise
    says: Promise
    answers: str
    parameters: tuple[Parameter, ...] = ()
    path_parameters: tuple[Parameter, ...] = field(default=())


PERIOD_PARAMETER = Parameter(
    name="period", says=_("One period, such as 2025-26-h1. See the list of periods."), schema={"type": "string"}
)
KIND_PARAMETER = Parameter(
    name="kind", says=_("Periods of one kind only."), schema={"enum": [str(kind) for kind in PeriodKind.values]}
)
STATE_PARAMETER = Parameter(
    name="state",
    says=_(
        "The newest release of each period (usual), or the team's draft of one period. The draft needs a token for it."
    ),
    schema={"enum": [str(state) for state in FigureState.values], "default": "released"},
)
SHA_PARAMETER = Parameter(
    name="sha256", says=_("The fingerprint of a release."), schema={"type": "string", "pattern": "^[0-9a-f]{64}$"}
)


def table_schema_name(name: str) -> str:
    """ "visits-by-month" → "VisitsByMonth"."""
    return "".join(part.title() for part in name.split("-"))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="plan", route="", title=_("The plan"), answers="Plan",
        says=_("The plan that the token reads, and what the token may."),
    ),
    Operation(
        name="periods", route="periods/", title=_("Periods"), answers="Periods",
        says=_("Every period of the plan, and whether its figures are released."),
    ),
    Operation(
        name="releases", route="releases/", title=_("Releases"), answers="Releases",
        says=_("Everything that was ever released, the newest first."),
    ),
    Operation(
        name="release", route="releases/<str:sha256>/", title=_("One release"), answers="AnyFigureSet",
        says=_("The very text that was frozen; its SHA-256 is in the address."), path_parameters=(SHA_PARAMETER,),
    ),
    Operation(
        name="figures", route="figures/", title=_("The figure set of one period"), answers="AnyFigureSet",
        says=_("Everything that the page of the targets is drawn from; the running plan year unless another is named."),
        parameters=(PERIOD_PARAMETER, STATE_PARAMETER),
    ),
    *(
        Operation(
            name=table.name, route=f"{table.name}/", title=table.title, answers=table_schema_name(table.name),
            says=table.says, parameters=(PERIOD_PARAMETER, KIND_PARAMETER, STATE_PARAMETER),
        )
        for table in TABLES.values()
    ),
)  # fmt: skip

# -- what is answered --------------------------------------------------------------------------------------------------

TEXT_SCHEMA: Schema = {"type": "string"}
DAY_SCHEMA: Schema = {"type": "string", "format": "date"}
TIME_SCHEMA: Schema = {"type": "string", "format": "date-time"}
SHA_SCHEMA: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
KINDS: dict[str, Schema] = {
    TEXT: TEXT_SCHEMA,
    CODE: TEXT_SCHEMA,
    COUNT: {"type": "integer"},
    NUMBER: {"type": "number"},
    DAY: DAY_SCHEMA,
    YES: {"type": "boolean"},
}


def column_schema(column: Column) -> Schema:
    schema = dict(KINDS[column.kind])
    if column.codes is not None:
        schema["enum"] = [str(value) for value in column.codes.values]
    return {"description": str(column.says), **(schema if column.is_always_there else or_nothing(schema))}


def or_nothing(schema: Schema) -> Schema:
    """The same, or null."""
    return {
        **schema,
        "type": [schema["type"], "null"],
        **({"enum": [*schema["enum"], None]} if "enum" in schema else {}),
    }


def closed(properties: dict[str, Schema], **more: Any) -> Schema:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
        **more,
    }


def rows_of(row: Schema) -> Schema:
    return {"type": "array", "items": row}


def answer_schemas() -> dict[str, Schema]:
    """The schemas that `Operation.answers` names, in the active language; figure sets have a file of their own."""
    period = {
        "period": TEXT_SCHEMA,
        "label": TEXT_SCHEMA,
        "kind": {"type": "string", "enum": [str(kind) for kind in PeriodKind.values]},
        "from": DAY_SCHEMA,
        "to": DAY_SCHEMA,
    }
    schemas = {
        "Plan": closed(
            {
                "plan": TEXT_SCHEMA,
                "name": TEXT_SCHEMA,
                "area": TEXT_SCHEMA,
                "municipality": TEXT_SCHEMA,
                "from": DAY_SCHEMA,
                "to": DAY_SCHEMA,
                "token": closed(
                    {
                        "name": TEXT_SCHEMA,
                        "scope": {"type": "string", "enum": [str(scope) for scope in TokenScope.values]},
                        "expires_at": TIME_SCHEMA,
                    }
                ),
            }
        ),
        "Periods": _table(
            closed(
                {
                    **period,
                    "as_of": or_nothing(DAY_SCHEMA),
                    "released_at": or_nothing(TIME_SCHEMA),
                    "sha256": or_nothing(SHA_SCHEMA),
                }
            )
        ),
        "Releases": _table(
            closed(
                {
                    "sha256": SHA_SCHEMA,
                    "from": DAY_SCHEMA,
                    "to": DAY_SCHEMA,
                    "as_of": DAY_SCHEMA,
                    "released_at": TIME_SCHEMA,
                    "url": {"type": "string", "format": "uri-reference"},
                }
            )
        ),
        "Problem": closed(
            {"type": TEXT_SCHEMA, "title": TEXT_SCHEMA, "status": {"type": "integer"}, "detail": TEXT_SCHEMA}
        ),
    }
    for table in TABLES.values():
        row = closed({column.name: column_schema(column) for column in table.columns})
        state = {"type": "string", "enum": [str(value) for value in FigureState.values]}
        schemas[table_schema_name(table.name)] = _table(row, state=state)
    return schemas


def _table(row: Schema, **more: Schema) -> Schema:
    return closed({"plan": TEXT_SCHEMA, **more, "rows": rows_of(row)})


def each(operations: Iterable[Operation], view_of: Callable[[str], Callable]) -> list[tuple[str, Callable, str]]:
    """Route under the root, view and name of every operation."""
    return [
        (f"<slug:plan_slug>/{operation.route}", view_of(operation.name), operation.name) for operation in operations
    ]
