"""Incoming mail as the portal understands it: bytes go in, plain records come out. Knows no database, no settings and no clock."""
