"""Who writes for the portal, by name."""

from django.db import models
from wagtail.admin.panels import FieldPanel


class Author(models.Model):
    """Somebody whose name stands above what they wrote."""

    name = models.CharField(max_length=150, unique=True)
    role = models.CharField(
        max_length=200, blank=True, help_text="Such as “Clinical director, Harbour and Heath PCN”."
    )
    about = models.TextField("about them", blank=True, max_length=600, help_text="Two or three sentences.")
    photo = models.ForeignKey(
        "wagtailimages.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    panels = [FieldPanel("name"), FieldPanel("role"), FieldPanel("about"), FieldPanel("photo")]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
