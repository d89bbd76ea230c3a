"""The figures of the follow-up page as files: what the page shows to whoever asks, and nothing more."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.permissions import has_plan_permission, plan_permission_required
from accounts.templatetags.portal_tags import da_date
from jobs.sheets.writing import CSV_TYPE, XLSX_TYPE
from reporting.columns import TABLES
from reporting.exports import figures_csv, figures_workbook
from reporting.figure_set import Plain, build_figure_set
from reporting.models import Release
from reporting.periods import choose_period, period_key
from reporting.releases import latest_release, read_release

RELEASED = "frigivet"
ALL = "tal"  # all tables in one file


@dataclass(frozen=True)
class Shown:
    """The figure set that the page would show; `release` None: the draft."""

    figure_set: Plain
    release: Release | None
    key: str

    @property
    def state(self) -> str:
        if self.release is None:
            return _("Draft – only the team sees it")
        return _("Released %(day)s") % {"day": da_date(self.release.released_at, "plain")}


@plan_permission_required("releases.view")
@require_GET
def figures_export(request: HttpRequest, plan_slug: str, name: str, format: str) -> HttpResponse:
    """`tal.xlsx`, `tal.json`, and one CSV for each table. Board members get releases, the team what it looks at."""
    if (format == "csv") != (name in TABLES) or (format != "csv" and name != ALL):
        raise Http404
    shown = _shown(request)
    what = "" if name == ALL else f"-{TABLES[name].file_name}"
    draft = "" if shown.release else "-kladde"
    headers = {
        "Content-Disposition": f'attachment; filename="{request.plan.slug}-{shown.key}{what}{draft}.{format}"',
        "Cache-Control": "no-store",
    }
    if format == "csv":
        rows = figures_csv(shown.figure_set, TABLES[name])
        return StreamingHttpResponse(rows, content_type=CSV_TYPE, headers=headers)
    if format == "xlsx":
        sha256 = shown.release.sha256 if shown.release else ""
        content = figures_workbook(shown.figure_set, state=shown.state, sha256=sha256)
        return HttpResponse(content, content_type=XLSX_TYPE, headers=headers)
    if format == "json":
        return _as_json(shown, headers)
    raise Http404


def _as_json(shown: Shown, headers: dict[str, str]) -> HttpResponse:
    """A release leaves as the text that was frozen, so that its fingerprint can be checked."""
    if shown.release is not None:
        return HttpResponse(shown.release.content, content_type="application/json", headers=headers)
    options: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True}
    return JsonResponse(shown.figure_set, headers=headers, json_dumps_params=options)


def _shown(request: HttpRequest) -> Shown:
    today = timezone.localdate()
    period = choose_period(request.plan, request.GET.get("periode", ""), today).period
    may_draft = has_plan_permission(request.membership.role, "figures.draft")
    if may_draft and request.GET.get("vis") != RELEASED:
        figure_set = build_figure_set(request.plan, period, today, today=today, for_team=True)
        return Shown(figure_set, None, period_key(period))
    release = latest_release(request.plan, period.first, period.last)
    if release is None:
        raise Http404(_("No figures are released for this period."))
    return Shown(read_release(release), release, period_key(period))
