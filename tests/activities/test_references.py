"""What a volunteer has given, and the frivilligbevis about it."""

import io
import json
import re
from datetime import date, time, timedelta
from decimal import Decimal

import pypdfium2
import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from accounts.mail import compose
from accounts.models import Mail, Membership, Role
from accounts.tasks import run_send_mail
from activities.models import IdeaState, ItemState, Reference, SessionState
from activities.reference_paper import NO_BREAK, read_paper, reference_pdf
from activities.references import (
    APPROVED,
    ASKED,
    ReferenceRefused,
    approve,
    ask,
    contribution,
    reword,
    take_back_approval,
    withdraw,
)
from jobs.canonical import canonical_json
from jobs.models import Job
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_session,
    create_shift,
    create_signup,
    create_volunteer,
    get_format,
)
from tests.factories.programme import create_host, create_idea, create_item, create_season
from tests.factories.references import create_approved_reference, create_reference

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)
ROOT = "https://portal.eksempel.dk"


@pytest.fixture(autouse=True)
def tuesday_noon():
    with time_machine.travel("2026-11-24 12:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


@pytest.fixture
def cafe(plan, lotte):
    return create_activity(plan=plan, name="Unge Cafeen", owner=lotte)


@pytest.fixture
def yasmin(plan, client):
    yasmin = create_volunteer(plan=plan, name="Yasmin Ahmadi")
    client.force_login(yasmin)
    return yasmin


@pytest.fixture
def season(cafe):
    return create_season(activity=cafe, starts_on=date(2026, 8, 1), ends_on=date(2026, 12, 31))


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def seen(client, address):
    return " ".join(client.get(address).content.decode().split())


def said(response):
    return [str(message) for message in response.context["messages"]]


def evening(activity, *, weeks_ago=1, **fields):
    day = TUESDAY - timedelta(weeks=weeks_ago)
    return create_held_session(
        activity=activity, date=day, **{"start_time": time(18), "end_time": time(21), "heads": 30, **fields}
    )


def be_there(session, user, *, role="door", **fields):
    """On a shift of that evening."""
    times = {name: fields.pop(name) for name in ("start_time", "end_time") if name in fields}
    return create_signup(shift=create_shift(session=session, role=role, maximum=50, **times), user=user, **fields)


def own(plan, user, *, today=TUESDAY):
    return contribution(plan=plan, user=user, today=today)


def asked(plan, user, statement="Jeg er god til at lytte."):
    return ask(plan=plan, user=user, statement=statement, now=timezone.now(), root=ROOT)


def mail_job(template):
    """The job that sends the one mail of this kind."""
    return Job.objects.get(kind="send_mail", arguments={"mail_id": Mail.objects.get(template=template).pk})


def approved(reference, by, statement="Yasmin holder, hvad hun lover."):
    return approve(reference=reference, statement=statement, by=by, now=timezone.now(), root=ROOT)


def pdf_text(body):
    document = pypdfium2.PdfDocument(io.BytesIO(body))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.replace(NO_BREAK, " ").split())


def pages_of(body):
    return len(pypdfium2.PdfDocument(io.BytesIO(body)))


# -- what is counted ---------------------------------------------------------------------------------------------------


def test_evenings_hours_and_roles_are_the_persons_own(plan, cafe, yasmin):
    first, second = evening(cafe, weeks_ago=3), evening(cafe, weeks_ago=1)
    be_there(first, yasmin, role="door", was_there=True)
    be_there(first, yasmin, role="clean-up", start_time=time(21), end_time=time(21, 30), was_there=True)
    be_there(second, yasmin, role="door")
    be_there(second, create_volunteer(plan=plan), role="host", was_there=True)

    mine = own(plan, yasmin)

    assert (mine.evenings, mine.shifts, mine.minutes, mine.hours) == (2, 3, 390, Decimal("6.5"))
    assert [(role.name, role.times) for role in mine.roles] == [("Dør", 2), ("Oprydning", 1)]
    assert (mine.first, mine.last) == (TUESDAY - timedelta(weeks=3), TUESDAY - timedelta(weeks=1))
    assert [(row.session, row.minutes) for row in mine.latest] == [(second, 180), (first, 210)]
    assert [row.session.visits for row in mine.latest] == [30, 30]


def test_what_was_not_held_or_not_attended_does_not_count(plan, cafe, yasmin):
    be_there(evening(cafe), yasmin, was_there=False)
    be_there(evening(cafe, weeks_ago=2), yasmin, withdrawn_at=timezone.now())
    be_there(create_session(activity=cafe, date=TUESDAY - timedelta(weeks=3)), yasmin)
    be_there(create_session(activity=cafe, date=TUESDAY - timedelta(weeks=4), state=SessionState.CANCELLED), yasmin)
    be_there(evening(create_activity(plan=create_plan(slug="anden"))), yasmin, was_there=True)

    mine = own(plan, yasmin)

    assert mine.is_empty
    assert (mine.evenings, mine.minutes, mine.roles, mine.latest) == (0, 0, [], [])


@settings(max_examples=30)
@for_all(
    st.lists(
        st.tuples(
            st.integers(0, 5),  # which evening
            st.sampled_from(["host", "kitchen", "door"]),
            st.integers(16, 22),
            st.integers(1, 4),
            st.sampled_from([None, True, False]),
            st.booleans(),
        ),
        max_size=12,
        unique_by=lambda row: (row[0], row[1]),
    )
)
def test_own_time_is_what_a_person_would_add_up(rows):
    with transaction.atomic():
        plan = create_plan()
        user, activity = create_volunteer(plan=plan), create_activity(plan=plan)
        evenings, minutes, roles = set(), 0, {}
        sessions = [evening(activity, weeks_ago=number + 1) for number in range(6)]
        for number, role, start, hours, was_there, is_withdrawn in rows:
            be_there(
                sessions[number], user, role=role, start_time=time(start), end_time=time((start + hours) % 24),
                was_there=was_there, withdrawn_at=timezone.now() if is_withdrawn else None,
            )  # fmt: skip
            if was_there or (was_there is None and not is_withdrawn):
                evenings.add(number)
                minutes += hours * 60
                roles[role] = roles.get(role, 0) + 1

        mine = own(plan, user)

        assert (mine.evenings, mine.minutes) == (len(evenings), minutes)
        assert sorted(role.times for role in mine.roles) == sorted(roles.values())
        transaction.set_rollback(True)


def test_own_themes_are_those_hosted_or_thought_of_on_evenings_that_were_held(plan, cafe, season, yasmin):
    other = create_volunteer(plan=plan)
    mine = create_idea(activity=cafe, title="Penge", state=IdeaState.ACCEPTED, created_by=yasmin)
    debate = create_item(
        season=season, session=evening(cafe, weeks_ago=1, heads=41), title="Penge", format=get_format(), idea=mine
    )
    create_host(item=debate, user=yasmin)
    create_host(item=debate, user=other)
    create_item(season=season, session=evening(cafe, weeks_ago=2, heads=20), title="Film", idea=mine)
    quiz = create_item(season=season, session=evening(cafe, weeks_ago=3, heads=25), title="Quiz")
    create_host(item=quiz, user=yasmin)
    for title, session, state in (
        ("Kommer", create_session(activity=cafe, date=TUESDAY + timedelta(7)), ItemState.PUBLISHED),
        ("Aflyst", evening(cafe, weeks_ago=4), ItemState.CANCELLED),
    ):
        create_host(item=create_item(season=season, session=session, title=title, state=state), user=yasmin)
    create_host(item=create_item(season=season, session=evening(cafe, weeks_ago=5), title="En andens"), user=other)

    themes = own(plan, yasmin).themes

    assert [(theme.title, theme.visits, theme.host, theme.idea) for theme in themes] == [
        ("Penge", 41, True, True),
        ("Film", 20, False, True),
        ("Quiz", 25, True, False),
    ]
    assert (themes[0].format, own(plan, yasmin).theme_visits) == ("Debat", 86)


def test_the_turnout_is_the_ticks_where_nobody_wrote_a_total(plan, cafe, season, yasmin):
    session = evening(cafe, heads=None)
    type(session).objects.filter(pk=session.pk).update(heads_total=None, known_heads=7)
    create_host(item=create_item(season=season, session=session), user=yasmin)

    assert own(plan, yasmin).theme_visits == 7


@pytest.mark.parametrize("evenings", [1, 30])
def test_the_page_takes_the_same_few_queries(client, plan, cafe, season, yasmin, lotte, evenings):
    for number in range(evenings):
        session = evening(cafe, weeks_ago=number + 1)
        be_there(session, yasmin, was_there=True)
        create_host(item=create_item(season=season, session=session), user=yasmin)
    for _ in range(evenings):
        create_approved_reference(plan=plan, user=yasmin, by=lotte)

    with CaptureQueriesContext(connection) as queries:
        page = client.get(url("contribution"))

    assert page.context["given"].evenings == evenings
    assert len(queries) == 9


# -- asked for ---------------------------------------------------------------------------------------------------------


def test_a_volunteer_asks_and_sees_that_it_waits(client, plan, cafe, yasmin):
    be_there(evening(cafe), yasmin, was_there=True)
    page = seen(client, url("contribution"))
    assert "Bed om et bevis" in page

    response = client.post(url("reference_ask"), {"statement": "Jeg er  god\ntil at lytte."}, follow=True)

    assert said(response) == ["Du har bedt om dit bevis. Nu læser holdet det."]
    reference = Reference.objects.get()
    assert (reference.user, reference.statement, reference.is_approved) == (yasmin, "Jeg er god til at lytte.", False)
    page = seen(client, url("contribution"))
    assert "Holdet læser det" in page
    assert "Bed om et bevis" not in page


def test_a_double_click_makes_one_request(client, plan, cafe, yasmin):
    be_there(evening(cafe), yasmin, was_there=True)

    for statement in ("Først", "Igen"):
        client.post(url("reference_ask"), {"statement": statement})

    assert Reference.objects.get().statement == "Først"


def test_the_team_is_told_once_a_day_that_somebody_asks(client, plan, cafe, yasmin, lotte):
    create_member(plan=plan, role=Role.BOARD)
    leader = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    be_there(evening(cafe), yasmin, was_there=True)

    client.post(url("reference_ask"), {"statement": "Jeg er god til at lytte."})
    client.post(url("reference_withdraw", Reference.objects.get().pk))
    client.post(url("reference_ask") + "?fortryd=1")

    mails = [compose(mail) for mail in Mail.objects.order_by("pk")]
    assert sorted(mail.to[0] for mail in mails) == sorted([lotte.email, leader.email])
    assert {mail.subject for mail in mails} == {"Yasmin beder om et frivilligbevis"}
    assert all(f"/herredsvang/bevis/{Reference.objects.get().pk}/" in mail.body for mail in mails)
    assert "lytte" not in "".join(mail.body for mail in mails)


@pytest.mark.parametrize("happens", ["taken back", "approved"])
def test_the_team_gets_no_mail_about_a_request_that_waits_no_more(plan, cafe, yasmin, lotte, mailoutbox, happens):
    be_there(evening(cafe), yasmin, was_there=True)
    reference = ask(plan=plan, user=yasmin, statement="", now=timezone.now(), root=ROOT)
    job = mail_job(ASKED)
    if happens == "taken back":
        withdraw(reference=reference)
    else:
        approved(reference, lotte)

    result = run_send_mail(job, lambda *_: None)

    assert (result.line, mailoutbox) == ("E-mailen var der ikke længere brug for.", [])


def test_the_database_holds_one_waiting_request_and_no_half_approval(plan, yasmin):
    create_reference(plan=plan, user=yasmin)
    wrong = (
        {},
        {"approved_at": timezone.now()},
        {"content": "{}"},
    )
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            create_reference(plan=plan, user=create_volunteer(plan=plan) if fields else yasmin, **fields)

    assert Reference.objects.count() == 1


def test_a_cpr_number_is_refused_and_the_words_are_kept(client, plan, cafe, yasmin):
    be_there(evening(cafe), yasmin, was_there=True)

    response = client.post(url("reference_ask"), {"statement": "Skriv til 010203-1234, jeg er god"})

    assert response.status_code == 422
    assert "Skriv til 010203-1234, jeg er god" in response.content.decode()
    assert response.context["form"].errors["statement"]
    assert not Reference.objects.exists()


def test_more_than_400_letters_are_refused_and_kept(client, plan, cafe, yasmin):
    be_there(evening(cafe), yasmin, was_there=True)

    response = client.post(url("reference_ask"), {"statement": "a" * 401})

    assert response.status_code == 422
    assert "a" * 401 in response.content.decode()
    assert "Højst 400 tegn. Du har skrevet 401." in response.content.decode()


def test_without_anything_to_write_about_nothing_is_asked(client, plan, yasmin):
    assert "Det begynder med én aften" in seen(client, url("contribution"))

    response = client.post(url("reference_ask"), {"statement": ""}, follow=True)

    assert said(response) == ["Der er ikke noget at skrive om endnu. Kom igen efter din første aften."]
    assert not Reference.objects.exists()


def test_a_request_is_taken_back_and_undone_with_its_words(client, plan, cafe, yasmin):
    be_there(evening(cafe), yasmin, was_there=True)
    reference = asked(plan, yasmin, "Jeg er god til at lytte.")

    response = client.post(url("reference_withdraw", reference.pk), follow=True)

    assert said(response) == ["Du har taget dit ønske tilbage."]
    assert not Reference.objects.exists()
    assert "Jeg er god til at lytte." in response.content.decode()
    undo = next(message.extra_tags for message in response.context["messages"]).removeprefix("undo:")
    assert "lytte" not in undo
    client.post(undo)
    assert Reference.objects.get().statement == "Jeg er god til at lytte."


def test_what_is_approved_cannot_be_taken_back_by_the_volunteer(client, plan, yasmin, lotte):
    reference = create_approved_reference(plan=plan, user=yasmin, by=lotte)

    response = client.post(url("reference_withdraw", reference.pk), follow=True)

    assert said(response) == ["Holdet har godkendt det i mellemtiden. Nu er det dit."]
    assert not withdraw(reference=reference)
    assert Reference.objects.get() == reference


# -- approved ----------------------------------------------------------------------------------------------------------


def test_the_team_reads_changes_the_words_and_approves(client, plan, cafe, yasmin, lotte):
    be_there(evening(cafe), yasmin, was_there=True)
    reference = asked(plan, yasmin)
    client.force_login(lotte)
    assert "1 bevis at læse" in seen(client, url("shift_list"))
    assert f'href="{url("reference_detail", reference.pk)}"' in seen(client, url("volunteer_list"))

    response = client.post(url("reference_detail", reference.pk), {"statement": "Yasmin er god."}, follow=True)
    assert said(response) == ["Ordene er gemt. Intet er godkendt endnu."]
    reference.refresh_from_db()
    assert (reference.statement, reference.is_approved) == ("Yasmin er god.", False)

    response = client.post(
        url("reference_detail", reference.pk), {"statement": "Yasmin lytter.", "approve": "1"}, follow=True
    )

    assert said(response) == ["Godkendt. Yasmin Ahmadi får en mail."]
    reference.refresh_from_db()
    assert (reference.approved_by, reference.statement) == (lotte, "Yasmin lytter.")
    assert json.loads(reference.content) == {
        "schema": 1, "name": "Yasmin Ahmadi", "plan": "Herredsvang", "area": plan.area, "first": "2026-11-17",
        "last": "2026-11-17", "evenings": 1, "shifts": 1, "minutes": 180, "roles": [{"name": "Dør", "times": 1}],
        "themes": [], "statement": "Yasmin lytter.", "approved_by": "Lotte Madsen", "approved_on": "2026-11-24",
    }  # fmt: skip
    assert reference.content == canonical_json(json.loads(reference.content))
    undo = next(message.extra_tags for message in response.context["messages"]).removeprefix("undo:")
    client.post(undo)
    reference.refresh_from_db()
    assert (reference.is_approved, reference.content, reference.statement) == (False, "", "Yasmin lytter.")


def test_approving_freezes_what_was_counted(plan, cafe, season, yasmin, lotte):
    session = evening(cafe, heads=41)
    signup = be_there(session, yasmin, was_there=True)
    create_host(item=create_item(season=season, session=session, title="Kærlighed og kultur"), user=yasmin)
    reference = approved(asked(plan, yasmin), lotte)
    before = reference_pdf(reference)

    signup.was_there = False
    signup.save()
    type(session).objects.filter(pk=session.pk).update(heads_total=5)
    type(lotte).objects.filter(pk=lotte.pk).update(name="En anden")
    with time_machine.travel("2027-02-01 12:00+01:00", tick=False):
        reference = Reference.objects.get()
        assert reference_pdf(reference) == before
        paper = read_paper(reference)

    assert (paper.contribution.evenings, paper.contribution.theme_visits) == (1, 41)
    assert (paper.approved_by, paper.approved_on) == ("Lotte Madsen", TUESDAY)
    assert (own(plan, yasmin).evenings, own(plan, yasmin).theme_visits) == (0, 5)


def test_what_is_frozen_is_danish_whoever_approves(plan, cafe, yasmin, lotte):
    be_there(evening(cafe), yasmin, role="kitchen", was_there=True)
    reference = asked(plan, yasmin)
    with translation.override("en"):
        reference = approved(reference, lotte)
        body = reference_pdf(reference)

    assert json.loads(reference.content)["roles"] == [{"name": "Køkken", "times": 1}]
    assert "Frivilligbevis" in pdf_text(body)


def test_approving_twice_is_harmless_and_writes_one_mail(plan, cafe, yasmin, lotte):
    be_there(evening(cafe), yasmin, was_there=True)
    reference = approved(asked(plan, yasmin), lotte)
    again = approve(reference=reference, statement="Andet", by=lotte, now=timezone.now(), root=ROOT)

    assert again.content == reference.content
    assert Mail.objects.filter(template=APPROVED).count() == 1


def test_nobody_approves_their_own(client, plan, cafe, lotte):
    be_there(evening(cafe), lotte, was_there=True)
    reference = asked(plan, lotte)
    client.force_login(lotte)

    response = client.post(url("reference_detail", reference.pk), {"statement": "", "approve": "1"}, follow=True)

    assert said(response) == ["Du kan ikke godkende dit eget. Bed en kollega om det."]
    reference.refresh_from_db()
    assert not reference.is_approved


def test_nothing_is_approved_when_its_evenings_are_gone(plan, cafe, yasmin, lotte):
    signup = be_there(evening(cafe), yasmin, was_there=True)
    reference = asked(plan, yasmin)
    signup.delete()

    with pytest.raises(ReferenceRefused):
        approved(reference, lotte)

    assert not Mail.objects.filter(template=APPROVED).exists()


def test_what_the_volunteer_took_back_meanwhile_is_not_approved(plan, cafe, yasmin, lotte):
    be_there(evening(cafe), yasmin, was_there=True)
    reference = asked(plan, yasmin)
    assert withdraw(reference=reference)

    with pytest.raises(ReferenceRefused, match="taget ønsket tilbage"):
        approved(reference, lotte)

    assert not reword(reference=reference, statement="Andet")
    assert not Reference.objects.exists()


def test_an_approval_is_not_taken_back_over_a_newer_request(client, plan, yasmin, lotte):
    reference = create_approved_reference(plan=plan, user=yasmin, by=lotte)
    create_reference(plan=plan, user=yasmin)

    with pytest.raises(ReferenceRefused):
        take_back_approval(reference=reference)
    client.force_login(lotte)
    response = client.post(url("reference_reopen", reference.pk), follow=True)

    assert said(response) == ["Den frivillige har bedt om et nyt. Godkend det i stedet."]
    assert Reference.objects.approved().get() == reference


def test_a_cpr_number_in_the_teams_words_is_refused(client, plan, cafe, yasmin, lotte):
    be_there(evening(cafe), yasmin, was_there=True)
    reference = asked(plan, yasmin)
    client.force_login(lotte)

    response = client.post(url("reference_detail", reference.pk), {"statement": "010203-1234", "approve": "1"})

    assert response.status_code == 422
    assert "010203-1234" in response.content.decode()
    reference.refresh_from_db()
    assert (reference.is_approved, reference.statement) == (False, "Jeg er god til at lytte.")


def test_the_mail_says_where_the_paper_is(plan, cafe, yasmin, lotte):
    be_there(evening(cafe), yasmin, was_there=True)
    approved(asked(plan, yasmin), lotte)

    message = compose(Mail.objects.get(template=APPROVED))

    assert message.to == [yasmin.email]
    assert message.subject == "Dit frivilligbevis fra Herredsvang er klar"
    assert f"{ROOT}/herredsvang/mit-bidrag/" in message.body
    assert "Yasmin holder" not in str(Mail.objects.get(template=APPROVED).context)


@pytest.mark.parametrize("happens", ["taken back", "left the plan"])
def test_no_mail_is_sent_about_what_is_no_longer_so(plan, cafe, yasmin, lotte, mailoutbox, happens):
    be_there(evening(cafe), yasmin, was_there=True)
    reference = approved(asked(plan, yasmin), lotte)
    if happens == "taken back":
        take_back_approval(reference=reference)
    else:
        Membership.objects.get(user=yasmin).delete()

    result = run_send_mail(mail_job(APPROVED), lambda *_: None)

    assert (result.line, mailoutbox) == ("E-mailen var der ikke længere brug for.", [])


# -- on paper ----------------------------------------------------------------------------------------------------------


def test_the_paper_says_who_what_and_who_approved(client, plan, cafe, season, yasmin, lotte):
    for weeks in (1, 2):
        be_there(evening(cafe, weeks_ago=weeks), yasmin, was_there=True)
    item = create_item(season=season, session=evening(cafe, weeks_ago=3, heads=41), title="Kærlighed og kultur")
    create_host(item=item, user=yasmin)
    reference = approved(asked(plan, yasmin), lotte)

    response = client.get(url("reference_pdf", reference.pk))

    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    text = pdf_text(response.content)
    for words in (
        "Frivilligbevis", "Yasmin Ahmadi", "2 aftener på vagt", "6 timer", "Kærlighed og kultur", "41 kom", "2 gange",
        "Yasmin holder, hvad hun lover.", "Lotte Madsen", "Godkendt 24. november 2026",
        "frivillig i Herredsvang fra 3. november 2026 til 17. november 2026",
    ):  # fmt: skip
        assert words in text


def test_a_sensitive_theme_counts_but_its_title_is_not_on_the_paper(client, plan, cafe, season, yasmin, lotte):
    for weeks, title, is_sensitive in ((1, "Hash og venner", True), (2, "Quiz", False)):
        session = evening(cafe, weeks_ago=weeks, heads=20)
        create_host(
            item=create_item(season=season, session=session, title=title, is_sensitive=is_sensitive), user=yasmin
        )
    reference = approved(asked(plan, yasmin), lotte)

    text = pdf_text(reference_pdf(reference))

    assert ("Hash" in text, "Quiz" in text, "2 egne temaer" in text, "40 gæster til dem" in text) == (
        False, True, True, True,
    )  # fmt: skip
    assert "og 1 til" in text
    assert "står ikke på beviset, for temaet er følsomt" in seen(client, url("contribution"))


@pytest.mark.parametrize("letter", ["W", "å", "<#[*_$"])
def test_the_paper_is_one_sheet_however_much_there_is(plan, cafe, season, lotte, letter):
    user = create_volunteer(plan=plan, name=("Navn " + letter * 90)[:100])
    for number in range(12):
        session = evening(cafe, weeks_ago=number + 1, heads=999)
        for role in ("host", "door", "kitchen", "technology", "clean-up"):
            be_there(session, user, role=role, was_there=True)
        item = create_item(season=season, session=session, title=(f"{letter * 8} " * 30)[:120])
        create_host(item=item, user=user)
    reference = approved(asked(plan, user), lotte, statement=(f"{letter * 9} " * 80)[:400])

    body = reference_pdf(reference)

    assert pages_of(body) == 1
    text = pdf_text(body)
    assert re.search(r"og \d+ til", text)
    assert "Godkendt 24. november 2026" in text


# -- who may -----------------------------------------------------------------------------------------------------------


def test_another_volunteer_gets_404(client, plan, lotte, yasmin):
    samir = create_volunteer(plan=plan, name="Samir Haddad")
    paper = create_approved_reference(plan=plan, user=samir, by=lotte)
    waiting = create_reference(plan=plan, user=samir, statement="Hemmeligt")

    assert client.get(url("reference_pdf", paper.pk)).status_code == 404
    assert client.post(url("reference_withdraw", waiting.pk)).status_code == 404
    assert client.get(url("reference_detail", waiting.pk)).status_code == 403
    assert client.post(url("reference_reopen", paper.pk)).status_code == 403
    assert "Hemmeligt" not in seen(client, url("contribution"))
    assert Reference.objects.count() == 2


def test_what_is_not_approved_has_no_paper(client, plan, yasmin, lotte):
    waiting = create_reference(plan=plan, user=yasmin)
    assert client.get(url("reference_pdf", waiting.pk)).status_code == 404

    client.force_login(lotte)
    assert client.get(url("reference_pdf", waiting.pk)).status_code == 404
    with pytest.raises(ValueError, match="not approved"):
        reference_pdf(waiting)


@pytest.mark.parametrize("role", [Role.BOARD, Role.PARTNER, Role.ADMINISTRATOR])
def test_board_partner_and_administrator_never_reach_it(client, plan, yasmin, lotte, role):
    paper = create_approved_reference(plan=plan, user=yasmin, by=lotte)
    client.force_login(create_member(plan=plan, role=role))

    answers = {
        client.get(url("contribution")).status_code,
        client.post(url("reference_ask"), {"statement": ""}).status_code,
        client.get(url("reference_pdf", paper.pk)).status_code,
        client.get(url("reference_detail", paper.pk)).status_code,
        client.post(url("reference_withdraw", paper.pk)).status_code,
        client.post(url("reference_reopen", paper.pk)).status_code,
    }

    assert answers == {403}


def test_the_team_reaches_everything_from_the_volunteer(client, plan, cafe, yasmin, lotte):
    be_there(evening(cafe), yasmin, was_there=True)
    paper = create_approved_reference(plan=plan, user=yasmin, by=lotte)
    client.force_login(lotte)

    page = seen(client, url("volunteer_edit", Membership.objects.get(user=yasmin).pk))

    assert f'href="{url("reference_detail", paper.pk)}"' in page
    assert f'href="{url("reference_pdf", paper.pk)}"' in seen(client, url("reference_detail", paper.pk))
    assert client.get(url("reference_pdf", paper.pk)).status_code == 200
    client.force_login(yasmin)
    assert f'href="{url("contribution")}"' in seen(client, url("shift_list"))


def test_a_reference_goes_with_the_account(plan, yasmin, lotte):
    create_approved_reference(plan=plan, user=yasmin, by=lotte)
    lotte.delete()
    assert Reference.objects.get().approved_by is None

    yasmin.delete()
    assert not Reference.objects.exists()
