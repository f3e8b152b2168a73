"""Abbreviations and terms of the field, with the plain words for them."""

from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel


class Term(models.Model):
    """An abbreviation that a page has to explain."""

    short = models.CharField(
        "abbreviation or term", max_length=30, unique=True, help_text="As it is written, such as “ARRS”."
    )
    words = models.CharField(
        "in plain words", max_length=200, help_text="Such as “additional roles reimbursement scheme”."
    )

    panels = [FieldPanel("short"), FieldPanel("words")]

    class Meta:
        ordering = ["short"]
        verbose_name = "term to explain"
        verbose_name_plural = "terms to explain"
        constraints = [
            models.CheckConstraint(condition=~Q(short="") & ~Q(words=""), name="term_has_its_words"),
        ]

    def __str__(self) -> str:
        return self.short
