"""Somebody new at the door: alias and birth year, with a gentle look at whether they are new."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.permissions import plan_permission_required
from activities.log import LogRefused
from activities.models import Session, SessionState
from jobs.values import match_key
from residents.aliases import alias_warnings, similar_people
from residents.attendance import record_tick
from residents.forms import WalkInForm
from residents.idle import asks_again_when_idle
from residents.models import Participant
from residents.participants import find_or_add
from residents.reads import log_read
from residents.tick_list import TickRow


class WalkIn:
    """What somebody typed at the door, and whom they may have meant."""

    def __init__(self, request: HttpRequest, session: Session, *, wanted: str = "") -> None:
        """`wanted` is a name that was searched for in vain."""
        self.request, self.session = request, session
        names = ("add", "existing")
        # whoever has typed somebody new and presses "Save" means them too
        is_saved = "save" in request.POST and request.POST.get("state") == SessionState.HELD
        is_typed = is_saved and bool(request.POST.get("new-alias", "").strip())
        self.is_asked = request.method == "POST" and (is_typed or any(name in request.POST for name in names))
        self.is_confirmed = request.POST.get("add") == "confirmed"
        data = request.POST if self.is_asked and "existing" not in request.POST else None
        self.form = WalkInForm(data, today=timezone.localdate(), initial={"alias": wanted})
        self.opens = bool(wanted)
        self.warnings: list[str] = []
        self.similar: list[Participant] = []

    @cached_property
    def chosen(self) -> Participant | None:
        """Somebody of the list of similar people: it is her."""
        value = self.request.POST.get("existing", "")
        people = Participant.objects.people().filter(plan=self.request.plan)
        return people.filter(pk=int(value)).first() if value.isascii() and value.isdecimal() else None

    def person(self) -> Participant | None:
        """The person to tick: chosen, found by alias and birth year, or new. None: there is a question first."""
        if self.chosen:
            return self.chosen
        if not self.is_asked or not self.form.is_valid():
            return None
        alias, born = self.form.cleaned_data["alias"], self.form.cleaned_data["birth_year"]
        plan = self.request.plan
        same = Participant.objects.people().filter(plan=plan, alias_key=match_key(alias), birth_year=born).first()
        if same:
            return same
        if not self.is_confirmed:
            self.warnings = alias_warnings(alias)
            with transaction.atomic():
                self.similar = similar_people(plan=plan, alias=alias)
                if self.similar:
                    rows = len(self.similar)
                    log_read(
                        plan=plan, user=self.request.user, page="attendance_walk_in", rows=rows, session=self.session
                    )
            if self.warnings or self.similar:
                return None
        return find_or_add(plan=plan, alias=alias, birth_year=born)[0]


@plan_permission_required("attendance.record")
@require_POST
@asks_again_when_idle
def attendance_walk_in(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Add somebody and tick them, without leaving the list."""
    session = get_object_or_404(Session.objects.for_plan(request.plan).select_related("activity"), pk=pk)
    walk_in = WalkIn(request, session)
    if not walk_in.is_asked:
        walk_in.form = WalkInForm({}, today=timezone.localdate())
    context = {"session": session, "walk_in": walk_in}
    if not session.uses_tick_list:
        return render(request, "residents/_walk_in.html", context, status=422)
    person = walk_in.person()
    if person is None:
        return render(request, "residents/_walk_in.html", context, status=422)
    log_read(plan=request.plan, user=request.user, page="attendance_walk_in", rows=1, session=session)
    try:
        session = record_tick(
            plan=request.plan,
            session_id=pk,
            participant_id=person.pk,
            present=True,
            by=request.user,
            today=timezone.localdate(),
            keep_total="keep_total" in request.POST,
        )
    except LogRefused as refused:
        walk_in.form.add_error(None, str(refused))
        return render(request, "residents/_walk_in.html", context, status=422)
    row = TickRow(person.pk, person.alias, person.birth_year, person.alias_key, ticked=True, checked=True)
    fresh = {"form": WalkInForm(today=timezone.localdate())}
    context = {"session": session, "walk_in": fresh, "rows": [row], "keep_total": "keep_total" in request.POST}
    return render(request, "residents/_walked_in.html", context)
