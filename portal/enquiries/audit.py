"""What the audit log can say about questions to advisers. The log holds references, never names or words of who asked."""

ACTIONS = {
    "advice.answered": "Question to advisers answered",
    "advice.asked-back": "Asked back about a question to advisers",
    "advice.assigned": "Question to advisers given to an adviser",
    "advice.closed": "Question to advisers closed",
    "advice.reopened": "Question to advisers opened again",
    "advice.released": "Question that looked like spam released",
    "advice.discarded": "Question that looked like spam deleted",
    "advice.exported": "Figures on questions to advisers exported",
}
