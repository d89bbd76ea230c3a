"""Letting Excel and Power BI read the figures: tokens, and how to use them."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.mail import site_root
from accounts.models import ApiToken, Plan
from accounts.permissions import has_plan_permission, plan_permission_required
from accounts.tokens import (
    make_token,
    new_word,
    restore_token,
    revoke_token,
    still_works,
    token_text,
    working_tokens,
)
from reporting.columns import TABLES
from reporting.forms.tokens import TokenForm

MADE = "token_made"  # in the session, until the page has shown it
PRESSED_TWICE = timedelta(minutes=1)  # a form that is sent again later shows no key once more

# Power Query's own language, in both programs the same; the root stands alone so that Power BI may refresh it online.
QUERY = """let
    Nøgle = "NØGLEN",
    Svar = Json.Document(Web.Contents("%(root)s/", [
        RelativePath = "api/v1/%(plan)s/indicators/",
        Query = [kind = "year"],
        Headers = [Authorization = "Bearer " & Nøgle]
    ])),
    Tabel = Table.FromRecords(Svar[rows])
in
    Tabel"""


@dataclass(frozen=True)
class TokenRow:
    """One token of the list, and in a word why it no longer works, if it does not."""

    token: ApiToken
    ended: str


def token_rows(plan: Plan) -> list[TokenRow]:
    """The plan's tokens, the newest first. Two queries."""
    now = timezone.now()
    found = {row.pk: row for row in working_tokens(now).filter(plan=plan).select_related("made_by")}
    working = {pk for pk, row in found.items() if still_works(row, has_plan_permission)}
    rows = []
    for token in plan.api_tokens.select_related("made_by"):
        if token.revoked_at:
            ended = _("closed")
        elif token.expires_at <= now:
            ended = _("has run out")
        elif token.pk not in working:
            ended = _("does not work: whoever made it may no longer read as much")
        else:
            ended = ""
        rows.append(TokenRow(token, ended))
    return rows


@plan_permission_required("data.manage")
def token_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """A new token. The next page shows it, once."""
    form = TokenForm(request.POST or None, role=request.membership.role)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        word = (
            " ".join(str(data[name]) for name in ("word", "name", "scope", "lifetime")) if data["word"] else new_word()
        )
        del data["word"]
        token, _text = make_token(plan=request.plan, by=request.user, word=word, **data)
        if timezone.now() - token.created_at < PRESSED_TWICE:
            request.session[MADE] = {"pk": token.pk, "word": word}
        return redirect("reporting:token_made", plan_slug, token.pk)
    return render(request, "reporting/token_create.html", {"form": form}, status=422 if form.errors else 200)


@plan_permission_required("data.manage")
@require_GET
def token_made(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The token's text, to whoever made it just now, for one page view."""
    token = get_object_or_404(ApiToken, plan=request.plan, pk=pk)
    made = request.session.pop(MADE, None)
    if made is None or made["pk"] != pk or token.made_by != request.user:
        messages.info(request, _("The key was shown once. If you did not take it, close it and make a new one."))
        return redirect("reporting:data", plan_slug)
    text = token_text(plan=request.plan, by=request.user, word=made["word"])
    return render(request, "reporting/token_made.html", {"token": token, "text": text})


@plan_permission_required("data.manage")
@require_POST
def token_revoke(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Close it at once; can be undone."""
    token = get_object_or_404(ApiToken, plan=request.plan, pk=pk)
    revoke_token(token=token)
    messages.success(
        request,
        _("%(name)s can no longer read the figures.") % {"name": token.name},
        extra_tags=f"undo:{reverse('reporting:token_restore', args=[plan_slug, pk])}",
    )
    return redirect("reporting:data", plan_slug)


@plan_permission_required("data.manage")
@require_POST
def token_restore(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Undo the closing, for an hour."""
    token = get_object_or_404(ApiToken, plan=request.plan, pk=pk)
    if restore_token(token=token):
        messages.success(request, _("%(name)s can read the figures again.") % {"name": token.name})
    else:
        messages.error(request, _("It is too late to undo this. Make a new one."))
    return redirect("reporting:data", plan_slug)


@plan_permission_required("data.manage")
@require_GET
def api_guide(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Step by step into Power BI and Excel, with the plan's own addresses."""
    query = QUERY % {"root": site_root(request), "plan": plan_slug}
    context = {"query": query, "tables": TABLES.values()}
    return render(request, "reporting/api_guide.html", context)
