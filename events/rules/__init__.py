"""When events are and what is said of them; who may have a place. Pure: whatever a rule decides on, it is given."""
