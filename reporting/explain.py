"""How each figure is counted, in words from the figure set alone: enough to count it again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import da_date, da_number, da_percent
from reporting.comparing import is_alike
from reporting.disclosure import SMALLEST_TOTAL
from reporting.evidence import Basis
from reporting.models import Direction, Measure
from reporting.plain import Plain
from reporting.status import Accumulation


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of "How the figure is counted"."""

    term: str
    text: str


def explain(row: Plain, figure_set: Plain, before: Plain | None, previous: Plain | None) -> list[Fact]:
    """Rule, filters, sessions counted, not logged, last change: enough to count it again."""
    definition = figure_set["definitions"][row["measure"]]
    pairs: list[tuple[str, str | None]] = [
        (_("Rule"), definition["en" if get_language() == "en" else "da"]),
        (_("At least"), _times(row["at_least_times"]) if row["measure"] == Measure.UNIQUE_AT_LEAST else None),
        (_("Counts"), None if row["basis"] == Basis.TYPED_IN else _which_sessions(row)),
        (_("Made of"), _("%(part)s divided by %(whole)s") % _two(row["made_of"]) if row["made_of"] else None),
        (_("Sessions"), _which_states(row)),
        (_("Not logged"), da_number(row["sessions"]["unlogged"]) if row["sessions"] else None),
        (_("Expected by now"), _how_expected(row)),
        (_("Not told"), _why_not_told(row)),
        (_("Status"), _how_judged(row)),
        (_("Baseline"), _baseline(row)),
        (_("Over time"), str(Accumulation(row["accumulation"]).label)),
        (_("Adds up"), _parts(row)),
        (_("Source"), row["source"]),
        (_("Last changed"), plain_day(row["last_change"] or row["measured_on"])),
        (_("Since last"), _since_last(row, figure_set, before, previous)),
        *((_("Target changed"), _target_change(change)) for change in row["target_changes"]),
        *((_("Counted otherwise"), break_words(change)) for change in row["breaks"]),
    ]
    return [Fact(term=term, text=text) for term, text in pairs if text]


def _times(count: str | None) -> str | None:
    return _("%(count)s times") % {"count": count} if count else None


def _which_sessions(row: Plain) -> str:
    names = _("All activities") if row["activities"] is None else ", ".join(row["activities"])
    names = names or _("No activity is chosen")
    if row["format"]:
        names += " · " + (_("only: %(format)s") % {"format": row["format"]["en" if get_language() == "en" else "da"]})
    return " · ".join([names, *_only_some(row)])


def _only_some(row: Plain) -> list[str]:
    """A word in the theme, days of the week, ages."""
    some = []
    if row["theme"]:
        some.append(_("theme with “%(word)s”") % {"word": row["theme"]})
    if row["weekdays"]:
        some.append(
            _("on: %(days)s") % {"days": ", ".join(str(WEEKDAY_NAMES[int(day) - 1]) for day in row["weekdays"])}
        )
    if row["ages"]:
        ages = row["ages"]
        band = _("%(age)s years and over") if ages["to"] is None else pgettext("ages", "%(low)s–%(high)s years")
        some.append(band % {"age": ages["from"], "low": ages["from"], "high": ages["to"]})
    return some


def _two(codes: list[str]) -> dict[str, str]:
    return {"part": codes[0], "whole": codes[1]}


def _which_states(row: Plain) -> str | None:
    sessions = row["sessions"]
    if not sessions:
        return None
    text = _("%(held)s held, %(cancelled)s cancelled, %(closed)s closed") % sessions
    if row["matching_sessions"] is not None:
        text += " · " + (_("%(count)s of them count here") % {"count": row["matching_sessions"]})
    return text


def _how_expected(row: Plain) -> str | None:
    if row["expected"] is None:
        return None if row["target"] is None else _("None. The figure is compared with the target itself.")
    if row["expected"] == row["target"]:
        return da_number(row["expected"])
    expected = da_number(row["expected"])
    if row["planned"] is None:
        return _("%(expected)s: the target in step with the planned sessions, not with the calendar") % {
            "expected": expected
        }
    words = _("%(expected)s: the target times %(due)s of %(whole)s planned sessions. A month with few expects little")
    return words % {"expected": expected, **row["planned"]}


def _how_judged(row: Plain) -> str | None:
    if row["status"] is None or row["due_on"]:
        return None
    if row["too_early"]:
        return _("Too early to say while the period runs: nothing says how far the count ought to be by now")
    margin = Decimal(row["margin"])
    limits = {"margin": da_percent(margin), "behind": da_percent(3 * margin)}
    if row["direction"] == Direction.AT_MOST:
        words = _("On track up to %(margin)s above, behind up to %(behind)s above, then at risk") % limits
    elif row["direction"] == Direction.RANGE and row["target_high"] is not None:
        words = _("On track up to %(margin)s outside, behind up to %(behind)s outside, then at risk") % limits
    else:
        words = _("On track down to %(margin)s below, behind down to %(behind)s below, then at risk") % limits
    if row["accumulation"] == Accumulation.LATEST:
        words += ". " + _("Close to it counts as on track")
    return words


def _why_not_told(row: Plain) -> str | None:
    if row["withheld"] != "small":
        return None
    return _("A number of people below %(limit)s is not told, so that nobody can be recognised in it") % {
        "limit": SMALLEST_TOTAL
    }


def _baseline(row: Plain) -> str | None:
    if row["baseline"] is None:
        return None
    day = plain_day(row["baseline_on"])
    return f"{da_number(row['baseline'])} ({day})" if day else da_number(row["baseline"])


def _parts(row: Plain) -> str | None:
    """The typed-in counts that a longer period adds up: "16 (2023/24) + 21 (2024/25)"."""
    if len(row["parts"]) < 2:
        return None
    return " + ".join(f"{da_number(part['value'])} ({part['label']})" for part in row["parts"])


def _since_last(row: Plain, figure_set: Plain, before: Plain | None, previous: Plain | None) -> str | None:
    """The difference to the release before: later corrections to what was already told show here too."""
    if before is None or previous is None or None in (row["value"], before["value"]):
        return None
    if not is_alike(row, figure_set, before, previous):
        return _("not counted as on %(day)s, so the two cannot be compared") % {"day": plain_day(previous["as_of"])}
    change = Decimal(row["value"]) - Decimal(before["value"])
    sign = "+" if change > 0 else ""
    return _("%(change)s since %(day)s") % {
        "change": f"{sign}{da_number(change)}" if change else _("unchanged"),
        "day": plain_day(previous["as_of"]),
    }


def break_words(change: Plain) -> str:
    return _("From %(day)s: %(text)s") % {"day": plain_day(change["on"]), "text": change["text"]}


def target_change_notes(row: Plain) -> list[str]:
    """ "The target was changed from 25 to 20 (reason)", the oldest change first."""
    notes: list[str] = []
    now = {key: row[key] for key in ("target", "target_high", "due_on")}
    for change in row["target_changes"]:  # the newest first
        then = {"target": change["old_value"], "target_high": change["old_high"], "due_on": change["old_due_on"]}
        if then != now:
            notes.insert(0, target_words(then, now, unit=row["unit"], reason=change["reason"]))
        now = then
    return [note for note in notes if note]


def target_words(then: Plain, now: Plain, *, unit: str, reason: str) -> str:
    """From what to what a target was changed, and why. Empty where there was none, or is none."""
    if then["target"] is None or now["target"] is None:
        days = {"old": plain_day(then.get("due_on")), "new": plain_day(now.get("due_on"))}
        text = _("The day was moved from %(old)s to %(new)s") % days if all(days.values()) else ""
    else:
        limits = {"old": _limits(then, unit), "new": _limits(now, unit)}
        text = _("The target was changed from %(old)s to %(new)s") % limits
    return f"{text} ({reason})" if text and reason else text


def _limits(told: Plain, unit: str) -> str:
    text = da_number(told["target"])
    if told["target_high"] is not None:
        text += f"–{da_number(told['target_high'])}"
    return f"{text} %" if unit == "%" else text


def _target_change(change: Plain) -> str:
    old = da_number(change["old_value"])
    if change["old_high"]:
        old += f"–{da_number(change['old_high'])}"
    if change["old_due_on"]:
        old = plain_day(change["old_due_on"])
    text = _("%(day)s, was %(old)s: %(reason)s") % {
        "day": plain_day(change["on"]),
        "old": old,
        "reason": change["reason"],
    }
    decided = " ".join(filter(None, [change["decided_by"], plain_day(change["decided_on"])]))
    return f"{text} ({decided})" if decided else text


def plain_day(iso: str | None) -> str:
    return da_date(date.fromisoformat(iso), "plain") if iso else ""
