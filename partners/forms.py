"""Forms of partners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import offer_by_name, use_danish_fields
from accounts.forms import PlainHelper, side_by_side
from accounts.models import Plan, Role, User
from jobs.values import clean_text, match_key
from partners.models import Agreement, Contact, FocusArea, Organisation, PlanProgramme, focus_areas


class AgreementForm(forms.ModelForm):
    class Meta:
        model = Agreement
        fields = ["parties", "focus_areas", "text", "starts_on", "ends_on"]
        formfield_callback = use_danish_fields
        widgets = {
            "parties": forms.CheckboxSelectMultiple,
            "focus_areas": forms.CheckboxSelectMultiple,
            "text": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.plan = plan
        offer_by_name(self.fields["parties"], plan.organisations.all())
        chosen = FocusArea.objects.filter(agreements=self.instance.pk) if self.instance.pk else FocusArea.objects.none()
        self.fields["focus_areas"].queryset = (focus_areas(plan) | chosen).distinct()
        self.fields["focus_areas"].label_from_instance = lambda area: area.local_name
        self.helper = PlainHelper("parties", "focus_areas", "text", side_by_side("starts_on", "ends_on"))


class OrganisationForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ["name", "type"]
        formfield_callback = use_danish_fields

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.plan = plan
        self.helper = PlainHelper()

    def clean_name(self) -> str:
        """One organisation, however it is spelled (imports match by the same key)."""
        name = clean_text(self.cleaned_data["name"])
        same = Organisation.objects.filter(plan=self.instance.plan, name_key=match_key(name))
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an organisation of that name already."))
        self.instance.name_key = match_key(name)
        return name


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "title", "email", "phone", "user"]
        formfield_callback = use_danish_fields
        widgets = {"phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})}
        help_texts = {"user": _("With an account the person sees the organisation's own agreements.")}

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.organisation, self.instance.plan = organisation, organisation.plan
        users = User.objects.filter(memberships__plan=organisation.plan, memberships__role=Role.PARTNER, is_active=True)
        offer_by_name(self.fields["user"], users)
        self.fields["user"].empty_label = _("No account")
        self.helper = PlainHelper("name", "title", side_by_side("email", "phone"), "user")

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"])
        same = Contact.objects.filter(organisation=self.instance.organisation, name=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("There is a contact of that name already."))
        return name


class ProgrammeForm(forms.ModelForm):
    class Meta:
        model = PlanProgramme
        fields = ["period"]
        labels = {"period": _("When was the plan granted?")}
        widgets = {"period": forms.RadioSelect}
        help_texts = {
            "period": _("The years in which Landsbyggefonden granted the plan. They decide its focus areas."),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.plan = plan
        self.fields["period"].empty_label = None
        self.fields["period"].label_from_instance = lambda period: (
            f"{period.name}: " + ", ".join(area.local_name for area in period.focus_areas.all())
        )
        self.fields["period"].queryset = (
            self.fields["period"].queryset.prefetch_related("focus_areas").order_by("-starts_on")
        )
        self.helper = PlainHelper()
