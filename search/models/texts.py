"""The words of files, read once for each content."""

from django.db import models


class ExtractedText(models.Model):
    """The words of a file, by the hash of its content; or, in `problem`, why there are none."""

    hash = models.CharField(max_length=64, primary_key=True)
    text = models.TextField(blank=True)
    problem = models.CharField(max_length=250, blank=True)
    extracted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.hash[:12]
