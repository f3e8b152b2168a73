"""Addresses of pictures and of what search engines ask for. Pages themselves are Wagtail's; what is served below lists and timelines stands here too."""

from django.urls import path
from wagtail.contrib.sitemaps import views as sitemaps
from wagtail.contrib.sitemaps.sitemap_generator import Sitemap

from portal.members.views.directory import NetworkSitemap
from portal.pages.views import downloads, files, lists, timeline

SITEMAPS = {"pages": Sitemap, "networks": NetworkSitemap}

# Served below pages. Wagtail ends what it hands on with a slash: readers ask for `calendar.ics`.
blog_urls = (path("", lists.blog, name="blog"), path("feed/", lists.blog_feed, name="blog_feed"))
briefing_urls = (
    path("", lists.briefings, name="briefings"),
    path("feed/", lists.briefings_feed, name="briefings_feed"),
)
case_study_urls = (
    path("", lists.case_studies, name="case_studies"),
    path("feed/", lists.case_studies_feed, name="case_studies_feed"),
)
download_list_urls = (
    path("", lists.downloads, name="downloads"),
    path("feed/", lists.downloads_feed, name="downloads_feed"),
)
download_urls = (
    path("", downloads.download, name="download"),
    path("versions/<str:number>/", downloads.version, name="download_version"),
)
listing_urls = (path("", lists.listed, name="listed"), path("feed/", lists.listed_feed, name="listed_feed"))
resource_urls = (
    path("", lists.resources, name="resources"),
    path("feed/", lists.resources_feed, name="resources_feed"),
)
timeline_urls = (
    path("", timeline.timeline, name="timeline"),
    path("calendar.ics/", timeline.calendar, name="timeline_calendar"),
)

urlpatterns = [
    path("media/<path:path>", files.media, name="media"),
    path("feeds/", lists.all_feeds, name="feeds"),
    path(".well-known/security.txt", files.security, name="security"),
    path(".well-known/change-password", files.change_password, name="well_known_change_password"),
    path("robots.txt", files.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemap_index",
    ),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
