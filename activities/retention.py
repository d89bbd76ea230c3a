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
PROGRAMME = Rule(
    purpose=_("To make the programme, and to remember it"),
    keep=_("As long as the plan"),
    then=_("Deleted with the plan; is about the evening, never about a person"),
)
GUEST = Rule(
    purpose=_("To agree the evening with the guest"),
    keep=_("30 days after the evening"),
    then=_("The phone is deleted; the name stays where the guest let it stand in the programme"),
)
SHIFT = Rule(
    purpose=_("To know who does what on an evening, and to count a volunteer's own hours"),
    keep=_("While the person has an account"),
    then=_("Deleted with the account"),
)
GONE_SHIFT = Rule(
    purpose=_("To show in the volunteer's own calendar that an evening is off"),
    keep=_("30 days after the evening"),
    then=_("Deleted"),
)
REFERENCE = Rule(
    purpose=_("To give the volunteer a paper about what they did"),
    keep=_("While the person has an account"),
    then=_("Deleted with the account"),
)
VOTE = Rule(
    purpose=_("To let each browser vote once a day"),
    keep=_("7 days"),
    then=_("The random value is replaced; the vote stays"),
)

RETENTION: dict[str, Rule] = {
    "Activity.owner": ACCOUNT,
    "Session.logged_by": ACCOUNT,
    "SessionChange.changed_by": ACCOUNT,
    "Session.note": EVENING,
    "Session.reason": EVENING,
    "Session.theme": EVENING,
    "CalendarFeed.token_hash": SHIFT,
    "CalendarFeed.user": SHIFT,
    "ChecklistLine.done_by": ACCOUNT,
    "ChecklistLine.text": PROGRAMME,
    "Guest.contact": GUEST,
    "Guest.name": GUEST,
    "Guest.phone": GUEST,
    "Guest.title": GUEST,
    "Idea.created_by": ACCOUNT,
    "Idea.title": PROGRAMME,
    "Idea.why": PROGRAMME,
    "IdeaComment.text": PROGRAMME,
    "IdeaComment.written_by": ACCOUNT,
    "IdeaVote.voter": VOTE,
    "ProgrammeHost.user": SHIFT,
    "ProgrammeItem.approved_by": ACCOUNT,
    "ProgrammeItem.changed_by": ACCOUNT,
    "ProgrammeItem.description": PROGRAMME,
    "ProgrammeItem.simple_description": PROGRAMME,
    "ProgrammeItem.theme": PROGRAMME,
    "ProgrammeItem.title": PROGRAMME,
    "ProgrammeRelease.content": PROGRAMME,
    "ProgrammeRelease.published_by": ACCOUNT,
    "Reference.approved_by": ACCOUNT,
    "Reference.content": REFERENCE,
    "Reference.statement": REFERENCE,
    "Reference.user": REFERENCE,
    "Reflection.line": EVENING,
    "Reflection.written_by": ACCOUNT,
    "RemovedShift.title": GONE_SHIFT,
    "RemovedShift.user": GONE_SHIFT,
    "ShiftSignup.user": SHIFT,
    "Tally.logged_by": ACCOUNT,
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
        "ChecklistLine.kind",
        "Format.code",
        "Format.name",
        "Format.name_en",
        "Guest.role",
        "Idea.source",
        "Idea.state",
        "ProgrammeItem.state",
        "ProgrammeRelease.sha256",
        "ProgrammeSlot.name",
        "Schedule.rule",
        "Season.name",
        "Session.log_source",
        "Session.state",
        "ShiftSignup.told_sha256",
        "SessionChange.source",
        "ShiftRole.code",
        "ShiftRole.name",
        "ShiftRole.name_en",
        "Tally.kind",
        "Venue.name",
    }
)
