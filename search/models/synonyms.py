"""Words of the field that mean the same."""

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel

MOST_WORDS = 20


class Synonym(models.Model):
    """Words and phrases that mean the same: whoever searches for one finds them all."""

    words = models.CharField(
        max_length=500,
        unique=True,
        help_text="Separated by commas, such as “PCN, primary care network”. Plurals are found by themselves.",
    )

    panels = [FieldPanel("words")]

    class Meta:
        ordering = ["words"]
        verbose_name = "synonyms"
        verbose_name_plural = "synonyms"

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        super().clean()
        if not 2 <= len(self.terms()) <= MOST_WORDS:
            raise ValidationError(
                {
                    "words": f"Give two words or phrases or more, {MOST_WORDS} at most, with commas between them."
                }
            )

    def terms(self) -> list[str]:
        """The words and phrases, each once."""
        return list(dict.fromkeys(" ".join(part.split()) for part in self.words.split(",") if part.strip()))
