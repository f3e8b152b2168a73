"""Why a step of moderation cannot be taken: worded for the person who asked for it."""

from forum.models import Hold, Post, Topic

LONGEST_REPORT = 500
REPORTS_AN_HOUR = 10


def refusal_to_report(post: Post, *, by: int, already: bool, reported_in_the_last_hour: int) -> str | None:
    """Why a person, by the number of their account, cannot report a post; `None` if they can."""
    if post.poster_id == by:
        return "This is your own post. You can change it."
    if already:
        return "You have reported this post already. A manager will look at it."
    if reported_in_the_last_hour >= REPORTS_AN_HOUR:
        return "You have reported many posts. Wait a while, or write to the list's managers."
    return None


def refusal_of_report(reason: str) -> str | None:
    """Why these words cannot go with a report; `None` if they can."""
    if not reason.strip():
        return "Say what is wrong with the post."
    if len(reason) > LONGEST_REPORT:
        return f"This is too long: {LONGEST_REPORT} characters is the most."
    return None


def refusal_to_hold(post: Post) -> str | None:
    """Why a post cannot be held; `None` if it can."""
    return None if post.approved else "Readers do not see this post: it is held already, or was refused."


def refusal_to_decide(hold: Hold) -> str | None:
    """Why nothing can be decided about a post that was held; `None` if it can."""
    return None if hold.decided_at is None else "Another manager has decided about this post already."


def refusal_to_arrange(topic: Topic) -> str | None:
    """Why a topic cannot be moved, split, merged, locked or pinned; `None` if it can."""
    return None if topic.merged_into_id is None else "This topic has become part of another one."


def refusal_to_merge(topic: Topic, into: Topic) -> str | None:
    """Why one topic cannot become part of another; `None` if it can."""
    if topic.pk == into.pk:
        return "Choose another topic: this is the same one."
    if topic.forum_id != into.forum_id:
        return "Both topics have to be in the same list. Move one of them first."
    return refusal_to_arrange(topic) or refusal_to_arrange(into)


def refusal_to_split(posts: int, chosen: int, *, first_chosen: bool) -> str | None:
    """Why `chosen` of the `posts` of a topic cannot become a topic of their own; `None` if they can."""
    if not chosen:
        return "Choose the posts that are to become a topic of their own."
    if first_chosen or chosen >= posts:
        return "The first post stays where it is. Choose later ones."
    return None
