"""Name badges: whose, what is on them, and how they are printed."""
