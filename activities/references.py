"""Frivilligbevis: what one volunteer gave, and the paper about it that the team approves.

The volunteer asks, the team reads and may put the words right, and at the approval everything is frozen as canonical
JSON in Danish. The page, the staff's preview and the paper count with the same function; the paper is drawn from what
was frozen, never counted again.

    {"schema": 1, "name", "plan", "area", "first", "last", "evenings", "shifts", "minutes",
     "roles": [{"name", "times"}], "themes": [{"date", "title", "format", "visits", "host", "idea", "sensitive"}],
     "statement", "approved_by", "approved_on"}
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.mail import MailOutdated, fills_in, send_plan_mail
from accounts.models import Membership, Plan, User
from accounts.permissions import PERMISSIONS
from activities.hours import MINUTES_AN_HOUR, SignedShift, counted_signups, signed_shifts
from activities.models import ItemState, ProgrammeHost, ProgrammeItem, Reference, Session, SessionState, ShiftRole
from jobs.canonical import canonical_json

SCHEMA = 1
ASKED, APPROVED = "reference_asked", "reference_approved"  # mails
LANGUAGE = "da"  # of the paper: it is for Danish schools and employers
LATEST = 10


class ReferenceRefused(ValueError):
    """It cannot be done. The message is a whole, translated sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class RoleTimes:
    """A kind of shift, and how often the person had it."""

    name: str
    times: int


@dataclass(frozen=True)
class OwnTheme:
    """A theme that was the person's idea, or that they hosted, on an evening that was held. `visits`: how many came.

    What is `sensitive` (drugs, crime, health) counts, but its title does not stand on a paper for an employer.
    """

    date: date
    title: str
    format: str
    visits: int
    host: bool
    idea: bool
    sensitive: bool


@dataclass(frozen=True)
class OwnEvening:
    """One evening with the person on a shift."""

    session: Session
    minutes: int

    @property
    def hours(self) -> Decimal:
        return in_hours(self.minutes)


@dataclass(frozen=True)
class Contribution:
    """What one person gave to a plan: evenings and time by sign-ups that count, and what their own themes drew."""

    first: date | None
    last: date | None
    evenings: int
    shifts: int
    minutes: int
    roles: list[RoleTimes]
    themes: list[OwnTheme]  # newest first
    latest: list[OwnEvening] = field(default_factory=list)  # for the page alone

    @property
    def hours(self) -> Decimal:
        return in_hours(self.minutes)

    @property
    def theme_visits(self) -> int:
        return sum(theme.visits for theme in self.themes)

    @property
    def is_empty(self) -> bool:
        return not self.evenings and not self.themes


def in_hours(minutes: int) -> Decimal:
    """Hours with at most one decimal, as people say them."""
    return (Decimal(minutes) / MINUTES_AN_HOUR).quantize(Decimal("0.1"))


# -- counted -----------------------------------------------------------------------------------------------------------


def contribution(*, plan: Plan, user: User, today: date) -> Contribution:
    """All that the person gave from the plan's first day until today. Five queries, whatever there is."""
    first, last = plan.starts_on, min(today, plan.ends_on)
    shifts = signed_shifts(plan, first, last, user_id=user.pk)
    themes = own_themes(plan=plan, user=user, first=first, last=last)
    days = [shift.date for shift in shifts] + [theme.date for theme in themes]
    return Contribution(
        first=min(days, default=None),
        last=max(days, default=None),
        evenings=len({shift.session_id for shift in shifts}),
        shifts=len(shifts),
        minutes=sum(shift.minutes for shift in shifts),
        roles=_roles(plan=plan, user=user, first=first, last=last),
        themes=themes,
        latest=_latest(plan, shifts),
    )


def own_themes(*, plan: Plan, user: User, first: date, last: date) -> list[OwnTheme]:
    """Items of held evenings that the person hosted or had the idea to, newest first. One query."""
    items = ProgrammeItem.objects.filter(
        plan=plan, session__state=SessionState.HELD, session__date__range=(first, last)
    ).exclude(state=ItemState.CANCELLED)  # fmt: skip
    items = items.annotate(
        is_host=Exists(ProgrammeHost.objects.filter(plan=plan, item=OuterRef("pk"), user=user)),
        visits=Coalesce("session__heads_total", "session__known_heads"),
    )
    items = items.filter(Q(is_host=True) | Q(idea__created_by=user))
    return [
        OwnTheme(
            date=item.session.date,
            title=item.title,
            format=item.format.local_name if item.format else "",
            visits=item.visits,
            host=item.is_host,
            idea=item.idea is not None and item.idea.created_by_id == user.pk,
            sensitive=item.is_sensitive or item.session.is_sensitive,
        )
        for item in items.select_related("session", "format", "idea").order_by("-session__date", "-pk")
    ]


def _roles(*, plan: Plan, user: User, first: date, last: date) -> list[RoleTimes]:
    """The most frequent first. One query."""
    rows = counted_signups(plan, first, last).filter(user=user).order_by()
    times = {
        (position, code): (name, name_en, number)
        for position, code, name, name_en, number in rows.values_list(
            "shift__role__position", "shift__role__code", "shift__role__name", "shift__role__name_en"
        ).annotate(Count("pk"))
    }
    ranked = sorted(times.items(), key=lambda row: (-row[1][2], row[0]))
    return [
        RoleTimes(ShiftRole(name=name, name_en=name_en).local_name, number) for _key, (name, name_en, number) in ranked
    ]


def _latest(plan: Plan, shifts: Sequence[SignedShift]) -> list[OwnEvening]:
    """The person's newest evenings, newest first. One query."""
    minutes: dict[int, int] = {}
    for shift in reversed(shifts):
        if shift.session_id in minutes or len(minutes) < LATEST:
            minutes[shift.session_id] = minutes.get(shift.session_id, 0) + shift.minutes
    sessions = Session.objects.for_plan(plan).filter(pk__in=list(minutes)).with_visits()
    rows = sessions.select_related("activity__focus_area").order_by("-date", "-pk")
    return [OwnEvening(session, minutes[session.pk]) for session in rows]


# -- asked for, approved -----------------------------------------------------------------------------------------------


@transaction.atomic
def ask(*, plan: Plan, user: User, statement: str, now: datetime, root: str) -> Reference:
    """The volunteer asks for a paper, and the team is told. Asking while one waits is harmless: it stays as it is."""
    if contribution(plan=plan, user=user, today=timezone.localdate(now)).is_empty:
        raise ReferenceRefused(_("There is nothing to write about yet. Come back after your first evening."))
    wanted = {"asked_at": now, "statement": statement}
    reference, is_new = Reference.objects.get_or_create(plan=plan, user=user, approved_at=None, defaults=wanted)
    if is_new:
        _tell_team(plan=plan, user=user, on=timezone.localdate(now), root=root)
    return reference


def _tell_team(*, plan: Plan, user: User, on: date, root: str) -> None:
    """One mail to each who may approve; taken back and asked for again on the same day is not told twice."""
    team = Membership.objects.active().filter(
        plan=plan, role__in=PERMISSIONS["volunteers.manage"], user__is_active=True
    )
    for member in team.exclude(user=user).select_related("user"):
        send_plan_mail(
            template=ASKED,
            to=member.user.email,
            key=f"reference-asked:{user.pk}:{on.isoformat()}:{member.user_id}",
            plan=plan,
            by=user,
            context={"plan_id": plan.pk, "user_id": user.pk, "root": root},
        )


@transaction.atomic
def withdraw(*, reference: Reference) -> bool:
    """The volunteer does not want it after all. False when it is approved by now: then it is theirs to keep."""
    return bool(Reference.objects.waiting().filter(plan=reference.plan_id, pk=reference.pk).delete()[0])


@transaction.atomic
def reword(*, reference: Reference, statement: str) -> bool:
    """The team puts the words right. False when it is approved by now."""
    rows = Reference.objects.waiting().filter(plan=reference.plan_id, pk=reference.pk)
    return bool(rows.update(statement=statement))


@transaction.atomic
def approve(*, reference: Reference, statement: str, by: User, now: datetime, root: str) -> Reference:
    """Freeze it with those words, and tell the volunteer. Twice is harmless. Nobody approves their own."""
    reference = _lock(reference)
    if reference.is_approved:
        return reference
    if reference.user_id == by.pk:
        raise ReferenceRefused(_("You cannot approve your own. Ask a colleague."))
    freeze(reference=reference, statement=statement, by=by, now=now)
    send_plan_mail(
        template=APPROVED,
        to=reference.user.email,
        key=f"reference:{reference.pk}:{now.isoformat()}",
        plan=reference.plan,
        by=by,
        context={"reference_id": reference.pk, "approved_at": now.isoformat(), "root": root},
    )
    return reference


def freeze(*, reference: Reference, statement: str, by: User, now: datetime) -> None:
    """Count, and keep what was counted. Tells nobody."""
    today = timezone.localdate(now)
    with translation.override(LANGUAGE):
        given = contribution(plan=reference.plan, user=reference.user, today=today)
    if given.is_empty:
        raise ReferenceRefused(_("There is nothing to write about: no evening and no theme is counted."))
    reference.content = canonical_json(_content(reference, given, statement=statement, by=by, today=today))
    reference.statement, reference.approved_at, reference.approved_by = statement, now, by
    reference.save(update_fields=["statement", "approved_at", "approved_by", "content"])


@transaction.atomic
def take_back_approval(*, reference: Reference) -> Reference:
    """It waits again, and is counted anew when it is approved. Papers that were printed stay out there."""
    reference = _lock(reference)
    if not reference.is_approved:
        return reference
    if Reference.objects.waiting().filter(plan=reference.plan_id, user=reference.user_id).exists():
        raise ReferenceRefused(_("The volunteer has asked for a new one. Approve that one instead."))
    reference.approved_at, reference.approved_by, reference.content = None, None, ""
    reference.save(update_fields=["approved_at", "approved_by", "content"])
    return reference


def _lock(reference: Reference) -> Reference:
    rows = Reference.objects.select_for_update(of=("self",)).select_related("plan", "user")
    current = rows.filter(plan=reference.plan_id, pk=reference.pk).first()
    if current is None:
        raise ReferenceRefused(_("The volunteer has taken the request back in the meantime."))
    return current


def _content(reference: Reference, given: Contribution, *, statement: str, by: User, today: date) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "name": reference.user.name,
        "plan": reference.plan.name,
        "area": reference.plan.area,
        "first": given.first.isoformat() if given.first else "",
        "last": given.last.isoformat() if given.last else "",
        "evenings": given.evenings,
        "shifts": given.shifts,
        "minutes": given.minutes,
        "roles": [{"name": role.name, "times": role.times} for role in given.roles],
        "themes": [
            {
                "date": theme.date.isoformat(),
                "title": theme.title,
                "format": theme.format,
                "visits": theme.visits,
                "host": theme.host,
                "idea": theme.idea,
                "sensitive": theme.sensitive,
            }
            for theme in given.themes
        ],
        "statement": statement,
        "approved_by": by.name,
        "approved_on": today.isoformat(),
    }


@fills_in(ASKED)
def fill_in_request(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing is sent when it was taken back or approved in the meantime."""
    waiting = Reference.objects.waiting().filter(plan=context["plan_id"], user=context["user_id"])
    reference = waiting.select_related("user", "plan").first()
    if reference is None:
        raise MailOutdated
    link = reverse("activities:reference_detail", args=[reference.plan.slug, reference.pk])
    return {"volunteer": reference.user.first_name, "link": context["root"] + link}


@fills_in(APPROVED)
def fill_in_approval(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing is sent when the approval was taken back, or the person has left the plan."""
    at = datetime.fromisoformat(context["approved_at"])
    reference = Reference.objects.filter(pk=context["reference_id"], approved_at=at).select_related("plan").first()
    if reference is None or not reference.plan.memberships.active().filter(user=reference.user_id).exists():
        raise MailOutdated
    return {}
