"""Who is in the plan, and with which role."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.danish import danish_order
from accounts.forms import RoleForm, role_help
from accounts.invitations import mail_key
from accounts.members import MemberRefused, change_role, remove_member, restore_member
from accounts.models import MailState, Role
from accounts.permissions import plan_permission_required

PAGE = 50


@plan_permission_required("members.manage")
def member_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Members by role, open invitations, and mails that a person has to look at."""
    plan = request.plan
    members = sorted(plan.memberships.active().select_related("user"), key=lambda m: danish_order(m.user.name))
    order = list(Role)
    members.sort(key=lambda member: order.index(member.role))  # stable: by name within a role
    totals = Counter(member.role for member in members)
    page = Paginator(members, PAGE).get_page(request.GET.get("page"))
    groups = [(role.label, totals[role], [m for m in page.object_list if m.role == role]) for role in Role]
    mails = {mail.key: mail for mail in plan.mails.filter(template="invitation")}
    now = timezone.now()
    invitations = list(plan.invitations.filter(accepted_at=None))
    for invitation in invitations:
        invitation.mail = mails.get(f"{plan.pk}:{mail_key(invitation)}")
        invitation.open = invitation.is_open(now)
    troubled = plan.mails.filter(state__in=[MailState.FAILED, MailState.UNCLEAR]).exclude(template="invitation")
    return render(
        request,
        "accounts/member_list.html",
        {
            "groups": [group for group in groups if group[2]],
            "page": page,
            "invitations": invitations,
            "troubled_mails": troubled[:20],
        },
    )


@plan_permission_required("members.manage")
def member_role(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Give a member another role."""
    member = get_object_or_404(request.plan.memberships.select_related("user"), pk=pk)
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if form.is_valid():
        try:
            change_role(membership=member, role=form.cleaned_data["role"], by=request.user)
        except MemberRefused as refused:
            form.add_error("role", refused.message)
        else:
            role = Role(form.cleaned_data["role"]).label
            messages.success(request, _("%(name)s is now %(role)s.") % {"name": member.user, "role": role.lower()})
            return redirect("plan:member_list", plan_slug)
    return render(request, "accounts/member_role.html", {"form": form, "member": member, "role_help": role_help()})


@plan_permission_required("members.manage")
@require_POST
def member_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take a member out of the plan; can be undone."""
    member = get_object_or_404(request.plan.memberships.select_related("user", "plan"), pk=pk)
    try:
        undo = remove_member(membership=member)
    except MemberRefused as refused:
        messages.error(request, refused.message)
        return redirect("plan:member_list", plan_slug)
    if member.user == request.user:
        messages.success(request, _("You have left the plan."))
        return redirect("start")
    messages.success(
        request,
        _("%(name)s is no longer in the plan.") % {"name": member.user},
        extra_tags=f"undo:{reverse('plan:member_restore', args=[plan_slug, undo])}",
    )
    return redirect("plan:member_list", plan_slug)


@plan_permission_required("members.manage")
@require_POST
def member_restore(request: HttpRequest, plan_slug: str, token: str) -> HttpResponse:
    """Undo the removal of a member."""
    member = restore_member(plan=request.plan, undo=token)
    if member:
        messages.success(request, _("%(name)s is back in the plan.") % {"name": member.user})
    else:
        messages.error(request, _("It is too late to undo this. Invite the person again."))
    return redirect("plan:member_list", plan_slug)
