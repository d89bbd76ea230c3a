"""Meeting packs for tests."""

from datetime import date

from accounts.models import Plan
from accounts.periods import Period, plan_periods
from reporting.models import StatusReport
from reporting.packs.drafts import begin_pack
from reporting.packs.freezing import freeze_pack
from tests.reporting.makers import YEAR

AS_OF = date(2025, 10, 31)


def no_files(content: dict, sha256: str) -> dict[str, bytes]:
    """A freeze that is not about the files."""
    return {}


def plan_year(plan: Plan) -> Period:
    return next(period for period in plan_periods(plan, "year") if (period.first, period.last) == YEAR)


def create_pack(
    *,
    plan: Plan,
    body: str = "Styregruppen",
    meets_on: date = date(2025, 11, 24),
    period: Period | None = None,
    as_of: date = AS_OF,
    **fields,
) -> StatusReport:
    """A draft."""
    report = begin_pack(plan=plan, body=body, meets_on=meets_on, period=period or plan_year(plan), as_of=as_of)
    for name, value in fields.items():
        setattr(report, name, value)
    report.save()
    return report


def create_frozen_pack(*, plan: Plan, make_files=no_files, **fields) -> StatusReport:
    report = create_pack(plan=plan, **fields)
    return freeze_pack(report_id=report.pk, make_files=make_files)[0]
