"""The history behind the logs: who wrote each, and the few that somebody corrected afterwards."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import OuterRef, Subquery

from activities.log import current_log, log_as_data, log_session
from activities.models import LogSource, Session, SessionChange, SessionState
from config.demo.sessions import BATCH, CAFE, Cast

UNTOUCHED = {
    "state": SessionState.PLANNED.value, "heads_total": None, "heads_estimated": False, "volunteer_turns": None,
    "note": "", "reason": "", "age_bands": {}, "logged_at": None, "logged_by": None, "log_source": "",
}  # fmt: skip
CORRECTED = (CAFE, "Søndagscafé", "Fredagsbold")


def write_changes(*, cast: Cast) -> None:
    """One line of history for each log, as if it had been written on a phone that night; then three corrections."""
    logged = Session.objects.filter(plan=cast.plan).exclude(state=SessionState.PLANNED)
    rows = []
    for session in logged.prefetch_related("age_bands").order_by("pk"):
        after = log_as_data(session, session.age_bands.all())
        rows.append(
            SessionChange(
                plan=cast.plan,
                session=session,
                changed_by_id=session.logged_by_id,
                source=LogSource.PERSON,
                before=after | UNTOUCHED,
                after=after,
            )
        )
    SessionChange.objects.bulk_create(rows, batch_size=BATCH)
    logged_at = Session.objects.filter(pk=OuterRef("session")).values("logged_at")
    SessionChange.objects.filter(plan=cast.plan).update(changed_at=Subquery(logged_at))
    correct_some(cast=cast)


def correct_some(*, cast: Cast) -> None:
    """Somebody had forgotten to count the helpers' friends: the number is put right some days later."""
    held = Session.objects.filter(plan=cast.plan, state=SessionState.HELD, heads_total__gt=0)
    for number, name in enumerate(CORRECTED):
        latest = cast.today - timedelta(days=14 + 7 * number)
        session = held.filter(activity__name=name, date__lte=latest).order_by("-date", "-pk").first()
        if session is None:
            continue
        by = next((user for user in cast.loggers if user.pk != session.logged_by_id), None)
        log = replace(current_log(session), heads_total=session.heads_total + 2)
        log_session(session=session, log=log, by=by, today=cast.today)
        written_at = session.logged_at + timedelta(days=3, hours=11)
        Session.objects.filter(pk=session.pk).update(logged_at=written_at)
        newest = session.changes.order_by("-pk").values("pk")[:1]
        SessionChange.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(changed_at=written_at)
