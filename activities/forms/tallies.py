"""The form of a contact or a referral."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishCountField, DanishDateField, offer_by_name
from accounts.forms import PlainHelper
from accounts.models import Plan
from activities.models import Activity, TallyKind
from activities.tallies import MOST


class TallyForm(forms.Form):
    """How many, for which activity, on which day. What it was is said by the button that is pressed."""

    number = DanishCountField(label=_("How many?"), min_value=1, max_value=MOST, initial=1)
    activity = forms.ModelChoiceField(
        label=_("Activity"), queryset=Activity.objects.none(), required=False, empty_label=_("No particular activity")
    )
    date = DanishDateField(label=_("Date"))
    kind = forms.ChoiceField(choices=TallyKind.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, today: date, chosen: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"date": today, "activity": chosen}, **kwargs)
        self.helper = PlainHelper()
        offer_by_name(self.fields["activity"], plan.activities.filter(is_active=True))
