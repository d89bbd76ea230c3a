"""How long the fields that can say something about a person are kept (design §4; shape as in accounts/retention.py).

Links to colleagues are SET_NULL: when the account is deleted the log stays, without the name. Notes and reasons are
about the evening; CPR-shaped text is refused, and what looks like a remark on one person raises a warning.
"""

from django.utils.translation import gettext_lazy as _

from accounts.retention import ACCOUNT, Rule

EVENING = Rule(
    purpose=_("To remember the evening"),
    keep=_("As long as the plan"),
    then=_("Deleted with the plan; is about the evening, never about a person"),
)

RETENTION: dict[str, Rule] = {
    "Activity.owner": ACCOUNT,
    "Session.logged_by": ACCOUNT,
    "SessionChange.changed_by": ACCOUNT,
    "Session.note": EVENING,
    "Session.reason": EVENING,
    "Session.theme": EVENING,
    "SessionChange.before": EVENING,
    "SessionChange.after": EVENING,
}
NOT_PERSONAL = frozenset(
    {
        "Activity.counting_mode",
        "Activity.name",
        "Activity.purpose",
        "Activity.target_group",
        "ActivityAlias.key",
        "ActivityAlias.text",
        "ActivityLine.name",
        "Closure.name",
        "Format.code",
        "Format.name",
        "Format.name_en",
        "Schedule.rule",
        "Session.log_source",
        "Session.state",
        "SessionChange.source",
        "Venue.name",
    }
)
