"""The words about a volunteer: first their own, then as the team puts them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import LONGEST_STATEMENT, Reference


class StatementForm(forms.ModelForm):
    """What the volunteer would like the paper to say."""

    class Meta:
        model = Reference
        fields = ["statement"]
        widgets = {"statement": forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_STATEMENT})}
        labels = {"statement": _("What should it say about you?")}
        help_texts = {"statement": _("Write what you are good at, or what you have learnt. The team reads it first.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statement"].error_messages["max_length"] = _("That is too long. Write at most 400 letters.")

    def clean_statement(self) -> str:
        return " ".join(self.cleaned_data["statement"].split())


class TeamStatementForm(StatementForm):
    """The same words, as the team will stand by them."""

    class Meta(StatementForm.Meta):
        labels = {"statement": _("What the paper says about the volunteer")}
        help_texts = {
            "statement": _("These are the volunteer's own words. Change them: on the paper they stand as yours.")
        }
