"""What the forum stores: lists with their rules, who is on them, access that was given, and what people write there."""

from forum.models.attachments import Attachment
from forum.models.deliveries import WAITING, Batch, Bounce, Delivery, DeliveryState, Digest, Period
from forum.models.incoming import IncomingMail, KnownMessage, MailOutcome
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
    DeliveryMode,
    Grant,
    GrantKind,
    Level,
    MailFormat,
    State,
    Subscription,
    SubscriptionPeriod,
    holds_at,
)

__all__ = [
    "WAITING",
    "AccessRule",
    "AfterClosing",
    "Attachment",
    "Batch",
    "Bounce",
    "Delivery",
    "DeliveryMode",
    "DeliveryState",
    "Digest",
    "Draft",
    "Grant",
    "GrantKind",
    "Hold",
    "HoldReason",
    "IncomingMail",
    "KnownMessage",
    "Level",
    "ListInvitation",
    "MailFormat",
    "MailOutcome",
    "MailingList",
    "Outcome",
    "Period",
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
