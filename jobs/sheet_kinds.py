"""Which kinds of spreadsheet the portal reads. An app announces its own when it starts (`AppConfig.ready`).

Light on purpose: what a kind looks like is loaded only when a file is read (jobs.sheets.kinds).
"""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class SheetKind:
    """One import: its slug in addresses, its name on pages, what such a file is called, its command and its layouts."""

    slug: str
    name: str | Promise
    looks_like: str | Promise  # with its article: "an attendance list"
    command: str
    layouts: tuple[str, ...]  # dotted paths of SheetResources


_kinds: dict[str, SheetKind] = {}


def announce_kind(kind: SheetKind) -> None:
    _kinds[kind.slug] = kind


def sheet_kinds() -> list[SheetKind]:
    return list(_kinds.values())
