"""Ideas from the young, votes without a login, and what volunteers do with them.

Nobody's name or address is kept. A vote belongs to a random value in the vote's own cookie: one vote a browser and day
for each activity's ideas, which may be moved to another idea the same day. How much may come from one address is capped
generously, since a whole club shares one; the cap lives in the cache under a hash and is forgotten after a day.
"""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import CharField, Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from accounts.sign_in import Limit
from activities.models import (
    HELD,
    Activity,
    Format,
    Idea,
    IdeaComment,
    IdeaSource,
    IdeaState,
    IdeaVote,
    ItemState,
    ProgrammeItem,
)

A_DAY = 24 * 3600
IDEAS_LIMIT = Limit("ideas-address", attempts=40, window=A_DAY)
VOTES_LIMIT = Limit("votes-address", attempts=200, window=A_DAY)
KEEP_VOTERS = timedelta(days=7)
FORGOTTEN = "-"  # begins what stands instead of a browser's value
LISTED = (IdeaState.OPEN, IdeaState.ACCEPTED)


class IdeaRefused(ValueError):
    """It cannot be so. The message is a whole, translated sentence for the person."""


def new_voter() -> str:
    """A random value for a browser that votes for the first time."""
    return secrets.token_hex(16)


# -- reading -----------------------------------------------------------------------------------------------------------


def with_votes(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Adds `vote_count`: the idea's own votes and those of the ideas joined with it."""
    joined = IdeaVote.objects.filter(Q(idea=OuterRef("pk")) | Q(idea__merged_into=OuterRef("pk")))
    counted = joined.order_by().values("plan").annotate(number=Count("pk")).values("number")
    return ideas.annotate(vote_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def open_ideas(activity: Activity) -> QuerySet[Idea]:
    """What the public page lists: looked at by a volunteer, most votes first; with the items that came of them."""
    rows = Idea.objects.filter(plan=activity.plan, activity=activity, state__in=LISTED)
    rows = rows.prefetch_related(Prefetch("items", ProgrammeItem.objects.select_related("session")))
    return with_votes(rows).select_related("format").order_by("-vote_count", "-created_at", "-pk")


def how_far(idea: Idea, *, today: date) -> str:
    """What became of an idea that was taken into the programme: `held`, `coming`, `called_off`, or `in_work` while
    nothing of it is public. The items must be prefetched with their evening."""
    items = list(idea.items.all())
    if any(item.shown_state == HELD or _was_shown(item, today) for item in items):
        return "held"
    if any(item.shown_state == ItemState.PUBLISHED for item in items):
        return "coming"
    is_off = bool(items) and all(item.shown_state == ItemState.CANCELLED for item in items)
    return "called_off" if is_off else "in_work"


def _was_shown(item: ProgrammeItem, today: date) -> bool:
    """Published, and its evening is over, logged or not."""
    return item.shown_state == ItemState.PUBLISHED and item.session is not None and item.session.date < today


def waiting_by_activity(plan: Plan) -> dict[int, int]:
    """How many ideas nobody has looked at yet, by activity. One query."""
    rows = Idea.objects.filter(plan=plan, state=IdeaState.NEW).order_by()
    return dict(rows.values_list("activity").annotate(Count("pk")))


def voted_today(activity: Activity, *, voter: str, today: date) -> int | None:
    """The idea that holds this browser's vote of today."""
    if not voter:
        return None
    votes = IdeaVote.objects.filter(plan=activity.plan, activity=activity, voter=voter, voted_on=today)
    return votes.values_list("idea_id", flat=True).first()


# -- the public page ---------------------------------------------------------------------------------------------------


def send_idea(
    *, activity: Activity, title: str, format: Format | None = None, why: str = "", by: User | None = None
) -> Idea:
    """A new idea. The same words again within a day are the same idea, so that a double click sends one.

    From the public page it waits for a volunteer; a member's own stands at once.
    """
    since = timezone.now() - timedelta(days=1)
    source = IdeaSource.MEMBER if by else IdeaSource.PUBLIC
    same = Idea.objects.filter(plan=activity.plan, activity=activity, title=title, why=why, source=source)
    if found := same.filter(created_at__gte=since).first():
        return found
    return Idea.objects.create(
        plan=activity.plan,
        activity=activity,
        title=title,
        format=format,
        why=why,
        source=source,
        state=IdeaState.OPEN if by else IdeaState.NEW,
        created_by=by,
    )


def vote(*, idea: Idea, voter: str, today: date) -> bool:
    """Give the browser's vote of today to this idea. False when it lay there already.

    The unique key on browser and day decides, so that a vote sent a thousand times is one.
    """
    if idea.state != IdeaState.OPEN:
        raise IdeaRefused(_("This idea cannot get votes now. Find another one."))
    made, is_new = IdeaVote.objects.get_or_create(
        plan=idea.plan, activity=idea.activity, voted_on=today, voter=voter, defaults={"idea": idea}
    )
    if is_new:
        return True
    return bool(IdeaVote.objects.filter(pk=made.pk).exclude(idea=idea).update(idea=idea))


# -- volunteers --------------------------------------------------------------------------------------------------------


def set_idea_state(*, idea: Idea, state: str) -> bool:
    """Let an idea out, or put it away. One in the programme stays there. False when nothing changed."""
    movable = Idea.objects.filter(plan=idea.plan, pk=idea.pk).exclude(state=IdeaState.ACCEPTED)
    return bool(movable.exclude(state=state).update(state=state, merged_into=None))


@transaction.atomic
def merge_idea(*, idea: Idea, into: Idea) -> None:
    """Two say the same: one is kept, and has the votes of both. What was joined with `idea` goes along."""
    if idea.pk == into.pk:
        raise IdeaRefused(_("Choose another idea to join it with."))
    target = Idea.objects.filter(plan=idea.plan, activity=idea.activity, pk=into.pk, state__in=LISTED).first()
    if target is None:
        raise IdeaRefused(_("The idea that you chose is no longer open. Choose another."))
    if idea.state == IdeaState.ACCEPTED:
        raise IdeaRefused(_("This idea is in the programme already. Join the other one with it instead."))
    Idea.objects.filter(plan=idea.plan, merged_into=idea).update(merged_into=target)
    Idea.objects.filter(plan=idea.plan, pk=idea.pk).update(state=IdeaState.MERGED, merged_into=target)


def comment_on(*, idea: Idea, text: str, by: User) -> IdeaComment:
    """What a volunteer says of it. The same words of the same person again are one comment."""
    made, _is_new = IdeaComment.objects.get_or_create(plan=idea.plan, idea=idea, text=text, written_by=by)
    return made


# -- daily work --------------------------------------------------------------------------------------------------------


def forget_old_voters() -> str:
    """Votes older than a week lose the browser's value: nobody can tell which were given by the same one. The votes
    stay. One statement."""
    old = IdeaVote.objects.filter(voted_on__lt=timezone.localdate() - KEEP_VOTERS).exclude(voter__startswith=FORGOTTEN)
    number = old.update(voter=Concat(Value(FORGOTTEN), Cast("pk", CharField())))
    return f"{number} voters forgotten"
