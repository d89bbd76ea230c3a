"""Inviting somebody into the plan, and using the link."""

from django.contrib import messages
from django.contrib.auth import login as sign_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.forms import InvitationForm, JoinForm, role_help
from accounts.invitations import (
    InvitationRefused,
    accept_invitation,
    find_invitation,
    invitation_path,
    invite,
    join_with_new_account,
    resend_invitation,
    restore_invitation,
    withdraw_invitation,
)
from accounts.mail import send_again, site_root
from accounts.models import Invitation, Role, User
from accounts.permissions import plan_permission_required, public

BACKEND = "accounts.sign_in.PortalBackend"


def show_link(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The link, shown this once: only its hash is stored."""
    link = site_root(request) + invitation_path(invitation)
    return render(request, "accounts/invitation_link.html", {"invitation": invitation, "link": link})


@plan_permission_required("members.manage")
def invitation_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Invite by e-mail and role."""
    wanted = {name: request.GET[name] for name in ("email", "name", "role") if name in request.GET}
    form = InvitationForm(request.POST or None, initial=wanted)
    if form.is_valid():
        try:
            invitation = invite(
                plan=request.plan,
                by=request.user,
                root=site_root(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except InvitationRefused as refused:
            form.add_error("email", refused.message)
        else:
            return show_link(request, invitation)
    return render(request, "accounts/invitation_create.html", {"form": form, "role_help": role_help()})


@plan_permission_required("members.manage")
@require_POST
def invitation_resend(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """A new link for the same person."""
    invitation = get_object_or_404(request.plan.invitations.filter(accepted_at=None), pk=pk)
    resend_invitation(invitation=invitation, by=request.user, root=site_root(request), now=timezone.now())
    return show_link(request, invitation)


@plan_permission_required("members.manage")
@require_POST
def invitation_withdraw(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Close the link at once; can be undone."""
    invitation = get_object_or_404(request.plan.invitations.filter(accepted_at=None), pk=pk)
    undo = withdraw_invitation(invitation=invitation, now=timezone.now())
    messages.success(
        request,
        _("The invitation is withdrawn. Its link no longer works."),
        extra_tags=f"undo:{reverse('plan:invitation_restore', args=[plan_slug, undo])}",
    )
    return redirect("plan:member_list", plan_slug)


@plan_permission_required("members.manage")
@require_POST
def invitation_restore(request: HttpRequest, plan_slug: str, token: str) -> HttpResponse:
    """Undo a withdrawal."""
    if restore_invitation(plan=request.plan, undo=token):
        messages.success(request, _("The invitation works again."))
    else:
        messages.error(request, _("It is too late to undo this. Invite the person again."))
    return redirect("plan:member_list", plan_slug)


@plan_permission_required("members.manage")
@require_POST
def mail_resend(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """A person has decided that a mail is to be sent once more."""
    mail = get_object_or_404(request.plan.mails, pk=pk)
    if send_again(mail=mail, by=request.user):
        messages.success(request, _("The e-mail is on its way again."))
    return redirect("plan:member_list", plan_slug)


@public
@never_cache
@sensitive_post_parameters("password")
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: join with the account one has, or make one."""
    invitation = find_invitation(token, now=timezone.now())
    if invitation is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    has_account = bool(invitation.email) and User.objects.filter(email=invitation.email).exists()
    if request.user.is_authenticated:
        return _join_as_oneself(request, invitation)
    if has_account:
        return render(request, "accounts/invitation_login.html", {"invitation": invitation})
    form = JoinForm(
        request.POST or None,
        email=invitation.email,
        asks_age=invitation.role == Role.VOLUNTEER,
        initial={"name": invitation.name},
    )
    if form.is_valid():
        try:
            user = join_with_new_account(
                invitation=invitation, language=get_language() or "da", now=timezone.now(), **form.cleaned_data
            )
        except InvitationRefused as refused:
            form.add_error("email", refused.message)
        else:
            sign_in(request, user, backend=BACKEND)
            return _welcome(request, invitation)
    return render(request, "accounts/invitation_accept.html", {"form": form, "invitation": invitation})


def _join_as_oneself(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody is signed in. The link is personal: it is not for another account than the invited one."""
    if invitation.email and invitation.email != request.user.email:
        return render(request, "accounts/invitation_other.html", {"invitation": invitation})
    if request.method != "POST":
        return render(request, "accounts/invitation_join.html", {"invitation": invitation})
    try:
        accept_invitation(invitation=invitation, user=request.user, now=timezone.now())
    except InvitationRefused:
        return render(request, "accounts/invitation_gone.html", status=404)
    return _welcome(request, invitation)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Into the plan; the first who leads it meets the guide."""
    plan = invitation.plan
    messages.success(request, _("Welcome to %(plan)s.") % {"plan": plan})
    leaders = plan.memberships.with_role(Role.PROJECT_MANAGER)
    first_leader = invitation.role == Role.PROJECT_MANAGER and leaders.count() == 1
    return redirect("plan:guide" if first_leader else "plan:home", plan.slug)
