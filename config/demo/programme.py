"""Unge Cafeen's programme in the demo: a season that runs, with ideas, items, guests and one release."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Plan, User
from accounts.templatetags.portal_tags import first_upper
from activities.models import (
    Activity,
    ChecklistLine,
    Format,
    Guest,
    GuestRole,
    Idea,
    IdeaSource,
    IdeaState,
    IdeaVote,
    ItemState,
    ListKind,
    ProgrammeHost,
    ProgrammeItem,
    ProgrammeRelease,
    Season,
    Session,
    SessionChange,
    SessionState,
)
from activities.programme_release import publish_programme
from activities.programme_themes import write_themes
from activities.schedule import expected_dates
from activities.seasons import save_season
from activities.themes import sensitive_theme

BEFORE, AFTER = timedelta(weeks=4), timedelta(weeks=16)
# The season by the month in which it ends.
NAMES = {12: "Vinter", 1: "Vinter", 2: "Vinter", 3: "Forår", 4: "Forår", 5: "Forår", 6: "Sommer", 7: "Sommer",
         8: "Sommer", 9: "Efterår", 10: "Efterår", 11: "Efterår"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Show:
    """One item. `week`: which of the coming evenings; None: it waits on the shelf. Published unless said otherwise."""

    week: int | None
    format: str
    title: str
    text: str
    simple: str = ""
    theme: str = ""
    hosts: tuple[str, ...] = ()  # mailboxes
    leads: str = ""  # which of them leads the debate
    guests: tuple[tuple[str, str, str, str, bool], ...] = ()  # name, from, role, phone, has said yes
    lines: tuple[tuple[str, str], ...] = ()
    budget: int | None = None
    state: str = ItemState.PUBLISHED


SHOWS: tuple[Show, ...] = (
    Show(
        week=0, format="debate", title="Kærlighed og kultur", theme="kærlighed og kultur",
        text="Må man vælge selv? To unge fra området, en psykolog og dig.\nVi spiser sammen kl. 18.",
        simple="Vi taler om kærlighed. Alle kan være med.",
        hosts=("frivillig", "samir"), leads="frivillig",
        guests=(
            ("Mette Holm", "psykolog", GuestRole.PANEL, "20 00 00 11", True),
            ("Amir og Nadia", "to unge fra området", GuestRole.PANEL, "", True),
        ),
        lines=(
            (ListKind.TASK, "Skriv fem spørgsmål"), (ListKind.TASK, "Stil stole i rundkreds"),
            (ListKind.SHOPPING, "12 pizzaer"), (ListKind.SHOPPING, "Saft og is"), (ListKind.EQUIPMENT, "To mikrofoner"),
        ),
        budget=900,
    ),
    Show(
        week=1, format="workshop", title="Skriv dit første CV",
        text="Tag din telefon med. Du går hjem med et CV, der er klar til at sende.",
        simple="Vi hjælper dig med et CV.",
        hosts=("emilie",),
        guests=(("Jens Friis", "Jobcentret", GuestRole.GUEST, "20 00 00 12", True),),
        lines=((ListKind.EQUIPMENT, "Fire computere og en printer"),),
    ),
    Show(
        week=2, format="food", title="Vi laver sambusa",
        text="Kom kl. 17, hvis du vil være med i køkkenet. Vi spiser kl. 19.",
        simple="Vi laver mad og spiser sammen.",
        hosts=("ibrahim", "zahra"),
        lines=((ListKind.SHOPPING, "Hakket oksekød, 4 kg"), (ListKind.SHOPPING, "Sambusaplader")),
        budget=650,
    ),
    Show(
        week=3, format="film", title="Filmaften: jeres valg",
        text="Stem på filmen i døren. Der er popcorn.", hosts=("sofia",),
    ),
    Show(
        week=4, format="debate", title="Sociale medier: hvem styrer hvem?", theme="sociale medier",
        text="Hvor meget ved din telefon om dig? Panel og quiz.",
        guests=(("Lise Borg", "forsker", GuestRole.PANEL, "20 00 00 13", False),),
        hosts=("samir",), state=ItemState.APPROVED,
    ),
    Show(
        week=5, format="tournament", title="Stor FIFA-turnering",
        text="Hold på to. Præmie til vinderne.", hosts=("viktor",), state=ItemState.DRAFT,
    ),
    Show(week=None, format="visit", title="Besøg på brandstationen", text="", state=ItemState.ACCEPTED),
)  # fmt: skip

# The evenings of the season that have been, the newest first: who hosted them, and whose idea they were (mailboxes).
HELD_BY: tuple[tuple[tuple[str, ...], str], ...] = (
    (("frivillig",), "frivillig"),
    (("samir", "emilie"), "zahra"),
    (("viktor",), "frivillig"),
    (("sofia", "frivillig"), "ibrahim"),
)

# format, theme, why, votes
IDEAS: tuple[tuple[str, str, str, int], ...] = (
    ("debate", "Må politiet tage din telefon?", "Mange er i tvivl om, hvad reglerne er", 23),
    ("other", "Koncert med unge fra området", "Vi er mindst fire, der kan spille", 19),
    ("workshop", "Lær at klippe hår", "Min fætter vil gerne vise det", 14),
    ("debate", "Penge: hvad gør man med sin første løn?", "", 11),
    ("film", "Dokumentar og snak bagefter", "", 9),
    ("visit", "Tur til Aros", "Det er gratis under 18", 7),
    ("food", "Mad fra fem lande", "Alle tager en ret med", 6),
    ("tournament", "Bordtennis mod Bispehaven", "", 4),
    ("workshop", "Selvforsvar for piger", "", 3),
)


def build_programme(*, plan: Plan, activity: Activity, users: dict[str, User], today: date) -> Season | None:
    """The café's season around `today`. None when the plan has no evenings left then."""
    days = expected_dates(plan, [activity], today - BEFORE, today + AFTER)[activity.pk]
    if not days or days[-1] < today:
        return None
    season = Season(plan=plan, activity=activity, starts_on=days[0], ends_on=days[-1])
    season.name = f"{NAMES[days[-1].month]} {days[-1].year}"
    save_season(season=season, slots=["Tema"], today=today)
    coming = list(
        Session.objects.filter(
            plan=plan, activity=activity, state=SessionState.PLANNED, date__range=(today, season.ends_on)
        ).order_by("date", "pk")
    )
    formats = {row.code: row for row in Format.objects.all()}
    moment = release_moment(today)
    add_held(season, users=users, moment=moment)
    made = [add_show(show, season=season, coming=coming, formats=formats, users=users, moment=moment) for show in SHOWS]
    add_ideas(activity=activity, formats=formats, today=today)
    release_season(season, by=users.get("frivillig"), today=today)
    for item, show in made:  # approved since, so that there is something to publish
        if show.state == ItemState.APPROVED:
            ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.APPROVED)
    write_themes(plan_id=plan.pk, sessions=[session.pk for session in coming], by=users.get("medarbejder"))
    SessionChange.objects.filter(plan=plan, session__in=coming).update(changed_at=moment)
    return season


def add_held(season: Season, *, users: dict[str, User], moment: datetime) -> None:
    """The evenings of the season that have been, with the theme that was logged and who stood for it."""
    held = season.activity.sessions.held().between(season.starts_on, season.ends_on).exclude(theme="")
    for session, (hosts, thought_of_by) in zip(held.order_by("-date", "pk"), HELD_BY, strict=False):
        title = first_upper(session.theme)
        idea = Idea.objects.create(
            plan=season.plan, activity=season.activity, title=title, format=session.format, state=IdeaState.ACCEPTED,
            source=IdeaSource.MEMBER, created_by=users.get(thought_of_by),
        )  # fmt: skip
        item = ProgrammeItem.objects.create(
            plan=season.plan, season=season, session=session, slot=season.slots.first(), idea=idea, title=title,
            theme=session.theme, format=session.format, is_sensitive=session.is_sensitive, state=ItemState.APPROVED,
            approved_by=users.get("medarbejder"), approved_at=moment,
        )  # fmt: skip
        ProgrammeHost.objects.bulk_create(
            ProgrammeHost(plan=season.plan, item=item, user=users[mailbox]) for mailbox in hosts if mailbox in users
        )


def add_show(
    show: Show,
    *,
    season: Season,
    coming: list[Session],
    formats: dict[str, Format],
    users: dict[str, User],
    moment: datetime,
) -> tuple[ProgrammeItem, Show]:
    """One item with its people and lists. Without an evening for it, it waits on the shelf."""
    session = coming[show.week] if show.week is not None and show.week < len(coming) else None
    item = ProgrammeItem.objects.create(
        plan=season.plan,
        season=season,
        session=session,
        slot=season.slots.first() if session else None,
        title=show.title,
        theme=show.theme,
        format=formats.get(show.format),
        is_sensitive=sensitive_theme(show.theme or show.title),
        description=show.text,
        simple_description=show.simple,
        budget=show.budget,
        # what is published follows from the release, which comes next
        state=ItemState.ACCEPTED if session is None else ItemState.DRAFT,
    )
    if session and show.state == ItemState.PUBLISHED:
        item.state, item.approved_by, item.approved_at = ItemState.APPROVED, users.get("medarbejder"), moment
        item.save(update_fields=["state", "approved_by", "approved_at"])
    ProgrammeHost.objects.bulk_create(
        ProgrammeHost(plan=season.plan, item=item, user=users[mailbox], is_moderator=mailbox == show.leads)
        for mailbox in show.hosts
        if mailbox in users
    )
    Guest.objects.bulk_create(
        Guest(
            plan=season.plan, item=item, name=name, title=title, role=role, phone=phone,
            is_confirmed=confirmed, is_public=confirmed,
        )
        for name, title, role, phone, confirmed in show.guests
    )  # fmt: skip
    ChecklistLine.objects.bulk_create(
        ChecklistLine(plan=season.plan, item=item, kind=kind, text=text, position=position)
        for position, (kind, text) in enumerate(show.lines, start=1)
    )
    return item, show


def add_ideas(*, activity: Activity, formats: dict[str, Format], today: date) -> None:
    """Ideas with their votes, each from another invented browser."""
    for code, title, why, votes in IDEAS:
        idea = Idea.objects.create(
            plan=activity.plan, activity=activity, title=title, why=why, format=formats.get(code), state=IdeaState.OPEN
        )
        IdeaVote.objects.bulk_create(
            IdeaVote(
                plan=activity.plan,
                activity=activity,
                idea=idea,
                voted_on=today - timedelta(days=1 + number % 20),
                voter=f"demo-{idea.pk}-{number}",
            )
            for number in range(votes)
        )


def release_season(season: Season, *, by: User | None, today: date) -> ProgrammeRelease:
    """As if it had been published three days ago."""
    release = publish_programme(season=season, by=by).release
    ProgrammeRelease.objects.filter(pk=release.pk).update(published_at=release_moment(today))
    return release


def release_moment(today: date) -> datetime:
    """Three days before, in the afternoon."""
    return timezone.make_aware(datetime.combine(today - timedelta(days=3), time(16, 12)))
