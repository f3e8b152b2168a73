"""What is known of Elasticsearch: which index there holds the entries, and which of them have changed since it was told."""

from django.db import models


class ServerIndex(models.Model):
    """An index on the server that is told of every change: the one that is searched, or one that is being filled.

    It is the row that decides, and not the server: an index that nobody has kept up has none, and is never asked.
    """

    name = models.CharField(max_length=80, unique=True)
    is_complete = models.BooleanField(default=False, help_text="Every entry is in it, so it may be searched.")
    touched_at = models.DateTimeField(help_text="When something was last put into it by a rebuild.")

    class Meta:
        verbose_name_plural = "server indexes"
        constraints = [
            # One that is searched, and one that is being filled.
            models.UniqueConstraint(fields=["is_complete"], name="search_serverindex_one_of_each"),
        ]

    def __str__(self) -> str:
        return self.name


class Unsent(models.Model):
    """An entry that changed, went or came, and of which the server has not been told. It is not found there until it has been.

    Rows are only added, and taken away once the server has said that it has stored the entry. Their numbers rise, so they are
    the versions of what is sent.
    """

    source = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "unsent"
        indexes = [models.Index(fields=["source"], name="search_unsent_source")]

    def __str__(self) -> str:
        return self.source
