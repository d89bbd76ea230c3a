"""The forms of the project manager's judgement, and of a change of definition."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishDateField, PlainTextField
from accounts.forms import PlainHelper
from reporting.models import DefinitionChange, Judgement, StatusText


class JudgementForm(forms.Form):
    """A word and a sentence of one's own. Both may be left out: then only the computed status is shown."""

    judgement = forms.ChoiceField(
        label=_("Your own judgement"),
        choices=[("", _("None")), *Judgement.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    comment = PlainTextField(
        label=_("Comment"),
        max_length=500,
        lines=4,
        required=False,
        help_text=_("What lies behind the figure, and what you do about it. No names."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, text: StatusText, **kwargs: Any) -> None:
        kwargs["initial"] = {"judgement": text.judgement, "comment": text.comment, "version": text.version}
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()


class DefinitionChangeForm(forms.ModelForm):
    """A day and a sentence."""

    changed_on = DanishDateField(label=_("From"))
    text = PlainTextField(
        label=_("What is counted otherwise?"),
        max_length=300,
        lines=3,
        help_text=_("For example: “From here Madklub counts too.” The board reads it under the chart."),
    )

    class Meta:
        model = DefinitionChange
        fields = ["changed_on", "text"]

    def __init__(self, *args: Any, first: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = first, last
        self.helper = PlainHelper()

    def clean_changed_on(self) -> date:
        day = self.cleaned_data["changed_on"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(_("Choose a day within the plan."))
        return day
