"""A token for another program: what it is for, how much it may read, how long."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import PlainTextField
from accounts.forms import PlainHelper
from accounts.models import TokenScope
from accounts.permissions import has_plan_permission
from accounts.tokens import LIFETIMES, NEEDS, new_word

LIFETIME_WORDS = ((str(LIFETIMES[0].days), _("Three months")), (str(LIFETIMES[1].days), _("A year")))


class TokenForm(forms.Form):
    """Offers no scope that the person's own role does not have."""

    name = PlainTextField(
        label=_("What is it for?"), max_length=60, help_text=_("So that you know it again, such as “Board's Power BI”.")
    )
    scope = forms.ChoiceField(
        label=_("What may it read?"),
        initial=TokenScope.RELEASES,
        widget=forms.RadioSelect,
        help_text=_("Released figures can be shared. The draft stays in the team: it holds small numbers of people."),
    )
    lifetime = forms.ChoiceField(
        label=_("How long?"), choices=LIFETIME_WORDS, initial=LIFETIME_WORDS[1][0], widget=forms.RadioSelect
    )

    word = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)  # pressing twice asks for one

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [
            (scope, label) for scope, label in TokenScope.choices if has_plan_permission(role, NEEDS[scope])
        ]
        self.fields["word"].initial = new_word()
        self.helper = PlainHelper()

    def clean_lifetime(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["lifetime"]))
