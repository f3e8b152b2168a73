"""An archive of mails that moves into a list: what is in it, who wrote what, what answers what, and what is there already. Reads only.

**What belongs together** is told by Message-ID, In-Reply-To and References. Mails that name the same mail are in one topic, also if that
one is missing. A mail answers the nearest of those it names that is there, in the file or in the list, wherever it stands in the file.
A subject puts a mail into a topic only if it begins with *Re:* or the like, the mail names no other, and exactly one topic of that
subject had its latest mail within the 90 days before: the rule for mail that comes in, at the moment at which the mail was written.

**When it was written** is the moment of its Date; if that is missing, in the future or before mail was, the one in its first line;
else that of the mail before it. An answer is never older than what it answers: clocks go wrong.

**Each mail is known** by its Message-ID, or by a hash of what it says if it has none, or if another mail with other words has it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from forum.archive.messages import Message, Survey
from forum.archive.placing import placed
from forum.archive.taking import Taken
from forum.incoming.mbox import letters
from forum.models import MailingList

__all__ = ["Message", "Survey", "survey"]

Progress = Callable[[int], object]


def survey(mailing_list: MailingList, file: BinaryIO, now: datetime, progress: Progress) -> Survey:
    """Reads a mailbox from the top and says what it would bring into a list. `progress` is told of bytes.

    Takes some 1,000 bytes of memory for each mail, however large these are. Raises `NotAMailbox`.
    """
    taken = Taken(mailing_list, now)
    for letter in letters(file):
        taken.take(letter)
        progress(letter.size + len(letter.line))
    return placed(taken)
