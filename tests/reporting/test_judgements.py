import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from reporting.definitions import note_rule_change, rule_of
from reporting.judgements import JudgementConflict, write_judgement
from reporting.models import DefinitionChange, Measure, StatusText
from reporting.releases import release_figures
from tests.factories import create_activity, create_held_session, create_member, create_plan, create_user
from tests.reporting.makers import YEAR, create_indicator, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", name="Birkeparken")


@pytest.fixture
def indicator(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_held_session(activity=cafe, heads=30, date=date(2025, 10, 7))
    indicator = create_indicator(plan=plan, activities=[cafe], code="K2", measure=Measure.MEAN_VISITS, text="Mindst 20")
    create_target(indicator=indicator, value=20)
    return indicator


def member(plan, role) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role))
    return client


def words(response) -> str:
    text = re.sub(r"<(script|style|template).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def page(client, **query):
    return client.get(reverse("reporting:follow_up", args=["birkeparken"]), query)


def address(**query) -> str:
    return reverse("reporting:judgement_edit", args=["birkeparken", "K2"]) + "?periode=2025-26"


def write(indicator, comment="Vi mangler en lokal frivillig", judgement="behind", *, is_ready=True, version=0, by=None):
    first, last = YEAR
    return write_judgement(
        indicator=indicator,
        starts_on=first,
        ends_on=last,
        judgement=judgement,
        comment=comment,
        is_ready=is_ready,
        version=version,
        by=by,
    )


# -- the project manager's own words -----------------------------------------------------------------------------------


def test_judgement_stands_beside_the_computed_status_and_never_instead_of_it(plan, indicator):
    client = member(plan, Role.PROJECT_MANAGER)

    response = client.post(address(), {"judgement": "behind", "comment": "Sygdom i oktober", "version": "0"})
    text = words(page(client))

    assert response.url.endswith("/maal/?periode=2025-26")
    assert "Er vi på sporet? Ja, på det ene mål." in text
    assert "På sporet" in text
    assert "Projektlederens vurdering Bagud Sygdom i oktober 24. november" in text


def test_judgement_draft_is_the_teams_alone_until_it_is_ready(plan, indicator):
    client, board = member(plan, Role.PROJECT_MANAGER), member(plan, Role.BOARD)
    client.post(address(), {"judgement": "behind", "comment": "Sygdom", "version": "0", "draft": "1"})
    release_figures(plan=plan, as_of=TODAY, today=TODAY)

    assert "vurdering Kladde Bagud Sygdom" in words(page(member(plan, Role.STAFF)))
    assert "Sygdom" not in words(page(board))

    client.post(address(), {"judgement": "behind", "comment": "Sygdom", "version": "1"})
    release_figures(plan=plan, as_of=TODAY, today=TODAY)

    assert "Projektlederens vurdering Bagud Sygdom" in words(page(board))


def test_release_keeps_the_words_that_were_ready_then(plan, indicator):
    text = write(indicator, "Først")
    release_figures(plan=plan, as_of=TODAY, today=TODAY)
    write(indicator, "Senere", version=text.version)

    assert "Først" in words(page(member(plan, Role.BOARD)))
    assert "Senere" in words(page(member(plan, Role.STAFF)))


def test_judgement_of_one_period_is_not_shown_in_another(plan, indicator):
    write(indicator, "Kun i dette planår")

    assert "Kun i dette planår" not in words(page(member(plan, Role.STAFF), periode="2025-26-h1"))


def test_judgement_edit_keeps_what_was_typed_when_a_colleague_was_quicker(plan, indicator):
    client = member(plan, Role.PROJECT_MANAGER)
    write(indicator, "Kollegaens ord")

    response = client.post(address(), {"judgement": "on_track", "comment": "Mine ord", "version": "0"})
    text = words(response)

    assert response.status_code == 409
    assert "Kollegaens ord" in text
    assert "Mine ord" in text
    assert StatusText.objects.get().comment == "Kollegaens ord"
    again = re.search(r'name="version"[^>]*value="(\d+)"', response.content.decode())[1]
    client.post(address(), {"judgement": "on_track", "comment": "Mine ord", "version": again})
    assert StatusText.objects.get().comment == "Mine ord"


def test_judgement_edit_refuses_a_cpr_number_and_too_long_a_comment(plan, indicator):
    client = member(plan, Role.PROJECT_MANAGER)

    for comment in ("010203-1234 kom", "x" * 501):
        assert client.post(address(), {"comment": comment, "version": "0"}).status_code == 422
    assert not StatusText.objects.exists()


@pytest.mark.parametrize("role", [Role.STAFF, Role.BOARD, Role.ADMINISTRATOR])
def test_judgement_edit_is_for_the_project_manager(plan, indicator, role):
    assert member(plan, role).get(address()).status_code == 403


def test_indicator_detail_shows_the_judgement_of_its_period_and_who_wrote_it(plan, indicator):
    detail = reverse("reporting:indicator_detail", args=["birkeparken", "K2"])
    manager, staff = member(plan, Role.PROJECT_MANAGER), member(plan, Role.STAFF)
    before = manager.get(detail).content.decode()
    write(indicator, by=create_user(name="Lise Leder"))

    text = words(staff.get(detail))
    other = manager.get(detail, {"periode": "2025-26-h1"})

    assert "Projektlederens vurdering Bagud Vi mangler en lokal frivillig 24. november, Lise Leder" in text
    assert [words in text for words in ("Skriv din vurdering", "Ret din vurdering")] == [False, False]
    assert f'href="{address()}"' in before
    assert "Der er ikke skrevet noget om denne periode endnu. Skriv din vurdering" in words(other)


def test_write_judgement_saying_the_same_twice_changes_nothing(indicator):
    first = write(indicator, by=create_user())
    second = write(indicator, by=create_user())

    assert (second.version, second.written_by) == (first.version, first.written_by)


def test_write_judgement_refuses_to_overwrite_what_was_not_seen(indicator):
    write(indicator)

    with pytest.raises(JudgementConflict):
        write(indicator, "Noget andet", version=0)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_write_judgement_by_two_at_once_loses_nobody_silently():
    indicator = create_indicator(plan=create_plan())

    def attempt(comment: str) -> str:
        try:
            return write(indicator, comment).comment
        except JudgementConflict:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        said = sorted(people.map(attempt, ["en", "to", "tre", "fire"]))

    assert said[:3] == ["", "", ""]
    assert StatusText.objects.get().comment == said[3]


# -- where a definition has changed ------------------------------------------------------------------------------------


def change_rule(indicator, **fields) -> DefinitionChange | None:
    before = rule_of(indicator)
    type(indicator).objects.filter(pk=indicator.pk).update(**fields)
    return note_rule_change(indicator=indicator, before=before, on=TODAY, by=None)


def test_note_rule_change_says_what_is_counted_otherwise(plan, indicator):
    release_figures(plan=plan, as_of=TODAY, today=TODAY)

    note = change_rule(indicator, measure=Measure.UNIQUE_AT_LEAST, at_least_times=6)

    assert note.text == (
        "Tælles som unikke deltagere, mindst 6 gange, Unge Cafeen. Før: gennemsnit pr. gang, Unge Cafeen."
    )


def test_note_rule_change_leaves_out_what_does_not_touch_the_figure(plan, indicator):
    release_figures(plan=plan, as_of=TODAY, today=TODAY)

    assert change_rule(indicator, text="Nye ord", unit="unge", margin="0.2", at_least_times=6) is None


def test_note_rule_change_is_not_needed_before_anybody_has_read_figures(indicator):
    assert change_rule(indicator, measure=Measure.VISITS) is None


def test_note_rule_change_back_on_the_same_day_takes_the_line_away(plan, indicator):
    release_figures(plan=plan, as_of=TODAY, today=TODAY)
    change_rule(indicator, measure=Measure.VISITS)
    change_rule(indicator, measure=Measure.MEAN_VISITS)

    assert not DefinitionChange.objects.exists()


def test_indicator_edit_notes_a_changed_rule(plan, indicator):
    release_figures(plan=plan, as_of=TODAY, today=TODAY)
    other = create_activity(plan=plan, name="Madklub")
    client = member(plan, Role.PROJECT_MANAGER)
    address = reverse("reporting:indicator_edit", args=["birkeparken", "K2"])
    data = {
        "code": "K2",
        "text": "Mindst 20",
        "focus_area": indicator.focus_area_id,
        "measure": "mean_visits",
        "activities": [indicator.activities.get().pk, other.pk],
        "direction": "at_least",
        "margin": "10",
        "is_active": "on",
    }

    assert client.post(address, data).status_code == 302

    assert DefinitionChange.objects.get().text.startswith("Tælles som gennemsnit pr. gang, Madklub, Unge Cafeen. Før:")
    assert "Fra 24. november: Tælles som" in words(page(client))


def test_definition_change_by_hand_reaches_the_board_and_can_be_taken_back(plan, indicator):
    client = member(plan, Role.PROJECT_MANAGER)
    create = reverse("reporting:definition_create", args=["birkeparken", "K2"])

    client.post(create, {"changed_on": "1-10-2025", "text": "Kommunen tæller nu også gæster med"})
    release_figures(plan=plan, as_of=TODAY, today=TODAY)
    change = DefinitionChange.objects.get()
    told = words(page(member(plan, Role.BOARD)))
    remove = reverse("reporting:definition_remove", args=["birkeparken", "K2", change.pk])
    gone = client.post(remove, follow=True)

    assert "Fra 1. oktober: Kommunen tæller nu også gæster med" in told
    assert "Kommunen" not in words(page(member(plan, Role.STAFF)))
    assert "Stregen er væk fra grafen." in words(gone)
    client.post(reverse("reporting:definition_restore", args=["birkeparken", "K2", change.pk]))
    assert "Kommunen" in words(page(member(plan, Role.STAFF)))


@pytest.mark.parametrize("day", ["", "i går", "1-1-2020", "1-1-2031"])
def test_definition_create_wants_a_day_within_the_plan(plan, indicator, day):
    client = member(plan, Role.PROJECT_MANAGER)
    create = reverse("reporting:definition_create", args=["birkeparken", "K2"])

    assert client.post(create, {"changed_on": day, "text": "Noget"}).status_code == 422
    assert not DefinitionChange.objects.exists()
