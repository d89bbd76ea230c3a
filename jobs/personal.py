"""Does a note look as if it were about one person? Then it does not belong in a log of evenings (design §4).

A gentle warning, not a wall: words cannot be understood by a list, so the person decides. Three things are looked for:
a phone number; a name beside a word of drugs, crime, health or home; one unnamed person ("en af drengene", "hun")
beside such a word. People who come as professionals ("SSP-konsulent Lars", "oplæg ved Amal") are left out, and so is
who stands for an evening about such a theme. The words are data: personal_words.toml.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from jobs.cpr import finds_phone_number
from jobs.values import clean_text


class Reason(StrEnum):
    """Why a note is asked about."""

    PHONE = "phone"
    PERSON = "person"


@dataclass(frozen=True)
class _Words:
    """The patterns of the word list, compiled once."""

    sensitive: re.Pattern[str]
    names: frozenset[str]
    also_words: frozenset[str]
    verbs: frozenset[str]
    kin: frozenset[str]
    starters: frozenset[str]
    titles: re.Pattern[str]
    one: re.Pattern[str]
    pronouns: re.Pattern[str]
    occasion: re.Pattern[str]
    professional: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    before: str  # the word before, in small letters; empty at the beginning of a sentence
    after: str
    begins: bool  # a sentence

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper() and not (len(self.text) > 1 and self.text.isupper())


_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*['’]?")
_NAME = r"[A-ZÆØÅ][\w'’-]+(?: [A-ZÆØÅ][\w'’-]*\.?)*"
_INITIAL = re.compile(r"(?<![\w.])[A-ZÆØÅ]\.(?: ?[A-ZÆØÅ]\.)?(?= [a-zæøå])")
_PLACE_WORDS = frozenset(["fra", "i", "på", "hos", "mod", "af", "til", "ved", "over", "omkring", "om"])
_NO_NAME_ENDINGS = ("en", "et", "erne", "ene", "ning", "tion", "else", "hed", "skab")
# "om hash", "temaet var vold": the theme of the evening, not what somebody does.
_TOPIC = re.compile(r"\b(?:om|tema\w*|emnet?|debat\w*|snak\w* om|mod)\b[^.;:!?]*$", re.IGNORECASE)
_OWN = re.compile(r"\b(?:sin|sit|sine|hans|hendes|egen|eget|egne)\b", re.IGNORECASE)
_TALK = re.compile(
    r"\b(?:snak\w*|tal(?:te|t|er|e|k)|samtale\w*|møde\w*|ring\w*)\b[^.;:!?]{0,20}\b(?:med|til)\b", re.IGNORECASE
)
_CONFIDES = re.compile(r"\b(?:fort(?:alte|æller)|betro\w*|indrømme\w*|røbe\w*)\b", re.IGNORECASE)
_FROM = re.compile(rf"{_NAME},? fra \w+")
_TELLS = re.compile(rf"{_NAME} (?:fortalte|fortæller|sagde|siger|har|er|var|græd)\b")


def about_one_person(text: str, *, known: Collection[str] = ()) -> Reason | None:
    """Why the note should be asked about, or None. `known`: words with a capital letter that are no person's name
    here, in small letters (activities, venues, partners)."""
    text = clean_text(text)
    if finds_phone_number(text):
        return Reason.PHONE
    words = _words()
    hits = list(words.sensitive.finditer(text))
    if not hits:
        return None
    rest = text
    for pattern in words.professional:
        rest = pattern.sub(_blank, rest)
    is_theme = all(_TOPIC.search(text[: hit.start()]) for hit in hits) and not _OWN.search(text)
    if is_theme:
        rest = _FROM.sub(_blank, rest)
    starts = {hit.start() for hit in hits}
    names = (token for token in _tokens(rest) if token.start not in starts)
    if _INITIAL.search(rest) or any(_is_name(token, words, known) for token in names):
        return None if is_theme and not _TALK.search(rest) and not _TELLS.search(rest) else Reason.PERSON
    if words.occasion.search(text) or (is_theme and not _CONFIDES.search(text)):
        return None
    return Reason.PERSON if words.one.search(rest) or words.pronouns.search(rest) else None


def _blank(match: re.Match[str]) -> str:
    return "·" * len(match[0])  # what follows keeps its place


def _tokens(text: str) -> Iterator[_Token]:
    found = list(_WORD.finditer(text))
    for index, match in enumerate(found):
        gap = text[found[index - 1].end() : match.start()] if index else "."
        begins = bool(re.search(r"[.!?:;–·]", gap)) or not index
        before = "" if begins else found[index - 1][0].lower()
        if not begins and found[index - 1][0][0].isupper():  # "Røde Kors": look before the whole of it
            before = found[index - 2][0].lower() if index > 1 else ""
        after = ""
        if index + 1 < len(found) and not text[match.end() : found[index + 1].start()].strip():
            after = found[index + 1][0].lower()
        yield _Token(match[0], match.start(), before, after, begins)


def _is_name(token: _Token, words: _Words, known: Collection[str]) -> bool:
    small = token.text.lower().rstrip("'’")
    if small in known:
        return False
    before_verb = token.after in words.verbs
    for form in (small, small.removesuffix("s").rstrip("'’")):
        if form in words.names or form in words.also_words:
            return form not in words.also_words or (token.is_capital and (not token.begins or before_verb))
    if not token.is_capital or len(small) < 3 or words.titles.fullmatch(small):
        return False
    if token.begins:  # a name that is on no list
        if token.after in words.kin and small.endswith("s"):
            return True
        return before_verb and small not in words.starters and not small.endswith(_NO_NAME_ENDINGS)
    return token.before not in _PLACE_WORDS


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = tomllib.loads(Path(__file__).with_name("personal_words.toml").read_text(encoding="utf-8"))
    people, professional, sentences = data["people"], data["professional"], data["sentences"]
    titles, origins = "|".join(professional["titles"]), "|".join(professional["from"])
    occasions = "|".join(professional["occasions"])
    one, many = "|".join(people["one"]), "|".join(people["many"])
    return _Words(
        sensitive=re.compile(
            "|".join(_stem(stem) for stems in data["sensitive"].values() for stem in stems), re.IGNORECASE
        ),
        names=frozenset(data["names"]["given"].split()),
        also_words=frozenset(data["names"]["also_words"].split()),
        verbs=frozenset(sentences["verbs"].split()),
        kin=frozenset(sentences["kin"].split()),
        starters=frozenset(sentences["starters"].split()),
        titles=re.compile(titles),
        one=re.compile(
            rf"\b(?:en|et|én|den|den ene|vores) (?:\w+ )?(?:{one})\b|\b(?:en|et|én|ene|to|et par) af (?:{many})\b"
            r"|\bden (?:ene|anden)\b|\b\d{1,2}[- ]?årig\w*|\bpå \d{1,2} år\b",
            re.IGNORECASE,
        ),
        pronouns=re.compile(rf"\b(?:{'|'.join(people['pronouns'])})\b", re.IGNORECASE),
        occasion=re.compile(rf"\b(?:{occasions})\b", re.IGNORECASE),
        professional=tuple(
            re.compile(pattern)
            for pattern in (
                rf"\b(?i:{occasions})\b[^.;!?]{{0,40}}?\b(?:ved|af|med|fra|v/) ?{_NAME}(?: og {_NAME})?",
                rf"\b(?i:{occasions}) ?[:–-] {_NAME}(?: \([^)]*\))?(?:(?:, | og ){_NAME}(?: \([^)]*\))?)*",
                rf"\b(?i:{titles}) {_NAME}",
                rf"{_NAME},? \(?(?i:{titles})\b\)?",
                rf"{_NAME},? \(?(?:fra )?(?i:det |den )?(?i:{origins})\b\)?",
            )
        ),
    )


def _stem(stem: str) -> str:
    starts, ends = stem.startswith("^"), stem.endswith("$")
    return (r"\b" if starts else "") + f"(?:{stem.strip('^$')})" + (r"\b" if ends else "")
