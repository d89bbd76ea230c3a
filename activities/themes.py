"""What a theme tells: its format ("Debat: …"), and whether it is too sensitive for names (design §3 rule 2)."""

import re

from jobs.values import clean_text, match_key

# Stems of Danish words, as data. A theme that holds one is head count only, whatever the activity says: who came to
# an evening about hash must not be found out from a list. `^` = at the beginning of a word.
SENSITIVE_STEMS = (
    "hash", "^joint", "^stof$", "^stoffer", "stofmisbrug", "stofbrug", "misbrug", "narko", "rusmid", "lattergas",
    "kokain", "euforiserende", "alkohol", "druk$", "afhængighed", "ludomani",
    "krimin", "vold$", "^voldelig", "^voldtægt", "^voldsram", "^bande",
    "radikalisering", "ekstremis", "våben", "^kniv", "fængsel", "^straf",
    "sundhed", "^sygdom", "psyk", "selvmord", "selvskade", "^angst", "^depression", "^stress", "^diagnose", "ensomhed",
    "spiseforstyrrelse", "handicap", "^krop$", "prævention", "abort",
    "famili", "^skilsmisse", "opdragelse", "social kontrol", "^æres", "tvangsægteskab", "genopdragelse",
    "kærlighed", "^kæreste", "seksual", "^sex", "^køn$", "^lgbt", "homoseksu", "^utroskab",
    "^religion", "^islam", "^tro$", "racisme", "diskrimination", "^gæld", "krænkelse", "overgreb", "mobning", "^traume",
)  # fmt: skip


def _pattern(stem: str) -> str:
    starts, ends = stem.startswith("^"), stem.endswith("$")
    return (r"\b" if starts else "") + re.escape(stem.strip("^$")) + (r"\b" if ends else "")


_SENSITIVE = re.compile("|".join(map(_pattern, SENSITIVE_STEMS)))

# The word before the colon, as people write it → the code of a Format.
FORMAT_WORDS = {
    "debat": "debate", "debataften": "debate", "debate": "debate",
    "film": "film", "filmaften": "film",
    "værksted": "workshop", "workshop": "workshop",
    "besøg": "visit", "visit": "visit",
    "turnering": "tournament", "tournament": "tournament",
    "fællesspisning": "food", "mad": "food",
}  # fmt: skip


def sensitive_theme(theme: str) -> bool:
    """True when the words of the theme make the evening head count only."""
    return bool(theme) and _SENSITIVE.search(match_key(theme)) is not None


def split_format(theme: str) -> tuple[str | None, str]:
    """("debate", "hashrygning") for "Debat: hashrygning"; (None, theme) when no known format stands before a colon."""
    text = clean_text(theme)
    word, colon, rest = text.partition(":")
    code = FORMAT_WORDS.get(match_key(word)) if colon else None
    if code is None:
        return None, text
    return code, rest.strip()
