"""What a network's checklist shows, what a document takes, what a network is paid. Pure: whatever a rule decides on, it is given."""
