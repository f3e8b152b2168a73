"""Topics and posts of machina, with the fields that this forum adds."""

from machina.apps.forum_conversation.apps import ForumConversationAppConfig as MachinaConfig


class ForumConversationConfig(MachinaConfig):
    name = "forum.forum_conversation"
    default = True
