"""Whose portal this is."""

from django.core.validators import RegexValidator
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting
from wagtail.contrib.settings.registry import register_setting


@register_setting(icon="home")
class Organisation(BaseGenericSetting):
    """The names at the head and foot of every page. There is at most one row; without it the defaults hold."""

    name = models.CharField(
        max_length=100,
        default="Network Directors Association",
        help_text="The association that publishes the portal. Shown at the head and foot of every page.",
    )
    service_name = models.CharField(
        max_length=100,
        default="Network directors portal",
        help_text="What the portal is called. Shown beside the association’s name and in the titles of pages.",
    )

    security_contact = models.CharField(
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)$",
                "Begin with mailto: for an e-mail address, or with https://",
            )
        ],
        help_text="Where people report a weakness of the portal, such as mailto:security@example.org. It stands in "
        "/.well-known/security.txt.",
    )

    panels = [FieldPanel("name"), FieldPanel("service_name"), FieldPanel("security_contact")]

    class Meta:
        verbose_name = "organisation"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Organisation":
        """The names as they are. Reading them never writes a row."""
        return cls.objects.first() or cls()
