"""The OpenAPI 3.1 description of the API, built from the declarations in `api`; in English, as programs expect."""

import json
import re
from copy import deepcopy
from functools import cache
from typing import Any

from django.utils import translation

from reporting.api import OPERATIONS, ROOT, VERSION, Operation, Parameter, Schema, answer_schemas
from reporting.figure_set import VERSION as FIGURE_SET_VERSION
from reporting.schema import figure_set_schema

_PATH_WORD = re.compile(r"<\w+:(\w+)>")
OLDER = {
    "description": "A release that was frozen in an older shape. It is never rewritten.",
    "type": "object",
    "required": ["version", "plan", "period", "indicators", "activities"],
    "properties": {"version": {"not": {"const": FIGURE_SET_VERSION}}},
}


@cache
def openapi() -> dict[str, Any]:
    """The whole description."""
    with translation.override("en"):
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Boligsocial portal",
                "version": VERSION,
                "description": (
                    "Read-only figures of a boligsocial plan. Aggregates only: nothing here names a person, and "
                    "figures about people have passed the disclosure gate unless the token may read the team's draft. "
                    "Numbers of sessions and visits add up; numbers of people do not."
                ),
            },
            "servers": [{"url": "/"}],
            "security": [{"token": []}],
            "paths": {_path(operation): {"get": _get(operation)} for operation in OPERATIONS},
            "components": {
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer", "description": "Made under “Jeres data”."}
                },
                "schemas": {**answer_schemas(), **_figure_set_schemas()},
                "responses": {
                    name: _problem(says)
                    for name, says in (
                        ("Unauthorized", "No token, or one that has run out or been closed."),
                        ("Forbidden", "The token may not read this."),
                        ("NotFound", "No such plan for this token, or nothing released."),
                        ("BadRequest", "A word of the query is not understood."),
                        ("TooManyRequests", "Wait a minute."),
                    )
                },
            },
        }


def _path(operation: Operation) -> str:
    return ROOT + "{plan}/" + _PATH_WORD.sub(r"{\1}", operation.route)


def _get(operation: Operation) -> Schema:
    plan = {"name": "plan", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "operationId": operation.name,
        "summary": str(operation.title),
        "description": str(operation.says),
        "parameters": [
            plan,
            *(_parameter(word, "path") for word in operation.path_parameters),
            *(_parameter(word, "query") for word in operation.parameters),
        ],
        "responses": {
            "200": {
                "description": str(operation.says),
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{operation.answers}"}}},
            },
            "304": {"description": "Unchanged since the ETag that was sent as If-None-Match."},
            **{
                status: {"$ref": f"#/components/responses/{name}"}
                for status, name in (
                    ("400", "BadRequest"),
                    ("401", "Unauthorized"),
                    ("403", "Forbidden"),
                    ("404", "NotFound"),
                    ("429", "TooManyRequests"),
                )
            },
        },
    }


def _parameter(word: Parameter, place: str) -> Schema:
    return {
        "name": word.name,
        "in": place,
        "required": place == "path",
        "description": str(word.says),
        "schema": word.schema,
    }


def _problem(says: str) -> Schema:
    return {
        "description": says,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _figure_set_schemas() -> dict[str, Schema]:
    """The schema file with its parts as components, for readers who look for references there only."""
    whole = deepcopy(figure_set_schema())
    parts = whole.pop("$defs")
    whole.pop("$schema")
    named = {"FigureSet": whole, **{f"FigureSet.{name}": part for name, part in parts.items()}}
    text = json.dumps(named).replace("#/$defs/", "#/components/schemas/FigureSet.")
    any_shape = {"anyOf": [{"$ref": "#/components/schemas/FigureSet"}, {"$ref": "#/components/schemas/OlderFigureSet"}]}
    return {**json.loads(text), "OlderFigureSet": OLDER, "AnyFigureSet": any_shape}
