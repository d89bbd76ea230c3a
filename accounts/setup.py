"""Setting up a real plan, apart from the demo."""

from datetime import date

from django.db import transaction
from django.utils.text import slugify

from accounts.models import RESERVED_SLUGS, Membership, Plan, User

# Danish letters as they are written without them (Retskrivningsordbogen); slugify alone would drop ø and turn å into a.
_PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})


def demo_accounts_active() -> bool:
    """Their passwords are public knowledge: a real plan is refused while they work (semantics, Plan)."""
    return User.objects.filter(is_demo=True, is_active=True).exists()


def close_demo() -> int:
    """Switch all demo accounts off. The demo plan stays, so that it can be looked at by real accounts."""
    return User.objects.filter(is_demo=True, is_active=True).update(is_active=False)


def free_slug(name: str) -> str:
    """The plan's address: its name in plain letters, with a number behind when it is taken or reserved."""
    wanted = slugify(name.translate(_PLAIN))[:44].strip("-") or "plan"
    taken = set(Plan.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)) | RESERVED_SLUGS
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


@transaction.atomic
def create_plan(
    *, name: str, area: str, municipality: str, starts_on: date, ends_on: date, by: User, role: str
) -> Plan:
    """A new plan with its first member."""
    plan = Plan.objects.create(
        slug=free_slug(name),
        name=name,
        area=area,
        municipality=municipality,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    Membership.objects.create(plan=plan, user=by, role=role)
    return plan
