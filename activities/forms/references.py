"""The words about a volunteer: first their own, then as the team puts them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import use_danish_fields
from activities.models import Reference


class StatementForm(forms.ModelForm):
    """What the volunteer would like the paper to say."""

    class Meta:
        model = Reference
        fields = ["statement"]
        formfield_callback = use_danish_fields
        widgets = {"statement": forms.Textarea(attrs={"rows": 4})}
        labels = {"statement": _("What should it say about you?")}
        help_texts = {"statement": _("Write what you are good at, or what you have learnt. The team reads it first.")}

    def clean_statement(self) -> str:
        return " ".join(self.cleaned_data["statement"].split())


class TeamStatementForm(StatementForm):
    """The same words, as the team will stand by them."""

    class Meta(StatementForm.Meta):
        labels = {"statement": _("What the paper says about the volunteer")}
        help_texts = {
            "statement": _("These are the volunteer's own words. Change them: on the paper they stand as yours.")
        }
