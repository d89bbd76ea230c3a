"""Form fields that read what Danes write: 25-10-2025, kl. 18.30, 1.234, 12,5. Django's own `da` formats are too narrow
(domain.md §10). The reading itself is `jobs.values`, shared with the imports, so that a form and a sheet agree."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from accounts.danish import danish_order
from jobs.cpr import validate_no_cpr
from jobs.values import CellError, clean_text, parse_count, parse_date, parse_decimal


def _read(reader: Callable[..., Any], value: Any, **options: Any) -> Any:
    try:
        return reader(value, **options)
    except CellError as error:
        raise ValidationError(str(error), code="invalid") from None


class DanishDateInput(forms.DateInput):
    """Text as Danes write it, with the browser's picker beside it (static/js/dates.js).

    Not type="date": that shows the browser's language, and 07/01/2023 on a Danish page is read as 7 January.
    """

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(
            attrs={"autocomplete": "off", "placeholder": _("dd-mm-yyyy"), **(attrs or {})}, format="%d-%m-%Y"
        )

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        picker = {
            "data-date-field": "",
            "data-picker-label": _("Choose the date in a calendar"),
            "data-picker-icon": f"{static('icons/sprite.svg')}#calendar",
        }
        return super().get_context(name, value, {**picker, **(attrs or {})})


class DanishDateField(forms.DateField):
    """A date in any of the forms that Danish sheets hold: 25.10.2025, 25-10-25, 25/10 2025, 25. oktober 2025, ISO."""

    widget = DanishDateInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else self._read(value)

    def _read(self, value: Any, **options: Any) -> date | None:
        """The date, or a refusal whose example is of this year."""
        try:
            return parse_date(value, **options)
        except CellError as error:
            if "example" in error.params:
                error.params["example"] = f"21-10-{timezone.localdate().year}"
            raise ValidationError(str(error), code="invalid") from None


class PastDateField(DanishDateField):
    """A day that has been. Without a year it is the latest such day: 24/11 written in March is last November's.

    What lies less than a month ahead stays there, so that a slip is refused and not taken for last year's.
    """

    def _read(self, value: Any, **options: Any) -> date | None:
        today = timezone.localdate()
        try:
            return parse_date(value)
        except CellError:
            day = super()._read(value, year=today.year)
        if day is not None and (day - today).days > 30:
            day = super()._read(value, year=today.year - 1)
        return day


class DanishTimeInput(forms.TimeInput):
    """Text, 18.00. Not type="time": an English browser shows 06:00 PM, and a half-typed time is sent as nothing."""

    def __init__(self, attrs: dict | None = None) -> None:
        plain = {"autocomplete": "off", "inputmode": "decimal", "maxlength": 12, "placeholder": _("hh.mm")}
        super().__init__(attrs={**plain, **(attrs or {})}, format="%H.%M")


_TIME = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:\s*[.:,h]?\s*(\d{2}))?(?:[.:]\d{2})?", re.IGNORECASE)


class DanishTimeField(forms.TimeField):
    """A time on the 24-hour clock: 18, 18.00, 18:00, 1800, kl. 18."""

    widget = DanishTimeInput

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.time()
        if isinstance(value, time):
            return value
        match = _TIME.fullmatch(clean_text(value))
        if match and int(match[1]) < 24 and int(match[2] or 0) < 60:
            return time(int(match[1]), int(match[2] or 0))
        raise ValidationError(_("Write the time as 18.00."), code="invalid")


class DanishCountField(forms.IntegerField):
    """A whole number of people or turns: 30, 1.234, "ca. 30"."""

    widget = forms.TextInput

    def __init__(self, *, max_value: int = 99_999, min_value: int = 0, **kwargs: Any) -> None:
        super().__init__(max_value=max_value, min_value=min_value, **kwargs)
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        count = _read(parse_count, value, most=self.max_value)
        return None if count is None else count.value


class DanishDecimalField(forms.DecimalField):
    """A decimal with a comma: 12,5 and 1.000 (a thousand)."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # django-stubs says int
        if value in self.empty_values:
            return None
        return _read(parse_decimal, value)

    def prepare_value(self, value: Any) -> Any:
        """12.5 is shown as 12,5, without trailing zeros and without a separator that could be misread."""
        if isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            return number_format(value.quantize(Decimal(1)) if whole else value.normalize(), use_l10n=True)
        return value


class _InDanishOrder(ModelChoiceIterator):
    """What there is to choose, sorted by what is shown, whatever the database's collation; what has ended is last."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        rows = sorted(
            self.queryset.order_by(),
            key=lambda row: (
                not getattr(row, "is_active", True),
                danish_order(str(self.field.label_from_instance(row))),
                row.pk,
            ),
        )
        yield from map(self.choice, rows)


def offer_by_name(field: forms.Field, rows: QuerySet[Any]) -> None:
    """Let a field choose among some rows, in Danish order of their labels."""
    field.iterator = _InDanishOrder
    field.queryset = rows


_MONEY = re.compile(r"(?:(?:dkk|kr)\b\.?\s*)?(.*?)(?:\s*[,.]-{1,2})?\s*(?:(?:dkk|kr|kroner)\b\.?)?", re.IGNORECASE)


class KronerField(DanishDecimalField):
    """An amount as people write it: 500, 500 kr., 500,- and 1.200,50."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # django-stubs says int
        text = clean_text(value) if isinstance(value, str) else ""
        match = _MONEY.fullmatch(text)
        try:
            return super().to_python(match[1] if match and match[1] else value)
        except ValidationError:
            raise ValidationError(
                _("“%(value)s” is not an amount. Write it as 500."), code="invalid", params={"value": text}
            ) from None


def depends(form: forms.BaseForm, *names: str) -> None:
    """Fields that are needed in some cases only: `clean()` says when, so neither "optional" nor required is shown."""
    for name in names:
        if name in form.fields:
            form.fields[name].depends = True


def at_most(limit: int) -> Callable[[str], None]:
    """A validator that says both the limit and how much was written, so that a person knows what to take out."""

    def check(text: str) -> None:
        if len(text) > limit:
            numbers = [number_format(number, use_l10n=True, force_grouping=True) for number in (limit, len(text))]
            raise ValidationError(
                _("At most %(limit)s characters. You have written %(written)s."),
                code="max_length",
                params=dict(zip(("limit", "written"), numbers, strict=True)),
            )

    return check


class FreeTextField(forms.CharField):
    """Text that a person types or pastes. What is too long is refused and stays in the field: with `maxlength` the
    browser would cut it off without a word."""

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # without the limit, so that the widget gets no `maxlength`
        if max_length is not None:
            self.max_length = max_length
            self.validators.append(at_most(max_length))

    def to_python(self, value: Any) -> Any:
        """A line break counts as one character, as the person sees it."""
        value = super().to_python(value)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class PlainTextField(FreeTextField):
    """One line or a paragraph that a person types; CPR-shaped numbers are refused."""

    default_validators = [validate_no_cpr]

    def __init__(self, *, lines: int = 1, max_length: int = 200, **kwargs: Any) -> None:
        if lines > 1:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": lines}))
        super().__init__(max_length=max_length, **kwargs)


def use_danish_fields(db_field: Any, **kwargs: Any) -> forms.Field | None:
    """`formfield_callback` for ModelForms: dates, times, numbers and text as above, the rest as usual."""
    kinds = {
        "DateField": DanishDateField,
        "TimeField": DanishTimeField,
        "DecimalField": DanishDecimalField,
        "PositiveIntegerField": DanishCountField,
        "PositiveSmallIntegerField": DanishCountField,
    }
    kind = kinds.get(db_field.get_internal_type())
    if type(db_field) in (models.CharField, models.TextField):  # not an e-mail or an address of a page
        kind = FreeTextField
    if kind and not db_field.choices:
        kwargs.setdefault("form_class", kind)
    return db_field.formfield(**kwargs)
