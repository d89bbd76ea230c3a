"""Ideas and votes: nobody's name, one vote a browser and day, nothing lost when two are joined."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.ideas import forget_old_voters, merge_idea, open_ideas, send_idea, set_idea_state, vote, with_votes
from activities.models import Idea, IdeaComment, IdeaSource, IdeaState, IdeaVote, ItemState, SessionState
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_session,
    get_format,
)
from tests.factories.programme import create_idea, create_item, create_season

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel("2026-11-24 16:00+01:00", tick=False):
        yield


@pytest.fixture
def cafe():
    activity = create_activity(plan=create_plan(slug="herredsvang", name="Herredsvang"), name="Unge Cafeen")
    create_season(activity=activity)
    return activity


@pytest.fixture
def volunteer(cafe, client):
    user = create_member(plan=cafe.plan, role=Role.VOLUNTEER, name="Yasmin Ali")
    client.force_login(user)
    return user


def page_url(cafe):
    return reverse("activities:idea_page", args=["herredsvang", cafe.pk])


def vote_url(idea):
    return reverse("activities:idea_vote", args=["herredsvang", idea.pk])


def votes(idea):
    return with_votes(Idea.objects.filter(pk=idea.pk)).get().vote_count


# -- sending -----------------------------------------------------------------------------------------------------------


def test_idea_page_takes_an_idea_that_waits_for_a_volunteer(cafe, client):
    data = {"title": "Filmaften på taget", "format": get_format("film").pk, "why": "Fordi det er sommer"}

    answer = client.post(page_url(cafe), data)

    idea = Idea.objects.get()
    assert answer.url == f"{page_url(cafe)}?tak=1#tak"
    assert (idea.title, idea.why, idea.state, idea.source, idea.created_by) == (
        "Filmaften på taget", "Fordi det er sommer", IdeaState.NEW, IdeaSource.PUBLIC, None,
    )  # fmt: skip
    assert "Filmaften på taget" not in client.get(page_url(cafe)).content.decode()


def test_idea_page_takes_a_double_click_once(cafe, client):
    for _click in range(2):
        client.post(page_url(cafe), {"title": "Æbleskiver"})

    assert Idea.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "why", "sentence"),
    [
        ("", "", "Skriv, hvad vi skal lave. Få ord er nok."),
        ("x" * 5000, "", "Det er for langt. Skriv højst 120 tegn her. Skriv resten nedenfor."),
        ("Debat", "y" * 5000, "Det er for langt. Skriv højst 500 tegn."),
        ("Ring til 010203-1234", "", "CPR"),
    ],
)
def test_idea_page_refuses_in_a_sentence_and_keeps_what_was_typed(cafe, client, title, why, sentence):
    page = client.post(page_url(cafe), {"title": title, "why": why}).content.decode()

    assert sentence in page
    assert title in page
    assert why in page
    assert Idea.objects.count() == 0


def test_idea_page_shows_a_script_as_text(cafe, client):
    create_idea(activity=cafe, title="<script>alert(1)</script>")

    page = client.get(page_url(cafe)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_idea_page_caps_an_address_generously_and_keeps_the_words(cafe, client):
    for number in range(40):
        client.post(page_url(cafe), {"title": f"Idé nummer {number}"})
    page = client.post(page_url(cafe), {"title": "Idé for meget"}).content.decode()

    assert Idea.objects.count() == 40
    assert "Din står stadig i feltet. Send den i morgen." in page
    assert "Idé for meget" in page


def test_idea_page_sets_no_session_and_only_the_forms_cookie(cafe, client):
    assert list(client.get(page_url(cafe)).cookies) == ["csrftoken"]


# -- votes -------------------------------------------------------------------------------------------------------------


def test_vote_replayed_a_thousand_times_is_one(cafe, client):
    idea = create_idea(activity=cafe)
    client.post(vote_url(idea))
    voter = client.cookies["stemme"].value

    for _again in range(1000):
        vote(idea=idea, voter=voter, today=TODAY)
    for _again in range(20):
        client.post(vote_url(idea))

    assert votes(idea) == 1


def test_vote_can_be_moved_the_same_day_and_given_again_tomorrow(cafe, client):
    film, food = create_idea(activity=cafe), create_idea(activity=cafe)
    client.post(vote_url(film))
    client.post(vote_url(food))
    assert (votes(film), votes(food)) == (0, 1)

    voter = client.cookies["stemme"].value
    vote(idea=food, voter=voter, today=TODAY + timedelta(days=1))
    assert votes(food) == 2


def test_vote_cookie_lives_until_midnight_on_the_ideas_alone(cafe, client):
    cookie = client.post(vote_url(create_idea(activity=cafe))).cookies["stemme"]

    assert cookie["path"] == "/herredsvang/ideer/"
    assert cookie["expires"][:-5] == "Tue, 24 Nov 2026 23:00:0"  # midnight here; Django rounds up to a second
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_vote_of_browsers_without_cookies_is_capped_by_address(cafe):
    idea = create_idea(activity=cafe)

    answers = [Client().post(vote_url(idea)).status_code for _browser in range(203)]

    assert answers == [302] * 200 + [429] * 3
    assert votes(idea) == 200


@pytest.mark.parametrize("state", [IdeaState.NEW, IdeaState.HIDDEN, IdeaState.ACCEPTED])
def test_vote_for_an_idea_that_is_not_open_is_refused_in_words(cafe, client, state):
    idea = create_idea(activity=cafe, state=state)

    answer = client.post(vote_url(idea))

    assert answer.status_code == 409
    assert "Den idé kan ikke få stemmer nu." in answer.content.decode()
    assert votes(idea) == 0


def test_vote_with_htmx_answers_with_the_list(cafe, client):
    idea = create_idea(activity=cafe, title="Rap")

    page = client.post(vote_url(idea), headers={"HX-Request": "true"}).content.decode()

    assert page.lstrip().startswith('<ul class="public-ideas"')
    assert 'aria-pressed="true" aria-label="Stem på Rap, én stemme"' in page


def test_forget_old_voters_keeps_the_votes(cafe):
    idea = create_idea(activity=cafe)
    vote(idea=idea, voter="gammel", today=TODAY - timedelta(days=8))
    vote(idea=idea, voter="ny", today=TODAY - timedelta(days=7))

    assert forget_old_voters() == "1 voters forgotten"
    assert forget_old_voters() == "0 voters forgotten"
    assert votes(idea) == 2
    assert set(IdeaVote.objects.values_list("voter", flat=True)) & {"gammel", "ny"} == {"ny"}


# -- volunteers --------------------------------------------------------------------------------------------------------


def test_merge_idea_gives_the_kept_one_both_votes_and_can_be_taken_back(cafe, client, volunteer):
    film, cinema = create_idea(activity=cafe, votes=3), create_idea(activity=cafe, votes=2)
    third = create_idea(activity=cafe, votes=1)
    merge_idea(idea=third, into=cinema)
    client.post(reverse("activities:idea_merge", args=["herredsvang", cinema.pk]), {"into": film.pk})

    assert votes(film) == 6
    assert list(open_ideas(cafe)) == [film]

    set_idea_state(idea=cinema, state=IdeaState.OPEN)
    assert (votes(film), votes(cinema)) == (4, 2)


def test_idea_state_lets_out_puts_away_and_undoes(cafe, client, volunteer):
    idea = create_idea(activity=cafe, state=IdeaState.NEW)
    url = reverse("activities:idea_state", args=["herredsvang", idea.pk])
    states = []
    for data, query in ((("open"), ""), ("hidden", ""), ("", "?state=open")):
        client.post(url + query, {"state": data} if data else {})
        idea.refresh_from_db()
        states.append(idea.state)

    assert states == ["open", "hidden", "open"]


def test_idea_comment_is_written_once_with_its_writer(cafe, client, volunteer):
    idea = create_idea(activity=cafe)
    url = reverse("activities:idea_comment", args=["herredsvang", idea.pk])
    for _click in range(2):
        client.post(url, {"text": "Kender nogen en DJ?"})
    client.post(url, {"text": "x" * 301})

    assert list(IdeaComment.objects.values_list("text", "written_by")) == [("Kender nogen en DJ?", volunteer.pk)]


def test_idea_list_begins_with_what_waits(cafe, client, volunteer):
    create_idea(activity=cafe, title="Åben idé")
    create_idea(activity=cafe, title="Ny idé", state=IdeaState.NEW)

    page = client.get(reverse("activities:idea_list", args=["herredsvang"])).content.decode()

    assert "Nye (1)" in page
    assert [title in page for title in ('card-title">Ny idé<', 'card-title">Åben idé<')] == [True, False]


@pytest.mark.parametrize("number", [1, 30])
def test_idea_list_asks_as_many_questions_of_many_ideas(cafe, client, volunteer, django_assert_num_queries, number):
    for _number in range(number):
        idea = create_idea(activity=cafe, votes=2)
        IdeaComment.objects.create(plan=cafe.plan, idea=idea, text="Ja", written_by=volunteer)
    url = reverse("activities:idea_list", args=["herredsvang"])
    client.get(url)

    with django_assert_num_queries(11):
        client.get(url)


@pytest.mark.parametrize("number", [1, 30])
def test_idea_page_asks_as_many_questions_of_many_ideas(cafe, client, django_assert_num_queries, number):
    for _number in range(number):
        create_idea(activity=cafe, votes=2)
        taken = create_idea(activity=cafe, state=IdeaState.ACCEPTED)
        create_item(season=cafe.seasons.get(), session=create_session(activity=cafe), idea=taken)
    with django_assert_num_queries(5):
        client.get(page_url(cafe))


def test_send_idea_of_a_member_is_open_at_once(cafe, volunteer):
    idea = send_idea(activity=cafe, title="Æblegrød", by=volunteer)

    assert (idea.state, idea.source, idea.created_by) == (IdeaState.OPEN, IdeaSource.MEMBER, volunteer)


def test_vote_says_whether_it_is_new_moved_or_there_already(cafe, client):
    film, food = create_idea(activity=cafe), create_idea(activity=cafe)

    answers = [client.post(vote_url(idea)) for idea in (film, food, food)]

    assert [answer.url.removeprefix(page_url(cafe)) for answer in answers] == [
        "?stemme=ny#stemme", "?stemme=flyttet#stemme", "?stemme=samme#stemme",
    ]  # fmt: skip
    page = client.get(answers[1].url).content.decode()
    assert 'tabindex="-1">Din stemme er flyttet.' in page
    assert page.index("Du har én stemme om dagen. Du kan flytte den indtil midnat.") < page.index("public-ideas")
    moved_back = client.post(vote_url(film), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-swap-oob="true">Din stemme er flyttet.' in moved_back


def test_thanks_can_take_the_focus(cafe, client):
    page = client.get(page_url(cafe) + "?tak=1").content.decode()

    assert '<div class="public-thanks" id="tak" role="status" tabindex="-1">' in page


@pytest.mark.parametrize(
    ("state", "day", "session_state", "says"),
    [
        (ItemState.PUBLISHED, date(2026, 12, 1), SessionState.PLANNED, "Kommer i programmet"),
        (ItemState.PUBLISHED, date(2026, 11, 3), SessionState.HELD, "Er holdt"),
        (ItemState.PUBLISHED, date(2026, 11, 3), SessionState.PLANNED, "Er holdt"),
        (ItemState.PUBLISHED, date(2026, 11, 3), SessionState.CANCELLED, "Aflyst"),
        (ItemState.CANCELLED, date(2026, 12, 1), SessionState.PLANNED, "Aflyst"),
        (ItemState.APPROVED, date(2026, 12, 1), SessionState.PLANNED, "Frivillige arbejder på den"),
        (ItemState.DRAFT, date(2026, 12, 1), SessionState.PLANNED, "Frivillige arbejder på den"),
        (ItemState.DRAFT, date(2026, 11, 3), SessionState.PLANNED, "Frivillige arbejder på den"),
    ],
)
def test_idea_page_promises_only_what_is_public(cafe, client, state, day, session_state, says):
    idea = create_idea(activity=cafe, title="Koncert", state=IdeaState.ACCEPTED)
    create = create_held_session if session_state == SessionState.HELD else create_session
    fields = {} if session_state == SessionState.HELD else {"state": session_state}
    if session_state == SessionState.CANCELLED:
        fields["logged_at"] = timezone.now()
    session = create(activity=cafe, date=day, **fields)
    create_item(season=cafe.seasons.get(), session=session, idea=idea, state=state)

    page = client.get(page_url(cafe)).content.decode()

    words = ("Kommer i programmet", "Er holdt", "Aflyst", "Frivillige arbejder på den")
    assert [word for word in words if f"<strong>{word}</strong>" in page] == [says]


# -- finding what waits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.STAFF, Role.PROJECT_MANAGER])
def test_an_idea_from_the_public_page_is_found_by_everyone_who_may_let_it_out(cafe, client, role):
    client.post(page_url(cafe), {"title": "Filmaften på taget"})
    create_idea(activity=cafe, title="Ved siden af")
    client.force_login(create_member(plan=cafe.plan, role=role))
    board = reverse("activities:programme_board", args=["herredsvang", cafe.seasons.get().pk])
    ideas = reverse("activities:idea_list", args=["herredsvang"])

    on_board = client.get(board).content.decode()
    on_coming = client.get(reverse("activities:upcoming", args=["herredsvang"])).content.decode()

    assert on_board.count("Nye idéer (1)") == on_coming.count("Nye idéer (1)") == 1
    assert f'href="{ideas}?aktivitet={cafe.pk}&amp;vis=nye"' in on_board
    assert f'href="{ideas}?vis=nye"' in on_coming
    assert "Filmaften på taget" in client.get(f"{ideas}?vis=nye").content.decode()


def test_idea_list_opens_on_the_activity_whose_ideas_wait(cafe, client, volunteer):
    other = create_activity(plan=cafe.plan, name="Åben cafe")
    create_season(activity=other)
    create_idea(activity=other, title="Ny idé", state=IdeaState.NEW)

    page = client.get(reverse("activities:idea_list", args=["herredsvang"]))

    assert page.context["chosen"] == other
    assert 'card-title">Ny idé<' in page.content.decode()


def test_coming_says_nothing_of_ideas_when_none_waits(cafe, client, volunteer):
    create_idea(activity=cafe, title="Åben idé")

    assert "Nye idéer" not in client.get(reverse("activities:upcoming", args=["herredsvang"])).content.decode()
