"""What the forum stores: lists with their rules, who is on them, and access that was given."""

from forum.models.lists import AccessRule, AfterClosing, MailingList, Then, Whom
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
    "Grant",
    "GrantKind",
    "Level",
    "MailingList",
    "State",
    "Subscription",
    "SubscriptionPeriod",
    "Then",
    "Whom",
    "holds_at",
]
