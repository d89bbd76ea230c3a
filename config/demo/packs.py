"""Two meeting packs: what the steering group got at its last meeting, and the draft for the next."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Plan, User
from accounts.periods import Period, current_period, plan_periods
from reporting.models import StatusReport
from reporting.packs.drafts import approve_pack, begin_pack, last_day_covered
from reporting.packs.files import make_files
from reporting.packs.freezing import freeze_pack

BODY = "Styregruppen"
NARRATIVES = {
    1: "To butikker i centret har sagt ja til at tage unge ind. Aftaler med et par stykker til er på vej.",
    2: "Lektiecaféen er blevet et fast sted for mange familier. Flere forældre bliver hængende og hjælper til.",
    3: "Debatterne i Unge Cafeen trækker flest. De unge planlægger selv sæsonen og skiftes til at være værter.",
    4: "Madklubben og haveklubben er begyndt at lave ting sammen. Det giver nye ansigter begge steder.",
}
DECISIONS = "At forlænge aftalen om Jobcaféen et år\nAt Unge Cafeen må holde åbent til kl. 22 om fredagen"
DEVIATIONS = "Et jobdatingarrangement blev flyttet, fordi to virksomheder meldte fra."
DAYS_TO_MEETING = 14


def add_packs(*, plan: Plan, today: date, by: User | None) -> None:
    """The frozen pack covers up to two months back. Nothing is locked by it: the demo's own files can be imported."""
    frozen_on = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    as_of = frozen_on - timedelta(days=1)
    if not plan.starts_on <= as_of or not as_of <= plan.ends_on:
        return
    report = _begin(plan, frozen_on + timedelta(days=DAYS_TO_MEETING), as_of, by)
    report.decisions, report.deviations = DECISIONS, DEVIATIONS
    report.save()
    for row in report.narratives.select_related("focus_area"):
        row.text = NARRATIVES.get(row.focus_area.position, "")
        row.save()
    approve_pack(report=report, version=report.version, by=by)
    frozen_at = timezone.make_aware(datetime.combine(frozen_on, time(10)))
    freeze_pack(report_id=report.pk, make_files=make_files, by=by, now=frozen_at)
    Plan.objects.filter(pk=plan.pk).update(figures_locked_until=None)
    if today <= plan.ends_on:
        covered = last_day_covered(_year(plan, today - timedelta(days=1)), today)
        _begin(plan, today + timedelta(days=DAYS_TO_MEETING), covered, by)


def _begin(plan: Plan, meets_on: date, as_of: date, by: User | None) -> StatusReport:
    return begin_pack(plan=plan, body=BODY, meets_on=meets_on, period=_year(plan, as_of), as_of=as_of, by=by)


def _year(plan: Plan, day: date) -> Period:
    year = current_period(plan_periods(plan, "year"), day)
    assert year is not None  # a plan has at least one year
    return year
