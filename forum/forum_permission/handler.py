"""The questions of machina about forums without the way past them that it gives to superusers: each asks the checker beside this."""

from collections.abc import Sequence
from typing import Any

from machina.apps.forum_permission.handler import PermissionHandler as MachinaHandler


class PermissionHandler(MachinaHandler):
    """Which forums a person sees, and what they may do there. Forums have no tree here: each is one list."""

    def forum_list_filter(self, qs: Any, user: Any) -> Any:
        """The forums of a queryset that the person may read."""
        return self.get_readable_forums(qs, user)

    def get_readable_forums(self, forums: Any, user: Any) -> Any:
        """Those of `forums`, a queryset or a list, that the person may read."""
        readable = self._get_forums_for_user(user, ["can_read_forum"])
        if hasattr(forums, "filter"):
            return forums.filter(pk__in=[one.pk for one in readable])
        return [one for one in forums if one in readable]

    def can_edit_post(self, post: Any, user: Any) -> bool:
        """Whether the person wrote the post and may post in its forum, if the topic is not locked."""
        mine = self._is_post_author(post, user) and not post.topic.is_locked
        return mine and self._perform_basic_permission_check(post.topic.forum, user, "can_edit_own_posts")

    def can_delete_post(self, post: Any, user: Any) -> bool:
        """Nobody deletes a post: it is held, refused or moved."""
        return False

    def _get_forums_for_user(self, user: Any, perm_codenames: Sequence[str], **_: Any) -> list[Any]:
        found = self._get_checker(user).get_perms_for_forumlist(self._get_all_forums(), perm_codenames)
        return [one for one, granted in found.items() if granted >= set(perm_codenames)]

    def _perform_basic_permission_check(self, forum: Any, user: Any, permission: str) -> bool:
        return self._get_checker(user).has_perm(permission, forum)
