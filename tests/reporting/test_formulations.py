"""The 31 wordings of real plans, B1 … S9: each can be entered in the form, and gives the right value.

A row says how the wording is entered, what happened in the year, and what the figure then is. "Funnels" and "heraf"
targets are two indicators, and so two rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Plan, Role
from accounts.periods import Period, whole_plan
from activities.models import CountingMode, Session, Tally
from reporting.figures import indicator_figures
from reporting.models import Direction, Embedding, Indicator, Measure
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_schedule,
    get_focus_area,
    get_format,
)
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

JULY = date(2026, 7, 1)  # the day after the year: everything is over
THURSDAY = date(2025, 9, 4)
HALF = (date(2025, 7, 1), date(2025, 12, 31))
REACHED, BEHIND, AT_RISK, ON_TRACK, NO_DATA = "reached", "behind", "at_risk", "on_track", "no_data"
AREAS = {"B": 1, "U": 2, "K": 3, "S": 4}


@dataclass
class Stage:
    """One plan with an activity, on which a row of the table acts."""

    plan: Plan
    activity: Any
    indicator: Indicator

    def held(
        self, count: int, *, heads: int | None = 10, first=date(2025, 9, 2), step: int = 7, **fields
    ) -> list[Session]:
        days = [date.fromordinal(first.toordinal() + step * number) for number in range(count)]
        activity = fields.pop("activity", self.activity)
        return [create_held_session(activity=activity, date=day, heads=heads, **fields) for day in days]

    def people(self, count: int, *, times: int = 1, unnamed: int = 0, activity=None, again=()) -> list:
        """So many different people, each on so many evenings; `unnamed` heads beside them on the first one."""
        people = [*again, *(create_participant(plan=self.plan) for _ in range(count))]
        evenings = self.held(times, heads=None, activity=activity or self.activity)
        for evening in evenings:
            for person in people:
                create_attendance(session=evening, participant=person)
        if unnamed:
            Session.objects.filter(pk=evenings[0].pk).update(heads_total=len(people) + unnamed)
        return people

    def typed(self, *values: object, start: date = date(2025, 10, 1), indicator=None, **fields) -> None:
        for number, value in enumerate(values):
            day = date(start.year, start.month + number, 1)
            create_measurement(indicator=indicator or self.indicator, value=value, measured_on=day, **fields)

    def tally(self, kind: str, *numbers: int, start: date = date(2025, 9, 1), activity=None) -> None:
        for number, count in enumerate(numbers):
            Tally.objects.create(
                plan=self.plan, kind=kind, number=count, activity=activity, date=date(2025, start.month + number, 1)
            )

    def other(self, measure: str, **fields) -> Indicator:
        return create_indicator(plan=self.plan, measure=measure, activities=[self.activity], **fields)


@dataclass(frozen=True)
class Wording:
    code: str
    text: str
    measure: str
    happened: Callable[[Stage], object]
    value: object  # None: no figure
    target: object
    status: str
    value_max: object = "the same"  # None: nothing bounds it
    high: object = None
    direction: str = Direction.AT_LEAST
    period: Any = YEAR
    fields: dict[str, Any] = field(default_factory=dict)
    due_on: date | None = None


def carried_on(stage: Stage, yes: int, no: int, undecided: int) -> None:
    activities = [stage.activity, *(create_activity(plan=stage.plan) for _ in range(yes + no + undecided - 1))]
    for number, activity in enumerate(activities[: yes + no]):
        Embedding.objects.create(
            plan=stage.plan,
            activity=activity,
            is_carried_on=number < yes,
            decided_on=date(2026, 5, 4),
            by_whom="Kommunen",
        )


def volunteers(stage: Stage) -> None:
    """Unge Cafeen, three hours; five volunteers on 67 evenings, and one evening without a number."""
    create_schedule(activity=stage.activity, start_time=time(18), end_time=time(21), starts_on=date(2025, 8, 5))
    stage.held(67, step=3, first=date(2025, 8, 5), volunteer_turns=5)
    stage.held(1, first=date(2026, 6, 2))


def jobs_kept(stage: Stage) -> None:
    """Two typed-in counts: 14 of 20 have kept their job."""
    part = stage.other(Measure.PEOPLE_COUNT, code="B2a")
    whole = stage.other(Measure.PEOPLE_COUNT, code="B2b")
    stage.typed(9, 14, indicator=part)
    stage.typed(12, 20, indicator=whole)
    Indicator.objects.filter(pk=stage.indicator.pk).update(numerator=part, denominator=whole)


def two_activities(stage: Stage) -> None:
    """Three come to both, four and five to one each; six nameless heads."""
    other = create_activity(plan=stage.plan, counting_mode=CountingMode.PSEUDONYMOUS)
    stage.indicator.activities.add(other)
    both = stage.people(3)
    stage.people(4, activity=stage.activity, again=both)
    stage.people(5, activity=other, again=both, unnamed=6)


WORDINGS = [
    Wording("B1", "Mindst 20 unge (13-17 år) får fritidsjob årligt", Measure.PEOPLE_COUNT,
            lambda s: s.typed(9, 16, 21), 21, 20, REACHED),
    Wording("B2", "70 % fastholder fritidsjobbet i mindst 3 mdr.", Measure.SHARE, jobs_kept, 70, 70, REACHED),
    Wording("B2", "70 % fastholder fritidsjobbet (tastet ind som 14 af 20)", Measure.SHARE,
            lambda s: s.typed(65, part=13, whole=20), 65, 70, ON_TRACK),
    Wording("B3", "30 unge gennemfører et lommepengeforløb", Measure.UNIQUE_AT_LEAST,
            lambda s: (s.people(26, times=4), s.people(9, times=2)), 26, 30, BEHIND, fields={"at_least_times": 4}),
    Wording("B4", "40 deltager i jobcafé …", Measure.UNIQUE_PEOPLE, lambda s: s.people(38, unnamed=5), 43, 40, REACHED,
            period="plan", value_max=43),
    Wording("B4", "… heraf 15 i job ved planens udløb", Measure.PEOPLE_COUNT, lambda s: s.typed(4, 9), 9, 15, AT_RISK,
            period="plan"),
    Wording("B5", "Der holdes 10 jobdating-arrangementer", Measure.SESSIONS_HELD, lambda s: s.held(10), 10, 10,
            REACHED),
    Wording("B6", "60 brobygges til jobcenter eller virksomhed", Measure.REFERRALS,
            lambda s: (s.tally("referral", 20, 31, activity=s.activity), s.tally("contact", 50, activity=s.activity)),
            51, 60, BEHIND),
    Wording("B7", "Under 40 % af 18-64-årige uden tilknytning", Measure.REGISTER, lambda s: s.typed("41.5", "38.2"),
            "38.2", 40, REACHED, direction=Direction.AT_MOST),
    Wording("B8", "30-50 % i job/uddannelse som 18-årige", Measure.SHARE,
            lambda s: s.typed("60.4167", part=29, whole=48), "60.4167", 30, BEHIND, high=50, direction=Direction.RANGE),
    Wording("U1", "Lektiecaféen åbner 2 gange ugentligt i 40 uger", Measure.SESSIONS_HELD,
            lambda s: s.held(72, step=3), 72, 80, ON_TRACK),
    Wording("U2", "Gennemsnitligt 15 børn pr. gang", Measure.MEAN_VISITS,
            lambda s: (s.held(3, heads=14), s.held(1, heads=21, first=date(2025, 12, 2)), s.held(1, heads=0)),
            "12.6", 15, BEHIND, period=HALF),
    Wording("U3", "25 unge får uddannelsesvejledning", Measure.UNIQUE_PEOPLE, lambda s: s.people(24), 24, 25, ON_TRACK),
    Wording("U4", "80 % oplever større lyst til skole", Measure.SURVEY,
            lambda s: s.typed(60, part=708, whole=1180, is_estimated=True), 60, 80, BEHIND),
    Wording("U5", "Unge uden uddannelse/job: fra 375 til 300", Measure.REGISTER, lambda s: s.typed(360, 330), 330, 300,
            ON_TRACK, direction=Direction.AT_MOST, period="plan",
            fields={"baseline": Decimal(375), "baseline_on": date(2022, 12, 31)}),
    Wording("U6", "20 forældre gennemfører familiekursus (6 af 8 gange)", Measure.UNIQUE_AT_LEAST,
            lambda s: (s.people(20, times=6), s.people(7, times=5, unnamed=3)), 20, 20, REACHED, value_max=None,
            fields={"at_least_times": 6}),
    Wording("U7", "Dagtilbudsandel på kommunens niveau", Measure.BENCHMARK_GAP,
            lambda s: s.typed("81.5", compared_with=Decimal(86)), "-4.5", 0, AT_RISK),
    Wording("K1", "Unge Cafeen åben mindst 40 uger", Measure.WEEKS_OPEN,
            lambda s: (s.held(36), s.held(30, first=THURSDAY)), 36, 40, ON_TRACK),
    Wording("K2", "Gennemsnitligt 30 unge pr. aften", Measure.MEAN_VISITS,
            lambda s: (s.held(2, heads=50), s.held(2, heads=20, first=date(2025, 11, 4))), 35, 30, REACHED),
    Wording("K3", "Mindst 120 forskellige unge i cafeen", Measure.UNIQUE_PEOPLE,
            lambda s: s.people(12, times=3, unnamed=30), 42, 120, AT_RISK, value_max=42),
    Wording("K4", "8 debataftener", Measure.SESSIONS_WITH_FORMAT,
            lambda s: (s.held(8, format=get_format("debate")), s.held(5, first=THURSDAY, format=get_format("film"))),
            8, 8, REACHED, fields={"format": "debate"}),
    Wording("K5", "40 børn i forening via fritidspas …", Measure.REFERRALS,
            lambda s: (s.typed(30), s.tally("referral", 9, 4, 7, activity=s.activity)), 37, 40, ON_TRACK),
    Wording("K5", "… 60 % aktive efter 6 mdr.", Measure.SHARE, lambda s: s.typed(45, part=9, whole=20), 45, 60, BEHIND),
    Wording("K6", "Sigtede unge pr. 1.000 falder", Measure.REGISTER, lambda s: s.typed("41.5", "39.5"), "39.5", "38.5",
            ON_TRACK, direction=Direction.AT_MOST),
    Wording("K7", "Højst 10 % utrygge", Measure.SURVEY, lambda s: s.typed("9.6"), "9.6", 10, REACHED,
            direction=Direction.AT_MOST),
    Wording("S1", "25 aktive unge frivillige", Measure.ACTIVE_VOLUNTEERS, lambda s: s.typed(26, 22), 22, 25, BEHIND),
    Wording("S2", "1.000 frivilligtimer", Measure.VOLUNTEER_HOURS, volunteers, 1005, 1000, REACHED),
    Wording("S3", "95 caféaftener", Measure.SESSIONS_HELD,
            lambda s: [s.held(32, first=date(year, 9, 1)) for year in (2023, 2024, 2025)], 96, 95,
            REACHED, period="plan"),
    Wording("S4", "200 beboere i mindst én fællesskabsaktivitet", Measure.UNIQUE_PEOPLE, two_activities,
            14, 200, AT_RISK, value_max=18),
    Wording("S5", "12 beboerdrevne arrangementer …", Measure.SESSIONS_HELD, lambda s: s.held(11), 11, 12, ON_TRACK),
    Wording("S5", "… heraf 4 for hele området", Measure.SESSIONS_WITH_FORMAT,
            lambda s: (s.held(3, theme="Fest for hele området"), s.held(6, first=THURSDAY, theme="Sy med naboen")),
            3, 4, BEHIND, fields={"theme": "hele OMRÅDET"}),
    Wording("S6", "300 anonyme henvendelser i beboerrådgivningen", Measure.CONTACTS,
            lambda s: (s.tally("contact", 120, 90, 92, activity=s.activity), s.tally("contact", 40)), 302, 300,
            REACHED),
    Wording("S7", "Valgdeltagelsen stiger 5 procentpoint", Measure.BASELINE_CHANGE, lambda s: s.typed("57.5"), "5.5", 5,
            REACHED, fields={"baseline": Decimal(52), "about_area": True}, period="plan"),
    Wording("S8", "50 % af tilbuddene videreføres", Measure.CARRIED_ON, lambda s: carried_on(s, 5, 2, 3), 50, 50,
            REACHED, period="plan", fields={"all_activities": True}),
    Wording("S9", "Partneraftale underskrevet senest 1. juli", Measure.MILESTONE,
            lambda s: s.typed(1, start=date(2025, 6, 20)), 1, None, REACHED, direction="", due_on=date(2025, 7, 1),
            period=(date(2024, 7, 1), date(2025, 6, 30))),
]  # fmt: skip


def test_the_table_holds_all_31_wordings():
    assert len({wording.code for wording in WORDINGS}) == 31


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", starts_on=date(2023, 7, 1), ends_on=date(2027, 6, 30))


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: f"{wording.code} {wording.text[:30]}")
def test_every_wording_is_entered_and_gives_the_right_value(plan, wording):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    indicator = enter(plan, activity, wording)
    period = whole_plan(plan) if wording.period == "plan" else Period(*wording.period)
    create_target(
        indicator=indicator, value=wording.target, high=wording.high, due_on=wording.due_on,
        period=(period.first, period.last),
    )  # fmt: skip
    wording.happened(Stage(plan, activity, indicator))

    found = {f.indicator.pk: f for f in indicator_figures(plan, period.first, period.last, max(JULY, after(period)))}
    figure = found[indicator.pk]

    highest = wording.value if wording.value_max == "the same" else wording.value_max
    assert (figure.value.low, figure.value.high) == (exact(wording.value), exact(highest))
    assert figure.status == wording.status


def enter(plan, activity, wording: Wording) -> Indicator:
    """As a project manager types it into the form."""
    client = Client()
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    fields = {name: as_typed(value) for name, value in wording.fields.items()}
    if "format" in wording.fields:
        fields["format"] = get_format(wording.fields["format"]).pk
    response = client.post(
        reverse("reporting:indicator_create", args=["birkeparken"]),
        {
            "code": wording.code,
            "text": wording.text,
            "focus_area": get_focus_area(AREAS[wording.code[0]]).pk,
            "measure": wording.measure,
            "direction": wording.direction,
            "margin": "10",
            "activities": [activity.pk],
            **fields,
        },
    )
    assert response.status_code == 302, response.context["form"].errors
    return plan.indicators.get(code=wording.code)


def as_typed(value: object) -> object:
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value).replace(".", ",")


def after(period: Period) -> date:
    return date.fromordinal(period.last.toordinal() + 1)


def exact(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
