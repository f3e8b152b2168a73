"""Counting the words that anybody may know."""

from collections import Counter
from collections.abc import Iterator

from django.db import transaction

from search.models import Entry, Word
from search.rules.queries import words_of
from search.sources.base import PUBLIC

LONGEST = 40
SHORTEST = 3
MOST_WORDS = 50_000
AT_A_TIME = 200


def count_words() -> int:
    """Counts the words of public entries anew, and returns how many there are. Rare ones of very large collections are left out."""
    counted: Counter[str] = Counter()
    for text in _texts():
        counted.update(
            {word for word in words_of(text) if SHORTEST <= len(word) <= LONGEST and not word.isdecimal()}
        )
    rows = [Word(word=word, entries=count) for word, count in counted.most_common(MOST_WORDS)]
    with transaction.atomic():
        Word.objects.all().delete()
        Word.objects.bulk_create(rows, batch_size=AT_A_TIME)
    return len(rows)


def _texts() -> Iterator[str]:
    public = Entry.objects.filter(superseded_on=None, access=PUBLIC, shown_from=None, shown_until=None)
    for row in public.values_list("title", "summary", "body").iterator(chunk_size=AT_A_TIME):
        yield " ".join(row)
