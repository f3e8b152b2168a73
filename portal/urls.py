"""Every address of the portal, in the order in which they are tried."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns
from wagtail.views import serve

from events.urls import booking_urls
from portal import views
from portal.middleware import admin_policy
from portal.pages.views.files import document

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("dev/mail/", views.mail_list, name="mailbox"),
    path("dev/mail/<str:name>/", views.mail_shown, name="mailbox_letter"),
    path("dev/mail/<str:name>/html/", views.mail_html, name="mailbox_html"),
    # People come first: log-in under /admin/ is theirs, so that nobody gets past the second factor.
    path("", include("portal.members.urls")),
    path("", include("portal.desk.urls")),
    path("admin/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, admin_policy))),
    re_path(r"^documents/(\d+)/(.*)$", document),
    path("documents/", include(wagtaildocs_urls)),
    path("forum/", include("forum.urls")),
    path("booking/", include(booking_urls)),
    path("", include("search.urls")),
    path("", include("portal.enquiries.urls")),
    path("", include("handbook.urls")),
    path("", include("events.urls")),
    path("", include("portal.toolkits.urls")),
    path("", include("portal.pages.urls")),
    # Wagtail's own pattern takes no full stop, which the address of an edition has: /handbook/2.1/quorum/.
    re_path(r"^((?:[\w-]+/)+\d{1,4}\.\d{1,4}/(?:[\w-]+/)*)$", serve, name="wagtail_serve_edition"),
    path("", include(wagtail_urls)),
]

handler404 = "search.views.missing.page_not_found"
