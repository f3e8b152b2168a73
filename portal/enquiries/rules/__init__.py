"""When an answer is due, what looks like spam, what may be done in which state, and the figures. Pure."""
