"""Words with a fixed meaning: states of an evening, marks of presence, yes and no, total rows."""

import re

from django.utils.translation import gettext_lazy as _

from jobs.values.text import DASHES, CellError, cell_text, clean_text, is_blank, match_key, shown

HELD, CANCELLED, CLOSED = "held", "cancelled", "closed"
_STATES = {
    HELD: "afholdt|afholdes|holdt|gennemført|gennemførtes|åben|åbent|åbnet|ok|held",
    CANCELLED: "aflyst|aflyses|aflysning|cancelled|canceled",
    CLOSED: "lukket|ferielukket|ferielukning|ferie|lukkedag|lukkeuge|helligdag|helligdagslukket|sommerlukket|"
    "sommerferie|vinterferie|efterårsferie|påskeferie|juleferie|julelukket|lukket ferie|lukket pga. ferie|"
    "lukket pga ferie|lukket i ferien|closed",
}  # fmt: skip
_STATE_OF = {word: state for state, words in _STATES.items() for word in words.split("|")}
_IN_BRACKETS = re.compile(r"\s*[(\[].*$|\s*[-:,;/].*$")


def parse_state(value: object) -> str | None:
    """Was the evening held, cancelled or closed? Case, blanks and a remark in brackets make no difference."""
    if value is None:
        return None
    text = match_key(clean_text(value)).translate(DASHES)
    if not text.strip("-"):
        return None
    state = _STATE_OF.get(text) or _STATE_OF.get(_IN_BRACKETS.sub("", text).rstrip(". "))
    if state is None:
        raise CellError(
            _("“%(value)s” is not a known status. Write “afholdt”, “aflyst” or “lukket”."), value=shown(value)
        )
    return state


_PRESENT = frozenset({"x", "1", "ja", "✓", "✔"})
_ABSENT = frozenset({"-", "0", "syg", "afbud"})


def parse_mark(value: object) -> bool | None:
    """A mark in a list of people × dates: True present, False not, None blank. Anything else is an error."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = cell_text(value)
    else:
        text = match_key(clean_text(value)).translate(DASHES).replace("\ufe0f", "").replace("\ufe0e", "")
        if not text:
            return None
        text = re.sub(r"^([01])[.,]0+$", r"\1", text)
    if text in _PRESENT:
        return True
    if text in _ABSENT:
        return False
    raise CellError(
        _("The mark “%(value)s” is unknown. Write x for present, or leave the cell empty."), value=shown(value)
    )


def parse_yes(value: object) -> bool | None:
    """Yes or no in a column of its own."""
    if is_blank(value):
        return None
    text = match_key(clean_text(value))
    if text in {"ja", "j", "x", "1", "sand", "yes", "true", "ca.", "ca", "anslået"}:
        return True
    if text in {"nej", "n", "0", "-", "falsk", "no", "false"}:
        return False
    raise CellError(_("Write “ja” or “nej”, not “%(value)s”."), value=shown(value))


_TOTAL = re.compile(
    r"(?:i\s?alt|total(?:t|en|er)?|sub-?total|hovedtotal|samlet)\b.*|sum(?:mer|men)?\s*[:=.]?|"
    r"(?:\w+\s){1,2}(?:i\s?alt|total|sum)[:.]?"
)


def is_total_label(value: object) -> bool:
    """The first cell of a total row inside the data: “I alt”, “Sum”, “Total 2025”."""
    return isinstance(value, str) and _TOTAL.fullmatch(match_key(value)) is not None
