"""Addresses of pictures and of what search engines ask for. Pages themselves are Wagtail's."""

from django.urls import path
from wagtail.contrib.sitemaps import views as sitemaps
from wagtail.contrib.sitemaps.sitemap_generator import Sitemap

from portal.members.views.directory import NetworkSitemap
from portal.pages import views

SITEMAPS = {"pages": Sitemap, "networks": NetworkSitemap}

urlpatterns = [
    path("media/<path:path>", views.media, name="media"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemap_index",
    ),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
