"""Word documents that readers fill in by a form, and the fields of these forms."""

from django.db import models
from django.urls import reverse

from portal.pages.fields import StreamField
from portal.pages.models import ToolkitPage
from portal.toolkits.blocks import FillFieldBlock


class FillableDocument(models.Model):
    """A Word document with placeholders, and a field of a form for each of them.

    The file is kept in the row: it is small, and goes with it. Readers get it filled in, never as it is.
    """

    title = models.CharField(
        max_length=120, help_text="What it is, such as “Agenda for a first network meeting”."
    )
    slug = models.SlugField(
        max_length=60, unique=True, help_text="The end of its address, and the name of the file."
    )
    summary = models.CharField(max_length=240, help_text="What it is for, in one or two sentences.")
    is_offered = models.BooleanField(
        "readers can fill it in", default=True, help_text="Take the tick away to take the form down."
    )
    toolkits = models.ManyToManyField(
        ToolkitPage, blank=True, related_name="+", help_text="The toolkits that offer it."
    )
    fields = StreamField([("field", FillFieldBlock())], help_text="In the order in which readers are asked.")
    content = models.BinaryField(editable=False)
    changed_at = models.DateTimeField("last changed", auto_now=True)

    class Meta:
        ordering = ["title"]
        verbose_name = "document to fill in"
        verbose_name_plural = "documents to fill in"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("fill_in", args=[self.slug])
