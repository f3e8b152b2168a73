"""The words that anybody may know: those of public entries, for putting right what is misspelt."""

from django.db import models


class Word(models.Model):
    """A word of public entries, as it is written in small letters, and in how many of them it stands."""

    word = models.CharField(max_length=40, primary_key=True)
    entries = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word
