"""What several tests of mail use."""

from tests.forum.mail.postfix import postfix, running_postfix

__all__ = ["postfix", "running_postfix"]
