"""Forms of accounts, and the helper that lays out every form of the portal."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishDateField, PlainTextField, depends, offer_by_name, use_danish_fields
from accounts.models import Membership, Plan, Role, User
from accounts.sign_in import client_address, is_locked


class PlainHelper(FormHelper):
    """Fields only: the template writes the <form>, its CSRF token and its buttons (docs/look.md, Forms)."""

    form_tag = False
    disable_csrf = True
    error_text_inline = True

    def __init__(self, *layout: Any) -> None:
        super().__init__()
        if layout:
            self.layout = Layout(*layout)


def side_by_side(*fields: str) -> Div:
    """Short fields that share a line when there is room."""
    return Div(*fields, css_class="form-row")


class LoginForm(auth_forms.AuthenticationForm):
    """E-mail and password; the lock is explained instead of pretending that the password was wrong."""

    username = auth_forms.UsernameField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    error_messages = {
        "invalid_login": _("E-mail and password do not match. Check both, or choose a new password."),
        "inactive": _("This account is closed."),
        "locked": _("Too many attempts. Wait five minutes, or choose a new password."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget.attrs["maxlength"] = 254
        self.helper = PlainHelper()

    def get_invalid_login_error(self) -> forms.ValidationError:
        email = (self.cleaned_data.get("username") or "").strip().lower()
        code = "locked" if is_locked(email=email, address=client_address(self.request)) else "invalid_login"
        return forms.ValidationError(self.error_messages[code], code=code)


class PasswordResetForm(forms.Form):
    """Whose password was forgotten?"""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()


class NewPasswordForm(auth_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.helper = PlainHelper()


class PasswordChangeForm(auth_forms.PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.helper = PlainHelper()


PASSWORD_HELP = _("At least 12 characters. A short sentence is easy to remember.")


class ProfileForm(forms.ModelForm):
    """Own name, language, and which plans may send mail about new figures."""

    release_mail = forms.ModelMultipleChoiceField(
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("E-mail when new figures are released"),
    )

    class Meta:
        model = User
        fields = ["name", "language"]
        formfield_callback = use_danish_fields
        widgets = {"language": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        memberships = self.instance.memberships.select_related("plan")
        field = self.fields["release_mail"]
        field.label_from_instance = lambda membership: membership.plan.name
        offer_by_name(field, memberships)
        field.initial = [membership.pk for membership in memberships if membership.release_mail]
        if not memberships:
            del self.fields["release_mail"]
        self.helper = PlainHelper()

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  # ModelForm's own signature
        user = super().save(commit=commit)
        if "release_mail" in self.fields:
            chosen = [membership.pk for membership in self.cleaned_data["release_mail"]]
            user.memberships.filter(pk__in=chosen).update(release_mail=True)
            user.memberships.exclude(pk__in=chosen).update(release_mail=False)
        return user


ROLE_HELP = {
    Role.ADMINISTRATOR: _("Runs the installation and its users. Sees no participants."),
    Role.PROJECT_MANAGER: _("Leads the plan: agreements, goals, members, and everything the team does."),
    Role.STAFF: _("Logs sessions and counts participants."),
    Role.VOLUNTEER: _("Sees the programme and own shifts. Never participants."),
    Role.BOARD: _("Reads the released figures and the agreements. Never names."),
    Role.PARTNER: _("Sees own agreement and what was delivered."),
}
# Who is invited most often stands first.
ROLE_CHOICES = [
    (role.value, role.label)
    for role in (Role.STAFF, Role.VOLUNTEER, Role.BOARD, Role.PARTNER, Role.PROJECT_MANAGER, Role.ADMINISTRATOR)
]


def role_help() -> list[tuple[str, str]]:
    """What each role may do, in the order of the choices."""
    return [(label, ROLE_HELP[Role(value)]) for value, label in ROLE_CHOICES]


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("May be left out for volunteers: you get a link to hand over."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = PlainTextField(label=_("Name"), max_length=100, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES, initial=Role.STAFF, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        depends(self, "email")
        self.helper = PlainHelper()


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()


YOUNGEST, OLDEST = 5, 110  # ages that a birth year may mean


class ConsentForm(forms.Form):
    """A parent's yes: who, when and how. Never a copy of a paper."""

    guardian_name = PlainTextField(label=_("The parent's name"), max_length=100)
    given_on = DanishDateField(label=_("When was it given?"))
    channel = PlainTextField(
        label=_("How was it given?"),
        max_length=60,
        required=False,
        help_text=_("For example: on the phone, or on paper in the café."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["given_on"].initial = today
        self.helper = PlainHelper()

    def clean_given_on(self) -> date:
        day = self.cleaned_data["given_on"]
        if day > self.today:
            raise forms.ValidationError(_("The day lies ahead. Write the day on which the parent said yes."))
        return day


class JoinForm(forms.Form):
    """A new account from an invitation: name, password, and the e-mail when the invitation has none."""

    name = PlainTextField(label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("You log in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    birth_year = forms.IntegerField(
        label=_("The year you were born"),
        help_text=_("So that you get shifts that fit your age."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "placeholder": "2009"}),
        error_messages={"invalid": _("Write the year with four digits, as 2009.")},
    )

    def __init__(self, *args: Any, email: str = "", asks_age: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given_email = email
        if not asks_age:
            del self.fields["birth_year"]
        if email:
            self.fields["email"].disabled = True
            self.fields["email"].initial = email
        self.helper = PlainHelper()

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean_birth_year(self) -> int:
        year = self.cleaned_data["birth_year"]
        if not YOUNGEST <= timezone.localdate().year - year <= OLDEST:
            raise forms.ValidationError(_("Write the year with four digits, as 2009."))
        return year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if password := cleaned.get("password"):
            person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class PlanForm(forms.ModelForm):
    """Name, area and dates of a plan, and how far its figures are locked."""

    class Meta:
        model = Plan
        fields = [
            "name", "area", "municipality", "concern_phone", "starts_on", "ends_on", "figures_locked_until",
        ]  # fmt: skip
        formfield_callback = use_danish_fields
        help_texts = {
            "concern_phone": _("Everybody can ring it from the page “Worried about a child?”."),
            "figures_locked_until": _(
                "Up to and including this day nobody can change what was logged or typed in. The day moves forward "
                "only; for corrections the figures can be opened for a while."
            ),
        }

    def __init__(self, *args: Any, may_lock: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_lock:
            del self.fields["figures_locked_until"]
        last = ["figures_locked_until"] if may_lock else []
        self.fields["concern_phone"].widget.attrs |= {"type": "tel", "inputmode": "tel", "autocomplete": "off"}
        self.helper = PlainHelper(
            "name",
            side_by_side("area", "municipality"),
            "concern_phone",
            side_by_side("starts_on", "ends_on"),
            *last,
        )

    def clean_figures_locked_until(self) -> date | None:
        """Forward only, and never into the future: back is what a reopening is for, which says who and why."""
        day, before = self.cleaned_data["figures_locked_until"], self.instance.figures_locked_until
        if before is not None and (day is None or day < before):
            raise forms.ValidationError(_("The lock moves forward only. Open the figures for a while instead."))
        if day is not None and day != before and day >= timezone.localdate():
            raise forms.ValidationError(_("Only days that have passed can be locked."))
        return day


class ReopenForm(forms.Form):
    """Why locked figures are opened, and for how long."""

    reason = PlainTextField(
        label=_("Why are the figures opened?"),
        max_length=200,
        lines=2,
        help_text=_("Your colleagues can read it. For example: the log of the summer camp was missing."),
    )
    length = forms.ChoiceField(
        label=_("For how long?"),
        choices=[("1", _("One hour")), ("24", _("One day")), ("72", _("Three days")), ("168", _("One week"))],
        initial="24",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()


class SetupForm(forms.ModelForm):
    """A new plan and one's own place in it."""

    role = forms.ChoiceField(
        label=_("What are you in this plan?"),
        choices=[
            (Role.PROJECT_MANAGER, _("I lead it, as project manager")),
            (Role.ADMINISTRATOR, _("I only set it up, as administrator")),
        ],
        initial=Role.PROJECT_MANAGER,
        widget=forms.RadioSelect,
    )
    starts_on = DanishDateField(label=_("First day"))
    ends_on = DanishDateField(label=_("Last day"), help_text=_("A plan usually runs for four years."))

    class Meta:
        model = Plan
        fields = ["name", "area", "municipality", "starts_on", "ends_on"]
        formfield_callback = use_danish_fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper(
            "name", side_by_side("area", "municipality"), side_by_side("starts_on", "ends_on"), "role"
        )
