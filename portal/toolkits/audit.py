"""What the audit log can say about toolkits."""

ACTIONS = {"checklist.archived": "Checklist of a network put aside"}
