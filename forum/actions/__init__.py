"""Every write with a consequence, by what it is about. `RefusedError` says why something was not done."""

from forum.actions.closing import close_list
from forum.actions.explaining import send_explanation
from forum.actions.exporting import record_export
from forum.actions.granting import extend, give_access, take_back
from forum.actions.joining import answer, apply, approve, ask, come_back, leave, refuse
from forum.actions.lists import change_list, change_rules, make_list
from forum.actions.suspending import lift_suspension, suspend

__all__ = [
    "answer",
    "apply",
    "approve",
    "ask",
    "change_list",
    "change_rules",
    "close_list",
    "come_back",
    "extend",
    "give_access",
    "leave",
    "lift_suspension",
    "make_list",
    "record_export",
    "refuse",
    "send_explanation",
    "suspend",
    "take_back",
]
