"""What every page shows around its content: the plan, who is signed in, and where they may go."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Plan, Role
from accounts.permissions import has_plan_permission


@dataclass(frozen=True)
class Page:
    """A page that the navigation leads to. `covers` begin the names of views that light it up too."""

    view: str
    label: Promise
    icon: str
    permission: str
    covers: tuple[str, ...] = ()

    def is_active(self, current: str) -> bool:
        return current == self.view or current.startswith(self.covers)


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    icon: str
    active: bool


WEEK = Page(
    "activities:week", _("My week"), "house", "log.view",
    ("activities:friday", "activities:session_log", "activities:session_unplanned", "residents:attendance_record",
     "residents:attendance_move"),
)  # fmt: skip
UPCOMING = Page("activities:upcoming", _("Coming"), "house", "programme.view")
PROGRAMME = Page(
    "activities:programme",
    _("Programme"),
    "calendar-days",
    "programme.plan",
    ("activities:programme_", "activities:idea_"),
)
# The team's tab bar is full: what is coming is one more tap away, from the board.
PLANNING = replace(PROGRAMME, covers=(*PROGRAMME.covers, "activities:upcoming"))
# Volunteers have what is coming beside it: there the board is where one plans.
PLANS = replace(PROGRAMME, label=_("Plan evenings"))
SHIFTS = Page(
    "activities:shift_list", _("Shifts"), "hand-heart", "shifts.take",
    ("activities:shift_", "activities:signup_", "activities:volunteer_", "activities:evening",
     "activities:contribution", "activities:reference_"),
)  # fmt: skip
PARTICIPANTS = Page(
    "residents:participant_list", _("Participants"), "users", "participants.view",
    ("residents:participant_detail", "residents:participant_edit", "residents:participant_merge",
     "residents:participant_export", "residents:participant_erase"),
)  # fmt: skip
DRAFT = Page(
    "reporting:follow_up", _("Goals"), "target", "figures.draft", ("reporting:status_report_", "reporting:area")
)
RELEASES = Page("reporting:follow_up", _("Goals"), "target", "releases.view", ("reporting:area",))
PACKS = Page(
    "reporting:status_report_list", _("Meeting packs"), "presentation", "releases.view", ("reporting:status_report_",)
)
ACTIVITIES = Page("activities:activity_list", _("Activities"), "list-checks", "activities.view")
AGREEMENTS = Page(
    "partners:agreement_list",
    _("Agreements"),
    "handshake",
    "agreements.view",
    ("partners:agreement_", "partners:organisation_", "partners:contact_"),
)
OWN_AGREEMENT = Page("partners:agreement_own", _("Our agreement"), "handshake", "agreements.view_own")
IMPORTS = Page("reporting:imports", _("Import"), "file-up", "imports.run", ("reporting:import_",))
MEMBERS = Page("plan:member_list", _("Members"), "user-cog", "members.manage", ("plan:invitation_create",))
SETTINGS = Page("plan:settings", _("Settings"), "settings", "plan.edit", ("plan:guide", "partners:programme_"))

# The tab bar of a phone shows the first four and puts the others under "More"; a laptop shows all.
NAVIGATION: dict[str, tuple[Page, ...]] = {
    Role.STAFF: (WEEK, PLANNING, PARTICIPANTS, DRAFT, SHIFTS, ACTIVITIES, AGREEMENTS),
    Role.PROJECT_MANAGER: (
        WEEK,
        PLANNING,
        PARTICIPANTS,
        DRAFT,
        SHIFTS,
        ACTIVITIES,
        AGREEMENTS,
        IMPORTS,
        SETTINGS,
    ),
    Role.VOLUNTEER: (UPCOMING, PLANS, SHIFTS),
    Role.BOARD: (RELEASES, PACKS, AGREEMENTS),
    Role.PARTNER: (OWN_AGREEMENT,),
    Role.ADMINISTRATOR: (SETTINGS, MEMBERS, ACTIVITIES, RELEASES, AGREEMENTS),
}
# In the person's own menu, beside the profile.
MENU: dict[str, tuple[Page, ...]] = {Role.PROJECT_MANAGER: (MEMBERS,)}


def pages_for(*, pages: tuple[Page, ...], membership: Membership, current: str) -> list[NavItem]:
    """The pages that exist and that the role may open; other apps are known here by the names of their URLs only."""
    items = []
    for page in pages:
        if not has_plan_permission(membership.role, page.permission):
            continue
        try:
            url = reverse(page.view, args=[membership.plan.slug])
        except NoReverseMatch:
            continue
        items.append(NavItem(str(page.label), url, page.icon, page.is_active(current)))
    return items


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`current_plan`, `membership`, `plans` (all of the user's, asked for when used), `nav_items`, `menu_items`."""
    plan: Plan | None = getattr(request, "plan", None)
    membership: Membership | None = getattr(request, "membership", None)
    home_url = reverse("plan:home", args=[membership.plan.slug]) if membership else reverse("start")
    context: dict[str, Any] = {"current_plan": plan, "membership": membership, "home_url": home_url, "plans": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    context["plans"] = SimpleLazyObject(lambda: list(Plan.objects.filter(memberships__user=user)))
    if membership:
        match = request.resolver_match
        current = match.view_name if match else ""
        context["nav_items"] = pages_for(pages=NAVIGATION[membership.role], membership=membership, current=current)
        context["menu_items"] = pages_for(pages=MENU.get(membership.role, ()), membership=membership, current=current)
    return context
