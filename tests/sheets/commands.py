"""Running an import command as a shell does: exit code, closing JSON line, the rest."""

import json
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from django.core.management import CommandError, call_command


class Ran(NamedTuple):
    code: int
    counts: dict[str, int] | None  # None: nothing was read
    errors: str


def run_import(command: str, *arguments: object, **options: object) -> Ran:
    out, errors = StringIO(), StringIO()
    code = 0
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=errors, **options)
    except CommandError as error:
        code = error.returncode
        errors.write(str(error))
    lines = out.getvalue().splitlines()
    return Ran(code, json.loads(lines[-1]) if lines else None, errors.getvalue())


def counts(created: int = 0, updated: int = 0, unchanged: int = 0, rejected: int = 0) -> dict[str, int]:
    rows = created + updated + unchanged + rejected
    return {"rows": rows, "created": created, "updated": updated, "unchanged": unchanged, "rejected": rejected}


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
