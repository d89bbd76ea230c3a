"""After a new release: one mail to each whom its changes concern, and to nobody else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.mail import send_plan_mail
from accounts.models import User, VolunteerDetails
from accounts.templatetags.portal_tags import da_date
from activities.models import ProgrammeHost, ProgrammeRelease, Season, ShiftSignup
from activities.programme_release import BACK, CANCELLED, MOVED, NEW, Change, is_theme_off


def affected(season: Season, changes: Iterable[Change]) -> dict[User, list[Change]]:
    """Who should know, and what: hosts of a changed item, and whoever has a shift on an evening that it touches, before
    or after. Three queries. Who does not want mails is left out."""
    changes = list(changes)
    by_uid, by_day = defaultdict(list), defaultdict(list)
    for change in changes:
        by_uid[change.row["uid"]].append(change)
        for day in {row["date"] for row in (change.row, change.before) if row}:
            by_day[date.fromisoformat(day)].append(change)
    found: dict[User, list[Change]] = defaultdict(list)
    hosts = ProgrammeHost.objects.filter(plan_id=season.plan_id, item__uid__in=list(by_uid), user__is_active=True)
    for host in hosts.select_related("user", "item"):
        found[host.user] += by_uid[str(host.item.uid)]
    signups = ShiftSignup.objects.standing().filter(
        plan_id=season.plan_id,
        shift__session__activity=season.activity_id,
        shift__session__date__in=list(by_day),
        shift__is_off=False,
        user__is_active=True,
    )
    for signup in signups.select_related("user", "shift__session"):
        found[signup.user] += by_day[signup.shift.session.date]
    silent = VolunteerDetails.objects.filter(membership__plan=season.plan_id, wants_reminders=False)
    left_out = set(silent.values_list("membership__user", flat=True))
    order = {id(change): number for number, change in enumerate(changes)}
    return {
        user: sorted({id(change): change for change in theirs}.values(), key=lambda change: order[id(change)])
        for user, theirs in found.items()
        if user.pk not in left_out
    }


def tell_affected(*, release: ProgrammeRelease, changes: Iterable[Change], by: User, root: str, link: str) -> int:
    """Write the mails down for a worker. Not to who published. Says how many; again, it is the same mails.

    The first release of a season changes nothing for anybody, so it tells nobody.
    """
    if release.number == 1:
        return 0
    told = {user: theirs for user, theirs in affected(release.season, changes).items() if user.pk != by.pk}
    for user, theirs in told.items():
        with translation.override(user.language):
            lines = [change_line(change) for change in theirs]
        send_plan_mail(
            template="programme_changed",
            to=user.email,
            key=f"programme:{release.pk}:{user.pk}",
            plan=release.plan,
            by=by,
            context={"root": root, "link": link, "activity": release.season.activity.name, "lines": lines},
        )
    return len(told)


def change_line(change: Change) -> str:
    """One change in a sentence, in the language that is active."""
    row, before = change.row, change.before or change.row
    words = {"title": row["title"], "day": _day(row["date"]), "old": _day(before["date"])}
    if change.kind == NEW:
        return _("%(day)s: “%(title)s” is new.") % words
    if change.kind == CANCELLED and is_theme_off(row):
        return _("%(day)s: “%(title)s” is called off. The evening is held without it.") % words
    if change.kind == CANCELLED and is_theme_off(before):
        return _("%(day)s: now the whole evening is called off.") % words
    if change.kind == CANCELLED:
        return _("%(day)s: “%(title)s” is called off.") % words
    if change.kind == BACK:
        return _("%(day)s: “%(title)s” is on again.") % words
    if change.kind == MOVED and row["date"] != before["date"]:
        return _("“%(title)s” is moved from %(old)s to %(day)s.") % words
    if change.kind == MOVED:
        return _("%(day)s: “%(title)s” has another time.") % words
    return _("%(day)s: “%(title)s” is changed.") % words


def _day(iso: str) -> str:
    return da_date(date.fromisoformat(iso))
