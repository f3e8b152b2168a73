"""What a person may do in a forum, which machina asks, answered by `forum.access`: superusers have no way of their own."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from machina.apps.forum_permission.checker import ForumPermissionChecker as MachinaChecker

from forum.access import visible_to
from forum.models import Level

# What each level allows, in machina's words. What is in none of them, such as polls and deleting, nobody may.
PERMISSIONS = {
    Level.READ: {"can_see_forum", "can_read_forum", "can_download_file"},
    Level.POST: {"can_start_new_topics", "can_reply_to_topics", "can_edit_own_posts", "can_attach_file"},
    Level.MANAGE: {
        "can_approve_posts",
        "can_lock_topics",
        "can_move_topics",
        "can_post_announcements",
        "can_post_stickies",
        "can_post_without_approval",
        "can_reply_to_locked_topics",
    },
}


class ForumPermissionChecker(MachinaChecker):
    """What one person may do in forums, at the moment of asking."""

    def has_perm(self, perm: str, forum: Any) -> bool:
        """Whether the person has a permission in a forum."""
        return perm in self.get_perms(forum)

    def get_perms(self, forum: Any) -> set[str]:
        """The permissions of the person in a forum; none in the forum as a whole, which is nobody's."""
        return self.get_perms_for_forumlist([forum])[forum] if forum is not None else set()

    def get_perms_for_forumlist(
        self, forums: Iterable[Any], perm_codenames: Iterable[str] | None = None
    ) -> dict[Any, set[str]]:
        """The permissions of the person in each of the forums, or those of them that are named."""
        now = timezone.now()
        found: dict[Any, set[str]] = {one: set() for one in forums}
        for level, permissions in PERMISSIONS.items():
            open_to = set(visible_to(self.user, now, level).values_list("forum_id", flat=True))
            for one in found:
                if one.pk in open_to:
                    found[one] |= permissions
        wanted = set(perm_codenames) if perm_codenames is not None else None
        return {one: perms if wanted is None else perms & wanted for one, perms in found.items()}
