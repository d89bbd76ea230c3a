"""The fields read what Danes write, and give it back so that the browser's own pickers show it."""

from datetime import date, time
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import (
    DanishCountField,
    DanishDateField,
    DanishDecimalField,
    DanishTimeField,
    FreeTextField,
    KronerField,
    PastDateField,
    PlainTextField,
    use_danish_fields,
)
from accounts.forms import PlanForm, ProfileForm, SetupForm
from accounts.models import Plan
from activities.forms.activities import ActivityForm, ClosureForm
from activities.forms.references import StatementForm
from partners.forms import ContactForm, OrganisationForm


@pytest.mark.parametrize(
    "text",
    [
        "25.10.2024",
        "25-10-2024",
        "25/10-2024",
        "25.10.24",
        "25/10 2024",
        "2024-10-25",
        "25. oktober 2024",
        " 25-10-24 ",
    ],
)
def test_dates_in_every_danish_form(text):
    assert DanishDateField().clean(text) == date(2024, 10, 25)


@pytest.mark.parametrize("text", ["uge 43", "31-02-2025", "i morgen", "25/10"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError):
        DanishDateField().clean(text)


def test_an_optional_date_may_be_left_out():
    assert DanishDateField(required=False).clean("") is None


def test_a_date_is_shown_as_danes_write_it_and_what_was_typed_stays():
    class DateForm(forms.Form):
        day = DanishDateField()

    assert 'value="25-10-2024"' in DateForm(initial={"day": date(2024, 10, 25)}).as_p()
    assert 'value="25/10-2024"' in DateForm({"day": "25/10-2024"}).as_p()


@pytest.mark.parametrize("text", ["18", "18.00", "18:00", "1800", "kl. 18", "KL 18.00", "18:00:00"])
def test_times(text):
    assert DanishTimeField().clean(text) == time(18)


@pytest.mark.parametrize("text", ["25.00", "18.75", "aften"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValidationError):
        DanishTimeField().clean(text)


@pytest.mark.parametrize(("text", "count"), [("30", 30), ("1.234", 1234), ("ca. 30", 30), ("0", 0)])
def test_counts(text, count):
    assert DanishCountField().clean(text) == count


@pytest.mark.parametrize("text", ["20-25", "-3", "mange", "100.000"])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(ValidationError):
        DanishCountField().clean(text)


@pytest.mark.parametrize(("text", "number"), [("12,5", "12.5"), ("1.000", "1000"), ("1.234,5", "1234.5"), ("7", "7")])
def test_decimals(text, number):
    assert DanishDecimalField().clean(text) == Decimal(number)


def test_a_decimal_is_shown_with_a_comma():
    assert DanishDecimalField().prepare_value(Decimal("12.50")) == "12,5"
    assert DanishDecimalField().prepare_value(Decimal("100.00")) == "100"


def test_text_with_a_cpr_number_is_refused_and_not_repeated():
    with pytest.raises(ValidationError) as refused:
        PlainTextField().clean("ring til 010203-1234")
    assert "1234" not in str(refused.value)


def test_model_forms_get_the_same_fields():
    class PlanForm(forms.ModelForm):
        class Meta:
            model = Plan
            fields = ["name", "starts_on"]
            formfield_callback = use_danish_fields

    assert [type(field) for field in PlanForm.base_fields.values()] == [FreeTextField, DanishDateField]


def test_a_time_is_shown_as_danes_write_it_whatever_the_browser_speaks():
    drawn = DanishTimeField().widget.render("start", time(18, 30))

    assert 'type="text"' in drawn
    assert 'value="18.30"' in drawn


def test_a_half_typed_time_is_refused_and_not_read_as_nothing():
    with pytest.raises(ValidationError):
        DanishTimeField(required=False).clean("18.")


def test_a_text_that_is_too_long_says_so_and_is_not_cut_by_the_browser():
    class NoteForm(forms.Form):
        note = PlainTextField(max_length=200)

    form = NoteForm({"note": "x" * 5000})

    assert form.errors == {"note": ["Højst 200 tegn. Du har skrevet 5.000."]}
    assert ("maxlength" in str(form["note"]), "x" * 5000 in str(form["note"])) == (False, True)
    assert NoteForm({"note": "x" * 200}).errors == {}


def test_a_line_break_is_one_character():
    assert PlainTextField(max_length=3, lines=2).clean("a\r\nb") == "a\nb"


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (PlanForm, "name"),
        (ProfileForm, "name"),
        (SetupForm, "area"),
        (ActivityForm, "purpose"),
        (ClosureForm, "name"),
        (StatementForm, "statement"),
        (OrganisationForm, "name"),
        (ContactForm, "title"),
    ],
)
def test_no_form_lets_the_browser_cut_off_what_somebody_writes(form, name):
    field = form.base_fields[name]

    assert ("maxlength" in field.widget.attrs, field.max_length is not None) == (False, True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24.11", date(2026, 11, 24)),
        ("26/11", date(2026, 11, 26)),
        ("2. marts", date(2026, 3, 2)),
        ("29/12", date(2025, 12, 29)),
        ("3/12", date(2026, 12, 3)),  # a week ahead: for the form to refuse
        ("24-11-2024", date(2024, 11, 24)),
    ],
)
def test_a_day_that_has_been_needs_no_year(text, day):
    with time_machine.travel("2026-11-26 12:00+01:00", tick=False):
        assert PastDateField().clean(text) == day


@pytest.mark.parametrize(
    ("field", "text", "refusal"),
    [
        (DanishDateField(), "24.11", "“24.11” mangler årstal. Skriv datoen som 21-10-2026."),
        (DanishDateField(), "i går", "“i går” er ikke en dato. Skriv den som 21-10-2026."),
        (PastDateField(), "i går", "“i går” er ikke en dato. Skriv den som 21-10-2026."),
        (PastDateField(), "30/2", "Datoen 30/2 findes ikke i kalenderen. Ret den."),
    ],
)
def test_a_refused_date_is_told_with_an_example_of_this_year(field, text, refusal):
    with time_machine.travel("2026-11-26 12:00+01:00", tick=False), pytest.raises(ValidationError) as refused:
        field.clean(text)

    assert refused.value.messages == [refusal]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500", 500),
        ("500 kr", 500),
        ("500 kr.", 500),
        ("kr. 500", 500),
        ("500,-", 500),
        ("1.200", 1200),
        ("1.200,- kr.", 1200),
        ("1.200,50 kroner", Decimal("1200.5")),
        ("", None),
    ],
)
def test_money_as_people_write_it(text, amount):
    assert KronerField(required=False).clean(text) == amount


def test_what_is_no_money_is_told_how_money_is_written():
    with pytest.raises(ValidationError) as refused:
        KronerField().clean("ca. 500 kr")

    assert refused.value.messages == ["“ca. 500 kr” er ikke et beløb. Skriv det som 500."]
