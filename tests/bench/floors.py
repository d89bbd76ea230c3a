"""What a page can't be quicker than: the same middleware, the bare query, and next to no template."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.utils import timezone

from accounts.permissions import plan_permission_required, superuser_required
from activities.models import Session
from reporting.models import Release
from residents.attendance import count_people_by_focus_area
from residents.models import Attendance, Participant

ROWS = Template("<!doctype html><ul>{% for row in rows %}<li>{{ row.0 }} {{ row.1 }} {{ row.2 }}</li>{% endfor %}</ul>")


class QueryCountMiddleware:
    """Counts a request's queries when asked to (`X-Count: 1`), so that counting never slows a measured request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("X-Count") != "1":
            return self.get_response(request)
        statements: list[str] = []

        def note(execute, sql, params, many, context):
            if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT")):
                statements.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            response = self.get_response(request)
        response["X-Queries"] = str(len(statements))
        if request.headers.get("X-Show") == "1":
            response["X-Statements"] = " ¦ ".join(sql[:160].replace("\n", " ") for sql in statements).encode(
                "ascii", "replace"
            )
        return response


@plan_permission_required("plan.view")
def empty(request: HttpRequest, plan_slug: str) -> HttpResponse:
    return HttpResponse("ok")


@plan_permission_required("plan.view")
def bare_template(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """What every page of a member has around it: bar, menu and style, and nothing in it."""
    return render(request, "base.html")


@superuser_required
def bare_template_of_the_country(request: HttpRequest) -> HttpResponse:
    """The same around the pages over all plans."""
    return render(request, "base.html")


@plan_permission_required("participants.view")
def bare_tick_list(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The session, and those who were there."""
    session = Session.objects.values_list("date", "state", "known_heads").get(plan=request.plan, pk=pk)
    people = Attendance.objects.filter(plan=request.plan, session_id=pk).order_by("participant__alias")
    rows = [session, *people.values_list("participant_id", "participant__alias", "participant__birth_year")]
    return HttpResponse(ROWS.render(Context({"rows": rows})))


@plan_permission_required("attendance.record")
def bare_tick(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Ticks written as one upsert: no rights of a row, no history, no count kept in step."""
    session = Session.objects.values("activity_id", "date").get(plan=request.plan, pk=pk)
    now = timezone.now()
    people = Participant.objects.filter(plan=request.plan, pk__in=request.POST.getlist("participants"))
    Attendance.objects.bulk_create(
        (
            Attendance(plan=request.plan, session_id=pk, participant_id=person, recorded_at=now, **session)
            for person in people.values_list("pk", flat=True)
        ),
        ignore_conflicts=True,
    )
    return HttpResponse("ok")


@plan_permission_required("log.view")
def bare_month(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """The newest hundred sessions with what came."""
    sessions = Session.objects.filter(plan=request.plan, date__lt=date.max).with_visits().order_by("-date")
    return HttpResponse(ROWS.render(Context({"rows": sessions.values_list("date", "activity__name", "visits")[:100]})))


@plan_permission_required("releases.view")
def bare_release(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """The newest release of the whole plan as it lies in its row."""
    whole = Release.objects.filter(plan=request.plan, starts_on=request.plan.starts_on, ends_on=request.plan.ends_on)
    content = whole.values_list("content", flat=True).first()
    return HttpResponse(content or "")


@plan_permission_required("figures.draft")
def any_period(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """No page asks for any period yet; what one would ask the portal, with next to no template around it."""
    first, last = (date.fromisoformat(request.GET[name]) for name in ("from", "to"))
    found = count_people_by_focus_area(request.plan, first, last)
    rows = [(area, count.unique_min, count.unique_max) for area, count in found.items()]
    return HttpResponse(ROWS.render(Context({"rows": rows})))


@plan_permission_required("figures.draft")
def any_period_in_sql(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Known people alone, straight from the covering index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act.focus_area_id, COUNT(DISTINCT a.participant_id), 0 FROM residents_attendance a"
            " JOIN activities_activity act ON act.id = a.activity_id"
            " WHERE a.plan_id = %s AND a.date BETWEEN %s AND %s GROUP BY act.focus_area_id",
            [request.plan.pk, request.GET["from"], request.GET["to"]],
        )
        return HttpResponse(ROWS.render(Context({"rows": cursor.fetchall()})))


@plan_permission_required("attendance.export")
def bare_copy(request: HttpRequest, plan_slug: str) -> StreamingHttpResponse:
    """The rows as they lie there, as fast as the database gives them: COPY, or a cursor and the csv module."""
    return StreamingHttpResponse(_copied(request.plan.pk), content_type="text/csv")


def _copied(plan_id: int) -> Iterator[bytes]:
    statement = (
        "SELECT a.date, act.name, area.name, p.alias, p.birth_year FROM residents_attendance a"
        " JOIN activities_activity act ON act.id = a.activity_id"
        " JOIN partners_focusarea area ON area.id = act.focus_area_id"
        f" JOIN residents_participant p ON p.id = a.participant_id WHERE a.plan_id = {plan_id:d}"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv, DELIMITER ';')") as lines:
                held = bytearray()
                for line in lines:
                    held += line
                    if len(held) >= 65_536:
                        yield bytes(held)
                        held.clear()
            yield bytes(held)
            return
        cursor.execute(statement)
        while rows := cursor.fetchmany(2000):
            buffer = io.StringIO()
            csv.writer(buffer, delimiter=";").writerows(rows)
            yield buffer.getvalue().encode()
