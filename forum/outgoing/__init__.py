"""Mails of lists on their way out: posts and digests as bytes that differ from person to person only in a few places, and handing them over."""
