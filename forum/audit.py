"""What the audit log can say about lists."""

ACTIONS = {
    "list.made": "List made",
    "list.changed": "List changed",
    "list.rules-changed": "Rules of a list changed",
    "list.effect-exported": "Effect of rules on people exported",
    "list.people-exported": "People of a list exported",
    "list.explained": "Access explained to a person",
    "subscription.applied": "Applied for a list",
    "subscription.asked": "Question about an application",
    "subscription.approved": "Let onto a list",
    "subscription.refused": "Application refused",
    "subscription.left": "Left a list",
    "subscription.came-back": "Came back to a list",
    "subscription.suspended": "Suspended from a list",
    "subscription.suspension-lifted": "Suspension lifted",
    "door.refused": "Refused at the door of a list",
    "grant.given": "Access given to staff",
    "grant.extended": "Time on a list extended",
    "grant.taken-back": "Access taken back",
    "attachment.infected": "File in which the virus scanner found something",
    "attachment.removed": "File of a post removed",
}
