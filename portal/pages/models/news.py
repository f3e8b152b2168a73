"""That there is a new page, and up to whom those have been told who wanted to hear of it."""

from django.db import models
from django.db.models import Q
from wagtail.models import Page


class PageNews(models.Model):
    """A page was published for the first time. `reached` is the last person who has been told so far, in the order of their ids."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="news")
    made_at = models.DateTimeField("published")
    reached = models.BigIntegerField(default=0)
    told_at = models.DateTimeField("told", null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name_plural = "page news"
        indexes = [models.Index(fields=["made_at"], condition=Q(told_at=None), name="page_news_waiting")]

    def __str__(self) -> str:
        return f"News of page {self.page_id}"
