"""Who may do what, in which plan: the user, the plan (the tenant) and the membership that joins them."""

from datetime import date, datetime, time

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.cpr import validate_no_cpr

RESERVED_SLUGS = frozenset(
    {
        "accounts", "admin", "api", "guide", "healthz", "i18n", "jobs", "konto", "login", "logout", "media",
        "ny-plan", "opret", "oversigt", "robots.txt", "sprog", "static", "stil", "was",
    }
)  # fmt: skip


class Role(models.TextChoices):
    """One role per user and plan. What each may do stands in `permissions.py`, nowhere else."""

    ADMINISTRATOR = "administrator", _("Administrator")
    PROJECT_MANAGER = "project_manager", _("Project manager")
    STAFF = "staff", _("Staff member")
    VOLUNTEER = "volunteer", _("Volunteer")
    BOARD = "board", _("Board member")
    PARTNER = "partner", _("Partner")


class UserManager(BaseUserManager["User"]):
    """E-mail addresses are the login; they are stored in lower case so that one person has one account."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This e-mail is already in use.")})
    name = models.CharField(_("name"), max_length=100, validators=[validate_no_cpr])
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    date_joined = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_ci_unique")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    @property
    def initials(self) -> str:
        """At most two letters for the avatar: first and last word of the name."""
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else self.email


validate_phone = RegexValidator(
    r"\A(?:\+\d{1,3} ?)?(?:\d ?){3,11}\d\Z", _("Write the number with digits only, as 89 40 20 00.")
)  # a phone dials it, so it holds digits and blanks alone


class Plan(models.Model):
    """A boligsocial helhedsplan: the tenant. Four years at a time, starting on any date."""

    slug = models.SlugField(_("address"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100, validators=[validate_no_cpr])
    area = models.CharField(_("housing area"), max_length=100, blank=True, validators=[validate_no_cpr])
    municipality = models.CharField(_("municipality"), max_length=100, blank=True, validators=[validate_no_cpr])
    concern_phone = models.CharField(
        _("the municipality's number for concerns"), max_length=20, blank=True, validators=[validate_phone]
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    figures_locked_until = models.DateField(_("figures locked until"), null=True, blank=True)
    reopened_until = models.DateTimeField(null=True, blank=True, editable=False)  # written by accounts.locking alone
    is_demo = models.BooleanField(_("demo plan"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    users = models.ManyToManyField(User, through="Membership", related_name="plans")

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["name", "starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="accounts_plan_dates"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("This address is used by the portal itself. Choose another.")})
        if self.starts_on and self.ends_on and self.ends_on <= self.starts_on:
            raise ValidationError({"ends_on": _("The last day must come after the first day.")})

    @property
    def is_reopened(self) -> bool:
        """True while locked figures are open for corrections."""
        return self.reopened_until is not None and timezone.now() < self.reopened_until

    @property
    def locked_until(self) -> date | None:
        """The last day whose figures nobody can change now; None where nothing is locked, or while it is reopened."""
        return None if self.is_reopened else self.figures_locked_until

    def is_locked(self, day: date) -> bool:
        """True when figures of that day are locked (design §3 rule 8)."""
        locked_until = self.locked_until
        return locked_until is not None and day <= locked_until


class Reopening(models.Model):
    """Append-only account of who opened locked figures, why, and until when; `closed_at` when it was closed early."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="reopenings", verbose_name=_("plan"))
    locked_until = models.DateField(_("figures locked until"))
    reason = models.CharField(_("why"), max_length=200, validators=[validate_no_cpr])
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    until = models.DateTimeField(_("open until"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("reopening of figures")
        verbose_name_plural = _("reopenings of figures")
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan} {self.opened_at:%d-%m-%Y %H:%M}"

    @property
    def ended_at(self) -> datetime:
        return self.closed_at or self.until


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(user__is_active=True)

    def with_role(self, *roles: str) -> "MembershipQuerySet":
        return self.filter(role__in=roles)


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("plan"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    release_mail = models.BooleanField(_("e-mail when new figures are released"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["plan", "user"], name="accounts_membership_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.plan} · {self.get_role_display()}"


class VolunteerDetails(models.Model):
    """What a plan must know of a volunteer to let them take shifts, and no more.

    Of a child protection certificate (børneattest) only the date on which it was obtained: never the paper itself.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="volunteer", verbose_name=_("membership")
    )
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_no_cpr])
    certificate_on = models.DateField(_("child protection certificate obtained"), null=True, blank=True)
    wants_reminders = models.BooleanField(_("reminder by e-mail before a shift"), default=True)
    quiet_from = models.TimeField(_("quiet from"), default=time(21))
    quiet_to = models.TimeField(_("quiet until"), default=time(8))

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")

    def __str__(self) -> str:
        return str(self.membership.user)


class GuardianConsent(models.Model):
    """A parent's yes to a volunteer account below 15 (databeskyttelsesloven § 6: the age for online services)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="guardian_consents", verbose_name=_("volunteer")
    )
    guardian_name = models.CharField(_("guardian"), max_length=100, validators=[validate_no_cpr])
    given_on = models.DateField(_("given"))
    channel = models.CharField(_("how it was given"), max_length=60, blank=True, validators=[validate_no_cpr])
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("guardian's consent")
        verbose_name_plural = _("guardians' consents")
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "user"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="accounts_consent_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.given_on:%d-%m-%Y}"


class Invitation(models.Model):
    """A link that makes (or joins) an account. Only the hash of its token is stored.

    Without an e-mail the link is handed over by its maker: volunteers have no mail habit (semantics, Roles).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("plan"))
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True, validators=[validate_no_cpr])
    role = models.CharField(_("role"), max_length=20, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "email"],
                condition=models.Q(accepted_at__isnull=True) & ~models.Q(email=""),
                name="accounts_invitation_one_open",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_invitation_role"),
        ]

    def __str__(self) -> str:
        return f"{self.email or self.name} · {self.plan}"

    def is_open(self, now: datetime) -> bool:
        """Can the link still be used?"""
        return self.accepted_at is None and now < self.expires_at


class MailState(models.TextChoices):
    QUEUED = "queued", _("On its way")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    UNCLEAR = "unclear", _("Unclear whether it arrived")


class Mail(models.Model):
    """One e-mail to one person, claimed by a conditional update before it is sent.

    E-mail cannot be exactly-once: a send that broke off in the middle is shown to a person and never repeated by
    itself (semantics, Reminders). The text is made when it is sent, so that no link with a secret is stored here.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, null=True, blank=True, related_name="mails", verbose_name=_("plan")
    )
    key = models.CharField(_("key"), max_length=150)
    template = models.CharField(_("template"), max_length=50)
    to = models.EmailField(_("to"))
    context = models.JSONField(_("content"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    message_id = models.CharField(_("Message-ID"), max_length=200, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    claimed_at = models.DateTimeField(_("taken"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="accounts_mail_key_unique"),
            models.CheckConstraint(condition=models.Q(state__in=MailState.values), name="accounts_mail_state"),
        ]
        indexes = [models.Index(fields=["plan", "state"], name="accounts_mail_plan_state")]

    def __str__(self) -> str:
        return f"{self.to} · {self.template} · {self.get_state_display()}"


class TokenScope(models.TextChoices):
    """What a token may read. Each stands for a permission of its maker (`tokens.NEEDS`)."""

    RELEASES = "releases", _("Released figures")
    DRAFT = "draft", _("Released figures and the team's draft")


class ApiToken(models.Model):
    """Lets another program read the plan's figures. Only the hash is stored; the token itself is shown once."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("plan"))
    name = models.CharField(_("what it is for"), max_length=60, validators=[validate_no_cpr])
    scope = models.CharField(_("may read"), max_length=10, choices=TokenScope, default=TokenScope.RELEASES)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=TokenScope.values), name="accounts_token_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.plan}"
