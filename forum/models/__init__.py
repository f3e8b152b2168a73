"""What the forum stores: lists with their rules, who is on them, access that was given, and what people write there."""

from forum.models.attachments import Attachment
from forum.models.invitations import ListInvitation
from forum.models.lists import AccessRule, AfterClosing, MailingList, Then, Whom
from forum.models.posts import (
    Draft,
    Hold,
    HoldReason,
    Outcome,
    Post,
    PostNews,
    PostVersion,
    PrivateMessage,
    Report,
    Topic,
)
from forum.models.subscriptions import (
    Grant,
    GrantKind,
    Level,
    State,
    Subscription,
    SubscriptionPeriod,
    holds_at,
)

__all__ = [
    "AccessRule",
    "AfterClosing",
    "Attachment",
    "Draft",
    "Grant",
    "GrantKind",
    "Hold",
    "HoldReason",
    "Level",
    "ListInvitation",
    "MailingList",
    "Outcome",
    "Post",
    "PostNews",
    "PostVersion",
    "PrivateMessage",
    "Report",
    "State",
    "Subscription",
    "SubscriptionPeriod",
    "Then",
    "Topic",
    "Whom",
    "holds_at",
]
