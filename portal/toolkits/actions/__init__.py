"""Every write about checklists: what is done, for whom it is, until when, what is noted; putting a list aside."""
