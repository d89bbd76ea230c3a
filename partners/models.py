"""Who is behind the plan, and what did they agree?"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.danish import danish_order
from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr

ENDING_WITHIN_DAYS = 90


class ProgrammePeriod(models.Model):
    """Bevillingsperiode: the years in which the building fund grants under one set of focus areas.

    Dated data, never an enum: the Folketing's boligforlig names new areas (almenboligloven § 91 a). It bounds when a
    plan is granted, not the plan's sessions.
    """

    name = models.CharField(_("name"), max_length=20, unique=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("programme period")
        verbose_name_plural = _("programme periods")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="partners_period_dates"),
        ]

    def __str__(self) -> str:
        return self.name


class FocusArea(models.Model):
    """Indsatsområde. Its position in the period decides its colour, icon and pattern everywhere."""

    period = models.ForeignKey(
        ProgrammePeriod, on_delete=models.PROTECT, related_name="focus_areas", verbose_name=_("programme period")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40)
    aliases = models.CharField(
        _("other spellings"), max_length=300, blank=True, help_text=_("Separated by semicolons; used by imports.")
    )
    predecessors = models.ManyToManyField(
        "self", symmetrical=False, related_name="successors", blank=True, verbose_name=_("follows after")
    )

    class Meta:
        verbose_name = _("focus area")
        verbose_name_plural = _("focus areas")
        ordering = ["period", "position"]
        constraints = [
            models.UniqueConstraint(fields=["period", "position"], name="partners_focusarea_position"),
            models.UniqueConstraint(fields=["period", "name"], name="partners_focusarea_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The statutory Danish name, or its translation for who reads English."""
        return self.name_en if get_language() == "en" else self.name

    @property
    def spellings(self) -> list[str]:
        return [self.name, *(alias.strip() for alias in self.aliases.split(";") if alias.strip())]


class PlanProgramme(models.Model):
    """The programme period under which the plan was granted. The relation lives here: this app knows both ends."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="programme", verbose_name=_("plan"))
    period = models.ForeignKey(
        ProgrammePeriod, on_delete=models.PROTECT, related_name="+", verbose_name=_("programme period")
    )

    class Meta:
        verbose_name = _("plan's programme period")
        verbose_name_plural = _("plans' programme periods")

    def __str__(self) -> str:
        return f"{self.plan}: {self.period}"


def focus_areas(plan: Plan) -> models.QuerySet[FocusArea]:
    """The plan's focus areas in statutory order (none before a programme period is chosen)."""
    chosen = PlanProgramme.objects.filter(plan=plan).values("period")
    return FocusArea.objects.filter(period__in=chosen).order_by("position")


class OrganisationType(models.TextChoices):
    HOUSING = "housing", _("Housing organisation")
    MUNICIPALITY = "municipality", _("Municipality")
    POLICE = "police", _("Police")
    REGION = "region", _("Region")
    SCHOOL = "school", _("School")
    ASSOCIATION = "association", _("Association")
    COMPANY = "company", _("Company")
    RESEARCH = "research", _("Research")
    OTHER = "other", _("Other")


class Organisation(models.Model):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="organisations", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=150, validators=[validate_no_cpr])
    name_key = models.CharField(max_length=200, editable=False)
    type = models.CharField(_("type"), max_length=20, choices=OrganisationType, default=OrganisationType.OTHER)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["plan", "name_key"], name="partners_organisation_unique")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at a partner. Linked to a user, that user sees the organisation's own agreements."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("plan"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_no_cpr])
    title = models.CharField(_("job title"), max_length=100, blank=True, validators=[validate_no_cpr])
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_no_cpr])
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts", verbose_name=_("account")
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation", "name"], name="partners_contact_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.organisation_id and self.organisation.plan_id != self.plan_id:
            raise ValidationError({"organisation": _("The organisation belongs to another plan.")})


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def current(self) -> "AgreementQuerySet":
        """What is not put away in the archive; expired ones too, until somebody looks at them."""
        return self.filter(archived_at=None)

    def archived(self) -> "AgreementQuerySet":
        return self.filter(archived_at__isnull=False)

    def of_contact(self, user: User) -> "AgreementQuerySet":
        """Agreements in which one of the user's organisations is a party."""
        return self.filter(parties__in=Organisation.objects.filter(contacts__user=user)).distinct()

    def for_list(self) -> "AgreementQuerySet":
        """With parties and areas, in three queries however many there are."""
        return self.prefetch_related("parties", "focus_areas")


class Agreement(models.Model):
    """What partners and the plan agreed, in its simplest form: parties, focus areas, dates and the words."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="agreements", verbose_name=_("plan"))
    text = models.TextField(_("what we agreed"), max_length=4000, validators=[validate_no_cpr])
    starts_on = models.DateField(_("valid from"), null=True, blank=True)
    ends_on = models.DateField(_("valid to"), null=True, blank=True)
    parties = models.ManyToManyField(Organisation, related_name="agreements", verbose_name=_("parties"))
    focus_areas = models.ManyToManyField(
        FocusArea, related_name="agreements", blank=True, verbose_name=_("focus areas")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)
    # Kept for good: the building fund may ask for the words that were valid at a time (domain.md §11).
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["ends_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="partners_agreement_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day must come after the first day.")})

    @property
    def title(self) -> str:
        """An agreement has no name of its own: people call it by its parties."""
        return " · ".join(sorted((party.name for party in self.parties.all()), key=danish_order)) or gettext(
            "Agreement without parties"
        )

    def standing(self, today: date) -> str:
        """'coming', 'valid', 'ending' (within 90 days) or 'ended'."""
        if self.starts_on and today < self.starts_on:
            return "coming"
        if self.ends_on is None or (self.ends_on - today).days > ENDING_WITHIN_DAYS:
            return "valid"
        return "ended" if self.ends_on < today else "ending"
