"""What a page's template needs besides the page: the way back up, and a description for machines."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from portal.pages import navigation

register = template.Library()

# What would end the script element, or begin another, is written so that only JSON reads it.
UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def breadcrumbs_of(context: Context, page: Page) -> list[navigation.Link]:
    """The pages above `page`; none in a preview without a request."""
    request: HttpRequest | None = context.get("request")
    return navigation.breadcrumbs(page, request) if request else []


@register.simple_tag(takes_context=True)
def structured_data(context: Context, page: Page, breadcrumbs: list[navigation.Link]) -> SafeString:
    """A schema.org description of `page` and of the way to it, as JSON that can stand inside a script element.

    `structured` in the context is what a view knows better: it comes before what is true of every page.
    """
    address = f"{settings.BASE_URL}{page.get_url(context.get('request')) or ''}"
    graph = [_description(page, address, context["organisation"]) | context.get("structured", {})]
    if breadcrumbs:
        graph.append(_trail(page, address, breadcrumbs))
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(UNSAFE))  # noqa: S308 - translated just now


def _description(page: Page, address: str, organisation: str) -> dict[str, Any]:
    publisher = {"@type": "Organization", "name": organisation}
    described: dict[str, Any] = {
        "@type": "Article" if hasattr(page, "published_on") else "WebPage",
        "name": page.title,
        "url": address,
        "inLanguage": "en-GB",
        "publisher": publisher,
    }
    if getattr(page, "summary", ""):
        described["description"] = page.summary
    if hasattr(page, "published_on"):
        author = getattr(page, "author", "")
        described |= {
            "headline": page.title,
            "datePublished": page.published_on.isoformat(),
            "author": {"@type": "Organization", "name": author} if author else publisher,
        }
    return described


def _trail(page: Page, address: str, breadcrumbs: list[navigation.Link]) -> dict[str, Any]:
    steps = [(link.title, f"{settings.BASE_URL}{link.url}") for link in breadcrumbs] + [(page.title, address)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": item}
            for number, (name, item) in enumerate(steps, start=1)
        ],
    }
