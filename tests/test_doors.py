"""Who gets in where: every address of ours, every kind of reader, and the status that each is answered with.

Each of the three tables has a row for each URL pattern: `ANSWERS` for what `portal.urls` holds, `READING` for what is served
below a handbook, `ADMIN` for what is added to Wagtail's admin. A package whose addresses are included as a whole has one
row. A pattern without a row fails a test: nobody adds an address without saying who may use it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import pytest
from allauth import urls as allauth_urls
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path
from wagtail import hooks
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from events.urls import event_urls, learning_urls, list_urls
from handbook.actions.editions import prepare_edition
from handbook.urls import reader_urls
from portal.links.models import Link
from portal.members import audit
from portal.members.models import Appointment, Terms
from portal.pages.urls import (
    blog_urls,
    briefing_urls,
    case_study_urls,
    download_list_urls,
    download_urls,
    listing_urls,
    resource_urls,
    timeline_urls,
)
from portal.toolkits.urls import calculator_urls
from search.models import Synonym
from tests.events.pages import make_event, make_index, make_learning
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe
from tests.handbook.working_copy import add_section, edit, make_handbook, publish
from tests.members.factories import (
    make_claim,
    make_invitation,
    make_mail,
    make_membership,
    make_network,
)
from tests.pages.factories import (
    make_blog,
    make_briefings,
    make_case_studies,
    make_download,
    make_downloads,
    make_listing,
    make_resources,
    make_timeline,
    step,
)
from tests.toolkits.factories import make_calculator, make_kit

Status = tuple[int, int, int, int, int, int]
Row = tuple[str, Status, Status]

READERS = (
    "anonymous",
    "signed in",
    "editor",
    "publisher",
    "administrator",
    "administrator without second factor",
)
PACKAGES = {
    "allauth": allauth_urls.urlpatterns,
    "wagtail": wagtail_urls.urlpatterns,
    "wagtail admin": wagtailadmin_urls.urlpatterns,
    "wagtail documents": wagtaildocs_urls.urlpatterns,
}
OURS = ("events", "forum", "handbook", "portal", "search")

# fmt: off
# pattern, or package: an address that it answers, the status of a GET and of an empty POST for each of READERS
ANSWERS: dict[str, Row] = {
    "healthz": ("/healthz", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "readyz": ("/readyz", (503, 503, 503, 503, 503, 503), (405, 405, 405, 405, 405, 405)),
    "dev/mail/": ("/dev/mail/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "dev/mail/<str:name>/": ("/dev/mail/x/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "dev/mail/<str:name>/html/": ("/dev/mail/x/html/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "accounts/profile/": ("/accounts/profile/", (302, 200, 200, 200, 200, 200), (302, 200, 200, 200, 200, 200)),
    "accounts/profile/name/": ("/accounts/profile/name/", (302, 200, 200, 200, 200, 200), (302, 200, 200, 200, 200, 200)),
    "accounts/profile/membership/": ("/accounts/profile/membership/", (302, 200, 200, 200, 200, 200), (302, 200, 200, 200, 200, 200)),
    "accounts/profile/data/": ("/accounts/profile/data/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "accounts/profile/forget/": ("/accounts/profile/forget/", (302, 200, 200, 200, 200, 200), (302, 302, 302, 302, 302, 302)),
    "accounts/forgotten/": ("/accounts/forgotten/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "accounts/profile/appointments/add/": ("/accounts/profile/appointments/add/", (302, 200, 200, 200, 200, 200), (302, 200, 200, 200, 200, 200)),
    "accounts/profile/appointments/<int:pk>/end/": ("/accounts/profile/appointments/{appointment}/end/", (302, 404, 404, 404, 404, 404), (302, 404, 404, 404, 404, 404)),
    "accounts/profile/appointments/<int:pk>/directory/": ("/accounts/profile/appointments/{appointment}/directory/", (302, 404, 404, 404, 404, 404), (302, 404, 404, 404, 404, 404)),
    "accounts/email/<int:pk>/kind/": ("/accounts/email/{address}/kind/", (302, 404, 404, 404, 404, 404), (302, 404, 404, 404, 404, 404)),
    "accounts/confirm-email/<str:key>/": ("/accounts/confirm-email/x/", (200, 200, 200, 200, 200, 200), (404, 404, 404, 404, 404, 404)),
    "accounts/second-factor/": ("/accounts/second-factor/", (302, 200, 200, 200, 200, 200), (302, 302, 302, 302, 302, 302)),
    "accounts/following/": ("/accounts/following/", (302, 200, 200, 200, 200, 200), (302, 302, 302, 302, 302, 302)),
    "follow/": ("/follow/", (405, 405, 405, 405, 405, 405), (302, 302, 302, 302, 302, 302)),
    "follow/stop/<str:token>/": ("/follow/stop/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "my/": ("/my/", (302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "networks/": ("/networks/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "networks/<str:code>/": ("/networks/U12345/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "invitation/<str:token>/": ("/invitation/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "terms/": ("/terms/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "terms/<slug:slug>/": ("/terms/code-of-conduct/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "terms/<slug:slug>/<int:number>/": ("/terms/code-of-conduct/1/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "terms/<slug:slug>/accept/": ("/terms/code-of-conduct/accept/", (302, 200, 200, 200, 200, 200), (302, 200, 200, 200, 200, 200)),
    "admin/login/": ("/admin/login/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "admin/logout/": ("/admin/logout/", (302, 200, 200, 200, 200, 200), (302, 302, 302, 302, 302, 302)),
    "admin/password_reset/": ("/admin/password_reset/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "admin/password_reset/<path:rest>": ("/admin/password_reset/x/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "admin/users/new/": ("/admin/users/new/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "_util/login/": ("/_util/login/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "allauth": ("/accounts/email/", (302, 200, 200, 200, 200, 200), (302, 302, 302, 302, 302, 302)),
    "wagtail admin": ("/admin/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    r"^documents/(\d+)/(.*)$": ("/documents/999999/nothing.pdf", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "wagtail documents": ("/documents/authenticate_with_password/999999/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    r"^((?:[\w-]+/)+\d{1,4}\.\d{1,4}/(?:[\w-]+/)*)$": ("/nowhere/1.0/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    r"^((?:[\w-]+/)+compare/\d{1,4}\.\d{1,4}/\d{1,4}\.\d{1,4}/(?:[\w-]+/)*)$": ("/nowhere/compare/1.0/2.0/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    r"^((?:[\w-]+/)+calendar\.ics)$": ("/events/calendar.ics", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "wagtail": ("/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "search/counted": ("/search/counted", (405, 405, 405, 405, 405, 405), (204, 204, 204, 204, 204, 204)),
    "forum/people/<int:pk>/": ("/forum/people/1/", (302, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/": ("/forum/setting-up/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/read/": ("/forum/setting-up/read/", (405, 405, 405, 405, 405, 405), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/topics/<int:pk>/": ("/forum/setting-up/topics/1/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/posts/<int:pk>/": ("/forum/setting-up/posts/1/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/moderation/": ("/forum/setting-up/moderation/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/moderation/log/": ("/forum/setting-up/moderation/log/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/moderation/access/": ("/forum/setting-up/moderation/access/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/feed/": ("/forum/setting-up/feed/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/moderation/<int:pk>/": ("/forum/setting-up/moderation/1/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/people/<int:pk>/suspend/": ("/forum/setting-up/people/1/suspend/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/posts/<int:pk>/report/": ("/forum/setting-up/posts/1/report/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/posts/<int:pk>/hold/": ("/forum/setting-up/posts/1/hold/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/posts/<int:pk>/dismiss/": ("/forum/setting-up/posts/1/dismiss/", (405, 405, 405, 405, 405, 405), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/topics/<int:pk>/arrange/": ("/forum/setting-up/topics/1/arrange/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "fill-in/": ("/fill-in/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "fill-in/<slug:slug>/": ("/fill-in/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "checklists/": ("/checklists/", (302, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "checklists/<int:page>/": ("/checklists/{toolkit}/", (302, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "checklists/<int:page>/<str:code>/": ("/checklists/{toolkit}/U12345/", (302, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "checklists/<int:page>/<str:code>/lines/<uuid:key>/": ("/checklists/{toolkit}/U12345/lines/00000000-0000-4000-8000-000000000000/", (405, 405, 405, 405, 405, 405), (302, 404, 404, 404, 404, 404)),
    "checklists/<int:page>/<str:code>/checklist.<slug:kind>": ("/checklists/{toolkit}/U12345/checklist.csv", (302, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "checklists/<int:page>/<str:code>/start-again/": ("/checklists/{toolkit}/U12345/start-again/", (302, 404, 404, 404, 404, 404), (302, 404, 404, 404, 404, 404)),
    "checklists/<int:page>/<str:code>/earlier/<int:pk>/": ("/checklists/{toolkit}/U12345/earlier/1/", (302, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "search/": ("/search/?q=x", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "search/suggest": ("/search/suggest?q=x", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "api/search": ("/api/search?q=x", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "forum/": ("/forum/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "forum/attachments/<uuid:key>/<str:name>": ("/forum/attachments/00000000-0000-0000-0000-000000000000/x.pdf", (302, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "forum/attachments/<uuid:key>/remove/": ("/forum/attachments/00000000-0000-0000-0000-000000000000/remove/", (405, 405, 405, 405, 405, 405), (302, 404, 404, 404, 404, 404)),
    "forum/<slug:slug>/attachments/": ("/forum/nowhere/attachments/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "forum/<slug:slug>/about/": ("/forum/setting-up/about/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/join/": ("/forum/setting-up/join/", (302, 200, 200, 200, 200, 200), (302, 200, 200, 200, 200, 200)),
    "forum/<slug:slug>/application/": ("/forum/setting-up/application/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "forum/<slug:slug>/terms/": ("/forum/setting-up/terms/", (302, 200, 200, 200, 200, 200), (302, 302, 302, 302, 302, 302)),
    "forum/<slug:slug>/leave/": ("/forum/setting-up/leave/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "forum/<slug:slug>/come-back/": ("/forum/setting-up/come-back/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "forum/invitation/<str:token>/": ("/forum/invitation/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "forum/<slug:slug>/invitations/": ("/forum/setting-up/invitations/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "advice/": ("/advice/", (200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200)),
    "advice/sent/": ("/advice/sent/", (302, 302, 302, 302, 302, 302), (405, 405, 405, 405, 405, 405)),
    "advice/mine/": ("/advice/mine/", (302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "advice/<uuid:key>/": ("/advice/00000000-0000-4000-8000-000000000000/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "advice/<uuid:key>/confirm/": ("/advice/00000000-0000-4000-8000-000000000000/confirm/", (405, 405, 405, 405, 405, 405), (404, 404, 404, 404, 404, 404)),
    "booking/": ("/booking/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "booking/change/": ("/booking/change/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/keep/": ("/booking/keep/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/keep-again/": ("/booking/keep-again/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/empty/": ("/booking/empty/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/events/<int:pk>/": ("/booking/events/1/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/who-comes/": ("/booking/who-comes/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/questions/": ("/booking/questions/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/who-orders/": ("/booking/who-orders/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/code/": ("/booking/code/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/check/": ("/booking/check/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/orders/<uuid:key>/": ("/booking/orders/00000000-0000-4000-8000-000000000000/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "booking/orders/<uuid:key>/places/<int:pk>/pass-on/": ("/booking/orders/00000000-0000-4000-8000-000000000000/places/1/pass-on/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/orders/<uuid:key>/places/<int:pk>/give-back/": ("/booking/orders/00000000-0000-4000-8000-000000000000/places/1/give-back/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/products/": ("/booking/products/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "booking/products/<slug:slug>/": ("/booking/products/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/products/<slug:slug>/remove/": ("/booking/products/x/remove/", (302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302)),
    "booking/orders/<uuid:key>/documents/<int:pk>/": ("/booking/orders/00000000-0000-4000-8000-000000000000/documents/1/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "booking/orders/<uuid:key>/downloads/<int:pk>/": ("/booking/orders/00000000-0000-4000-8000-000000000000/downloads/1/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "booking/orders/<uuid:key>/pay/": ("/booking/orders/00000000-0000-4000-8000-000000000000/pay/", (405, 405, 405, 405, 405, 405), (404, 404, 404, 404, 404, 404)),
    "booking/orders/<uuid:key>/paid/": ("/booking/orders/00000000-0000-4000-8000-000000000000/paid/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/card/told/": ("/booking/card/told/", (405, 405, 405, 405, 405, 405), (404, 404, 404, 404, 404, 404)),
    "booking/tickets/<uuid:key>/": ("/booking/tickets/00000000-0000-4000-8000-000000000000/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "booking/tickets/<uuid:key>/answers/": ("/booking/tickets/00000000-0000-4000-8000-000000000000/answers/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/tickets/again/": ("/booking/tickets/again/", (200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200)),
    "booking/mine/": ("/booking/mine/", (302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "booking/join/<int:pk>/<slug:secret>/": ("/booking/join/1/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/closing-code/<int:pk>/<slug:secret>/": ("/booking/closing-code/1/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/feedback/<int:pk>/<slug:secret>/": ("/booking/feedback/1/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/certificates/<int:pk>/<slug:secret>/": ("/booking/certificates/1/x/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "booking/recordings/<int:pk>/<slug:secret>/<int:document>/": ("/booking/recordings/1/x/1/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "certificates/": ("/certificates/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "booking/mine/calendar/": ("/booking/mine/calendar/", (302, 405, 405, 405, 405, 405), (302, 302, 302, 302, 302, 302)),
    "booking/calendars/<uuid:key>.ics": ("/booking/calendars/00000000-0000-4000-8000-000000000000.ics", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "booking/waiting/<int:pk>/": ("/booking/waiting/1/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/asking/<int:pk>/": ("/booking/asking/1/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/offers/<uuid:key>/": ("/booking/offers/00000000-0000-4000-8000-000000000000/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "booking/offers/<uuid:key>/leave/": ("/booking/offers/00000000-0000-4000-8000-000000000000/leave/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "forum/<slug:slug>/invitations/export/": ("/forum/setting-up/invitations/export/", (405, 405, 405, 405, 405, 405), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/invitations/<int:pk>/withdraw/": ("/forum/setting-up/invitations/1/withdraw/", (405, 405, 405, 405, 405, 405), (302, 403, 403, 403, 403, 403)),
    "forum/mail/stop/<str:key>/": ("/forum/mail/stop/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "forum/<slug:slug>/moderation/archive/": ("/forum/setting-up/moderation/archive/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/moderation/mail/": ("/forum/setting-up/moderation/mail/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/moderation/mail/came/": ("/forum/setting-up/moderation/mail/came/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/moderation/mail/back/": ("/forum/setting-up/moderation/mail/back/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/moderation/mail/<int:pk>/": ("/forum/setting-up/moderation/mail/1/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/posts/<int:pk>/mails/": ("/forum/setting-up/posts/1/mails/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/posts/<int:pk>/taken-off/": ("/forum/setting-up/posts/1/taken-off/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/mail/confirm/<str:key>/": ("/forum/mail/confirm/x/", (404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404)),
    "forum/<slug:slug>/mail/": ("/forum/setting-up/mail/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/mail/resume/": ("/forum/setting-up/mail/resume/", (405, 405, 405, 405, 405, 405), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/applications/": ("/forum/setting-up/applications/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/applications/<int:pk>/": ("/forum/setting-up/applications/1/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/new/": ("/forum/setting-up/new/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/topics/<int:pk>/reply/": ("/forum/setting-up/topics/1/reply/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/drafts/": ("/forum/setting-up/drafts/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/readers/": ("/forum/setting-up/readers/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/posts/<int:pk>/edit/": ("/forum/setting-up/posts/1/edit/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/<slug:slug>/posts/<int:pk>/history/": ("/forum/setting-up/posts/1/history/", (302, 403, 403, 403, 403, 403), (405, 405, 405, 405, 405, 405)),
    "forum/<slug:slug>/posts/<int:pk>/private/": ("/forum/setting-up/posts/1/private/", (302, 403, 403, 403, 403, 403), (302, 403, 403, 403, 403, 403)),
    "forum/messages/<int:pk>/": ("/forum/messages/1/", (302, 404, 404, 404, 404, 404), (302, 404, 404, 404, 404, 404)),
    "handbook-assets/<sha256:sha256>/<str:name>": ("/handbook-assets/0000000000000000000000000000000000000000000000000000000000000000/x.png", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "handbook-feedback/<int:edition_id>/<uuid:key>/": ("/handbook-feedback/{published}/{key}/", (200, 200, 200, 200, 200, 200), (400, 400, 400, 400, 400, 400)),
    "handbook-feedback/<int:edition_id>/<uuid:key>/thanks/": ("/handbook-feedback/{published}/{key}/thanks/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook-read/<int:edition_id>/": ("/handbook-read/{published}/", (405, 405, 405, 405, 405, 405), (302, 302, 302, 302, 302, 302)),
    "handbook-read/<int:edition_id>/<uuid:key>/": ("/handbook-read/{published}/{key}/", (405, 405, 405, 405, 405, 405), (302, 302, 302, 302, 302, 302)),
    "search/saved/": ("/search/saved/", (302, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "search/saved/add/": ("/search/saved/add/", (405, 405, 405, 405, 405, 405), (302, 302, 302, 302, 302, 302)),
    "search/saved/<int:pk>/": ("/search/saved/1/", (405, 405, 405, 405, 405, 405), (302, 404, 404, 404, 404, 404)),
    "search/saved/<int:pk>/delete/": ("/search/saved/1/delete/", (302, 404, 404, 404, 404, 404), (302, 404, 404, 404, 404, 404)),
    "media/<path:path>": ("/media/images/nothing.png", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "feeds/": ("/feeds/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    ".well-known/security.txt": ("/.well-known/security.txt", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    ".well-known/change-password": ("/.well-known/change-password", (302, 302, 302, 302, 302, 302), (405, 405, 405, 405, 405, 405)),
    "robots.txt": ("/robots.txt", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "sitemap.xml": ("/sitemap.xml", (200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200)),
    "sitemap-<slug:section>.xml": ("/sitemap-pages.xml", (200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200)),
}
READING: dict[str, Row] = {
    "handbook:": ("/handbook/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:whole/": ("/handbook/whole/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:amendments/": ("/handbook/amendments/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:editions/": ("/handbook/editions/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:amendments/feed/": ("/handbook/amendments/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:api/": ("/handbook/api/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:api/<path:rest>": ("/handbook/api/nothing/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "handbook:api/amendments/": ("/handbook/api/amendments/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:api/editions/": ("/handbook/api/editions/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:api/editions/<edition:number>/": ("/handbook/api/editions/1.0/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:api/editions/<edition:number>/sections/<slug:anchor>/": ("/handbook/api/editions/1.0/sections/quorum/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:as-at/": ("/handbook/as-at/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:as-at/<str:day>/": ("/handbook/as-at/2026-03-10/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:as-at/<str:day>/<slug:anchor>/": ("/handbook/as-at/2026-03-10/quorum/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:as-at/<str:day>/whole/": ("/handbook/as-at/2026-03-10/whole/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:compare/": ("/handbook/compare/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:compare/<edition:old>/<edition:new>/": ("/handbook/compare/1.0/1.0/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:compare/<edition:old>/<edition:new>/<slug:anchor>/": ("/handbook/compare/1.0/1.0/quorum/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:search/": ("/handbook/search/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:<edition:number>/": ("/handbook/1.0/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:<edition:number>/whole/": ("/handbook/1.0/whole/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:<edition:number>/page/<int:page>/": ("/handbook/1.0/page/999/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "handbook:<edition:number>/pdf/": ("/handbook/1.0/pdf/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "handbook:<edition:number>/pdf/<int:errata>/": ("/handbook/1.0/pdf/9/", (404, 404, 404, 404, 404, 404), (405, 405, 405, 405, 405, 405)),
    "handbook:<edition:number>/<slug:anchor>/": ("/handbook/1.0/quorum/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "handbook:<slug:anchor>/": ("/handbook/quorum/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
}
EVENTS: dict[str, Row] = {
    "events:": ("/events/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "events:past/": ("/events/past/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "events:calendar/": ("/events/calendar/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "events:calendar/<int:year>/<int:month>/": ("/events/calendar/2026/3/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "events:feed/": ("/events/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "events:calendar.ics/": ("/events/calendar.ics", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "event:": ("/events/webinar/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "learning:": ("/learning/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "event:calendar.ics/": ("/events/webinar/calendar.ics", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
}
LIBRARY: dict[str, Row] = {
    "blog:": ("/blog/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "blog:feed/": ("/blog/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "briefings:": ("/briefings/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "briefings:feed/": ("/briefings/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "case studies:": ("/case-studies/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "case studies:feed/": ("/case-studies/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "downloads:": ("/downloads/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "downloads:feed/": ("/downloads/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "download:": ("/downloads/agreement/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "download:versions/<str:number>/": ("/downloads/agreement/versions/1.0/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "resources:": ("/resources/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "calculator:": ("/sums/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "resources:feed/": ("/resources/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "listing:": ("/guidance/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "listing:feed/": ("/guidance/feed/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "timeline:": ("/dates/", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "timeline:calendar.ics/": ("/dates/calendar.ics", (200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
}
ADMIN: dict[str, Row] = {
    "admin/board/": ("/admin/board/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/board/read-again/": ("/admin/board/read-again/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/board/wording/": ("/admin/board/wording/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/board/wording/results/": ("/admin/board/wording/results/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/board/read-again/results/": ("/admin/board/read-again/results/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/links/": ("/admin/links/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/links/results/": ("/admin/links/results/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/links/<int:pk>/": ("/admin/links/{link}/", (302, 403, 200, 200, 302, 302), (403, 403, 200, 200, 302, 403)),
    "admin/links/<int:pk>/again/": ("/admin/links/{link}/again/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 302, 403)),
    "admin/pages-read-again/<int:page_id>/": ("/admin/pages-read-again/2/", (302, 403, 200, 200, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/": ("/admin/handbook-editions/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/prepare/<int:handbook_id>/": ("/admin/handbook-editions/prepare/{handbook}/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/<int:edition_id>/": ("/admin/handbook-editions/{prepared}/", (302, 403, 200, 200, 200, 302), (403, 403, 200, 200, 200, 403)),
    "admin/handbook-editions/<int:edition_id>/preview/<slug:anchor>/": ("/admin/handbook-editions/{prepared}/preview/quorum/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/<int:edition_id>/discard/": ("/admin/handbook-editions/{prepared}/discard/", (302, 403, 200, 200, 200, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/<int:edition_id>/decide/": ("/admin/handbook-editions/{prepared}/decide/", (302, 403, 405, 405, 405, 302), (403, 403, 409, 409, 409, 403)),
    "admin/handbook-editions/<int:edition_id>/erratum/": ("/admin/handbook-editions/{published}/erratum/", (302, 403, 200, 200, 200, 302), (403, 403, 200, 200, 200, 403)),
    "admin/handbook-editions/<int:edition_id>/make-pdf/": ("/admin/handbook-editions/{published}/make-pdf/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/<int:edition_id>/pdf/<int:errata>/": ("/admin/handbook-editions/{prepared}/pdf/0/", (302, 403, 404, 404, 404, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/<int:edition_id>/restore/": ("/admin/handbook-editions/{published}/restore/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/<int:edition_id>/restore/<uuid:key>/": ("/admin/handbook-editions/{published}/restore/{key}/", (302, 403, 200, 200, 403, 302), (403, 403, 302, 302, 403, 403)),
    "admin/handbook-editions/<int:edition_id>/review/": ("/admin/handbook-editions/{prepared}/review/", (302, 403, 302, 302, 302, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/<int:edition_id>/submit/": ("/admin/handbook-editions/{prepared}/submit/", (302, 403, 200, 200, 200, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/<int:edition_id>/whole/": ("/admin/handbook-editions/{prepared}/whole/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/<int:edition_id>/withdraw/": ("/admin/handbook-editions/{prepared}/withdraw/", (302, 403, 302, 302, 302, 302), (403, 403, 409, 409, 409, 403)),
    "admin/handbook-editions/import/<int:handbook_id>/": ("/admin/handbook-editions/import/{handbook}/", (302, 403, 200, 200, 403, 302), (403, 403, 200, 200, 403, 403)),
    "admin/handbook-editions/import/<int:handbook_id>/<str:token>/": ("/admin/handbook-editions/import/{handbook}/x/", (302, 403, 302, 302, 403, 302), (403, 403, 302, 302, 403, 403)),
    "admin/handbook-editions/import/<int:handbook_id>/<str:token>/cancel/": ("/admin/handbook-editions/import/{handbook}/x/cancel/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 403, 403)),
    "admin/handbook-editions/section-feedback/": ("/admin/handbook-editions/section-feedback/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/sections-to-review/": ("/admin/handbook-editions/sections-to-review/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/sections/<int:page_id>/restore/": ("/admin/handbook-editions/sections/{section}/restore/", (302, 403, 200, 200, 403, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/wagtail/": ("/admin/handbook-editions/wagtail/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/add/": ("/admin/handbook-editions/wagtail/add/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/copy/<int:pk>/": ("/admin/handbook-editions/wagtail/copy/{prepared}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/delete/<int:pk>/": ("/admin/handbook-editions/wagtail/delete/{prepared}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/edit/<int:pk>/": ("/admin/handbook-editions/wagtail/edit/{prepared}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/history-results/<int:pk>/": ("/admin/handbook-editions/wagtail/history-results/{prepared}/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    r"admin/handbook-editions/wagtail/history/(?P<pk>.+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)\.\.\.(?P<revision_id_b>live|latest|\d+)/$": ("/admin/handbook-editions/wagtail/history/{prepared}/revisions/compare/earliest...latest/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/history/<int:pk>/": ("/admin/handbook-editions/wagtail/history/{prepared}/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/wagtail/history/<int:pk>/revisions/<int:revision_id>/revert/": ("/admin/handbook-editions/wagtail/history/{prepared}/revisions/1/revert/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/history/<int:pk>/revisions/<int:revision_id>/unschedule/": ("/admin/handbook-editions/wagtail/history/{prepared}/revisions/1/unschedule/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/lock/<int:pk>/": ("/admin/handbook-editions/wagtail/lock/{prepared}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/results/": ("/admin/handbook-editions/wagtail/results/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/unlock/<int:pk>/": ("/admin/handbook-editions/wagtail/unlock/{prepared}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/unpublish/<int:pk>/": ("/admin/handbook-editions/wagtail/unpublish/{prepared}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/usage/<int:pk>/": ("/admin/handbook-editions/wagtail/usage/{prepared}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/handbook-editions/wagtail/workflow/action/<int:pk>/<slug:action_name>/<int:task_state_id>/": ("/admin/handbook-editions/wagtail/workflow/action/{prepared}/approve/1/", (302, 403, 404, 404, 404, 302), (403, 403, 404, 404, 404, 403)),
    "admin/handbook-editions/wagtail/workflow/collect_action_data/<int:pk>/<slug:action_name>/<int:task_state_id>/": ("/admin/handbook-editions/wagtail/workflow/collect_action_data/{prepared}/approve/1/", (302, 403, 404, 404, 404, 302), (403, 403, 404, 404, 404, 403)),
    "admin/handbook-editions/wagtail/workflow/confirm_cancellation/<int:pk>/": ("/admin/handbook-editions/wagtail/workflow/confirm_cancellation/{prepared}/", (302, 403, 200, 200, 200, 302), (403, 403, 200, 200, 200, 403)),
    "admin/handbook-editions/wagtail/workflow_history/<int:pk>/": ("/admin/handbook-editions/wagtail/workflow_history/{prepared}/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/handbook-editions/wagtail/workflow_history/<int:pk>/detail/<int:workflow_state_id>/": ("/admin/handbook-editions/wagtail/workflow_history/{prepared}/detail/1/", (302, 403, 404, 404, 404, 302), (403, 403, 405, 405, 405, 403)),
    "admin/appointments/<int:pk>/confirm/": ("/admin/appointments/{appointment}/confirm/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 302, 403)),
    "admin/appointments/<int:pk>/unconfirm/": ("/admin/appointments/{appointment}/unconfirm/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/invitations/<int:pk>/again/": ("/admin/invitations/{invitation}/again/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 302, 403)),
    "admin/invitations/<int:pk>/withdraw/": ("/admin/invitations/{invitation}/withdraw/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 302, 403)),
    "admin/mail-templates/": ("/admin/mail-templates/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/mail-templates/<str:name>/": ("/admin/mail-templates/invitation/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/audit-log/": ("/admin/audit-log/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/audit-log/<int:pk>/": ("/admin/audit-log/{entry}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/audit-log/export/": ("/admin/audit-log/export/", (302, 403, 302, 302, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/terms/<int:pk>/": ("/admin/terms/{terms}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/terms/<int:pk>/draft/": ("/admin/terms/{terms}/draft/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/terms/<int:pk>/preview/": ("/admin/terms/{terms}/preview/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/terms/<int:pk>/publish/": ("/admin/terms/{terms}/publish/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 302, 403)),
    "admin/^members/terms/$": ("/admin/members/terms/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/terms/create/$": ("/admin/members/terms/create/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/terms/edit/(?P<instance_pk>[-\w]+)/$": ("/admin/members/terms/edit/{terms}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/terms/delete/(?P<instance_pk>[-\w]+)/$": ("/admin/members/terms/delete/{terms}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/terms/history/(?P<instance_pk>[-\w]+)/$": ("/admin/members/terms/history/{terms}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/network/$": ("/admin/members/network/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/network/create/$": ("/admin/members/network/create/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/network/inspect/(?P<instance_pk>[-\w]+)/$": ("/admin/members/network/inspect/{network}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    r"admin/^members/network/edit/(?P<instance_pk>[-\w]+)/$": ("/admin/members/network/edit/{network}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/network/delete/(?P<instance_pk>[-\w]+)/$": ("/admin/members/network/delete/{network}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/network/history/(?P<instance_pk>[-\w]+)/$": ("/admin/members/network/history/{network}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/appointment/$": ("/admin/members/appointment/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/appointment/create/$": ("/admin/members/appointment/create/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/appointment/edit/(?P<instance_pk>[-\w]+)/$": ("/admin/members/appointment/edit/{appointment}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/appointment/delete/(?P<instance_pk>[-\w]+)/$": ("/admin/members/appointment/delete/{appointment}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/appointment/history/(?P<instance_pk>[-\w]+)/$": ("/admin/members/appointment/history/{appointment}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    r"admin/^members/membership/$": ("/admin/members/membership/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    r"admin/^members/membership/create/$": ("/admin/members/membership/create/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/membership/inspect/(?P<instance_pk>[-\w]+)/$": ("/admin/members/membership/inspect/{membership}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    r"admin/^members/membership/edit/(?P<instance_pk>[-\w]+)/$": ("/admin/members/membership/edit/{membership}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/membership/delete/(?P<instance_pk>[-\w]+)/$": ("/admin/members/membership/delete/{membership}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/membership/history/(?P<instance_pk>[-\w]+)/$": ("/admin/members/membership/history/{membership}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    r"admin/^members/membershipclaim/$": ("/admin/members/membershipclaim/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    r"admin/^members/membershipclaim/create/$": ("/admin/members/membershipclaim/create/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/membershipclaim/edit/(?P<instance_pk>[-\w]+)/$": ("/admin/members/membershipclaim/edit/{claim}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/membershipclaim/delete/(?P<instance_pk>[-\w]+)/$": ("/admin/members/membershipclaim/delete/{claim}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/membershipclaim/history/(?P<instance_pk>[-\w]+)/$": ("/admin/members/membershipclaim/history/{claim}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/memberships/import/": ("/admin/memberships/import/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/memberships/import/<str:token>/": ("/admin/memberships/import/x/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/memberships/import/<str:token>/problems/": ("/admin/memberships/import/x/problems/", (302, 403, 302, 302, 302, 302), (403, 403, 405, 405, 405, 403)),
    "admin/memberships/import/<str:token>/cancel/": ("/admin/memberships/import/x/cancel/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 302, 403)),
    "admin/memberships/<int:pk>/change/": ("/admin/memberships/{membership}/change/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/membership-claims/<int:pk>/decide/": ("/admin/membership-claims/{claim}/decide/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/^members/invitation/$": ("/admin/members/invitation/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/invitation/create/$": ("/admin/members/invitation/create/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    r"admin/^members/invitation/edit/(?P<instance_pk>[-\w]+)/$": ("/admin/members/invitation/edit/{invitation}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/invitation/delete/(?P<instance_pk>[-\w]+)/$": ("/admin/members/invitation/delete/{invitation}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/invitation/history/(?P<instance_pk>[-\w]+)/$": ("/admin/members/invitation/history/{invitation}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/mail/$": ("/admin/members/mail/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/^members/mail/create/$": ("/admin/members/mail/create/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/mail/edit/(?P<instance_pk>[-\w]+)/$": ("/admin/members/mail/edit/{mail}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/mail/delete/(?P<instance_pk>[-\w]+)/$": ("/admin/members/mail/delete/{mail}/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    r"admin/^members/mail/history/(?P<instance_pk>[-\w]+)/$": ("/admin/members/mail/history/{mail}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/": ("/admin/lists/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/add/": ("/admin/lists/add/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/": ("/admin/lists/{list}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/<int:pk>/settings/": ("/admin/lists/{list}/settings/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/rules/": ("/admin/lists/{list}/rules/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/<int:pk>/rules/add/": ("/admin/lists/{list}/rules/add/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/rules/<int:place>/": ("/admin/lists/{list}/rules/0/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/rules/conditions/": ("/admin/lists/{list}/rules/conditions/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/subscribers/": ("/admin/lists/{list}/subscribers/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/lists/<int:pk>/subscribers/<str:token>/": ("/admin/lists/{list}/subscribers/x/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/lists/<int:pk>/subscribers/<str:token>/problems/": ("/admin/lists/{list}/subscribers/x/problems/", (302, 403, 302, 302, 302, 302), (403, 403, 405, 405, 405, 403)),
    "admin/lists/<int:pk>/subscribers/<str:token>/cancel/": ("/admin/lists/{list}/subscribers/x/cancel/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 302, 403)),
    "admin/lists/<int:pk>/effect/": ("/admin/lists/{list}/effect/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 409, 403)),
    "admin/lists/<int:pk>/effect/export/": ("/admin/lists/{list}/effect/export/", (302, 403, 302, 302, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/people/": ("/admin/lists/{list}/people/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/<int:pk>/people/export/": ("/admin/lists/{list}/people/export/", (302, 403, 302, 302, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/people/<int:subscription>/": ("/admin/lists/{list}/people/{subscription}/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/<int:pk>/people/<int:subscription>/<slug:name>/": ("/admin/lists/{list}/people/{subscription}/suspend/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/access/": ("/admin/lists/{list}/access/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/<int:pk>/access/give/": ("/admin/lists/{list}/access/give/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/access/<int:grant>/take-back/": ("/admin/lists/{list}/access/{grant}/take-back/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/close/": ("/admin/lists/{list}/close/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 409, 403)),
    "admin/lists/<int:pk>/close/export/": ("/admin/lists/{list}/close/export/", (302, 403, 302, 302, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/lists/<int:pk>/why/": ("/admin/lists/{list}/why/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/lists/<int:pk>/why/send/": ("/admin/lists/{list}/why/send/", (302, 403, 302, 302, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/": ("/admin/places/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/": ("/admin/places/{event}/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/attendance/": ("/admin/places/{event}/attendance/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/attendance/how/": ("/admin/places/{event}/attendance/how/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/attendance/report/": ("/admin/places/{event}/attendance/report/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/attendance/report/<str:token>/<int:minutes>/": ("/admin/places/{event}/attendance/report/x/0/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/places/<int:pk>/attendance/report/<str:token>/cancel/": ("/admin/places/{event}/attendance/report/x/cancel/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 302, 403)),
    "admin/places/<int:pk>/badges/": ("/admin/places/{event}/badges/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/call-off/": ("/admin/places/{event}/call-off/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/check-in/": ("/admin/places/{event}/check-in/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/check-in/<int:place>/": ("/admin/places/{event}/check-in/0/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/check-in/list/": ("/admin/places/{event}/check-in/list/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/check-in/tickets/<uuid:key>/": ("/admin/places/{event}/check-in/tickets/00000000-0000-4000-8000-000000000000/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/feedback/": ("/admin/places/{event}/feedback/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/feedback/<int:question>/change/": ("/admin/places/{event}/feedback/0/change/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/feedback/<int:question>/remove/": ("/admin/places/{event}/feedback/0/remove/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/feedback/add/": ("/admin/places/{event}/feedback/add/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/feedback/export/": ("/admin/places/{event}/feedback/export/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/feedback/usual/": ("/admin/places/{event}/feedback/usual/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 302, 403)),
    "admin/places/<int:pk>/keeping/": ("/admin/places/{event}/keeping/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/letter/": ("/admin/places/{event}/letter/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/orders/": ("/admin/places/{event}/orders/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/orders/<int:number>/": ("/admin/places/{event}/orders/0/", (302, 403, 302, 302, 404, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/orders/<int:number>/lines/<int:line>/cancel/": ("/admin/places/{event}/orders/0/lines/0/cancel/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/orders/<int:number>/paid/": ("/admin/places/{event}/orders/0/paid/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/orders/<int:number>/pay-back/": ("/admin/places/{event}/orders/0/pay-back/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/orders/<int:number>/settle/": ("/admin/places/{event}/orders/0/settle/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/people/": ("/admin/places/{event}/people/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/people/<int:line>/move/": ("/admin/places/{event}/people/0/move/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/people/<int:line>/take-back/": ("/admin/places/{event}/people/0/take-back/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/people/add/": ("/admin/places/{event}/people/add/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/people/export/": ("/admin/places/{event}/people/export/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/places/": ("/admin/places/{event}/places/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/places/<int:pool>/": ("/admin/places/{event}/places/0/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/places/<int:pool>/remove/": ("/admin/places/{event}/places/0/remove/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/places/add/": ("/admin/places/{event}/places/add/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/questions/": ("/admin/places/{event}/questions/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/questions/<int:question>/": ("/admin/places/{event}/questions/0/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/questions/<int:question>/remove/": ("/admin/places/{event}/questions/0/remove/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/questions/add/": ("/admin/places/{event}/questions/add/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/questions/export/": ("/admin/places/{event}/questions/export/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/questions/ready/<slug:which>/": ("/admin/places/{event}/questions/ready/x/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/rights/": ("/admin/places/{event}/rights/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/rights/<int:right>/take/": ("/admin/places/{event}/rights/0/take/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/settings/": ("/admin/places/{event}/settings/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 200, 403)),
    "admin/places/<int:pk>/tickets/<int:ticket>/": ("/admin/places/{event}/tickets/0/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/tickets/<int:ticket>/remove/": ("/admin/places/{event}/tickets/0/remove/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/tickets/add/": ("/admin/places/{event}/tickets/add/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/places/<int:pk>/waiting/": ("/admin/places/{event}/waiting/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/<int:pk>/waiting/<int:waiting>/let-in/": ("/admin/places/{event}/waiting/0/let-in/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/waiting/<int:waiting>/refuse/": ("/admin/places/{event}/waiting/0/refuse/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/<int:pk>/waiting/<int:waiting>/remove/": ("/admin/places/{event}/waiting/0/remove/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/products/orders/": ("/admin/places/products/orders/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/products/orders/<int:number>/": ("/admin/places/products/orders/0/", (302, 403, 302, 302, 404, 302), (403, 403, 405, 405, 405, 403)),
    "admin/places/products/orders/<int:number>/paid/": ("/admin/places/products/orders/0/paid/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/products/orders/<int:number>/pay-back/": ("/admin/places/products/orders/0/pay-back/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/products/orders/<int:number>/settle/": ("/admin/places/products/orders/0/settle/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/places/products/orders/<int:number>/lines/<int:line>/cancel/": ("/admin/places/products/orders/0/lines/0/cancel/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/enquiries/": ("/admin/enquiries/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/enquiries/held/": ("/admin/enquiries/held/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/enquiries/held/<int:pk>/": ("/admin/enquiries/held/0/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/enquiries/<int:pk>/": ("/admin/enquiries/0/", (302, 403, 302, 302, 404, 302), (403, 403, 302, 302, 404, 403)),
    "admin/enquiries/<int:pk>/assign/": ("/admin/enquiries/0/assign/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/enquiries/<int:pk>/close/": ("/admin/enquiries/0/close/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/enquiries/<int:pk>/reopen/": ("/admin/enquiries/0/reopen/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 404, 403)),
    "admin/enquiries/figures/": ("/admin/enquiries/figures/", (302, 403, 302, 302, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/enquiries/figures/export/": ("/admin/enquiries/figures/export/", (302, 403, 405, 405, 405, 302), (403, 403, 302, 302, 200, 403)),
    "admin/snippets/enquiries/advicetopic/": ("/admin/snippets/enquiries/advicetopic/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/choose/enquiries/advicetopic/": ("/admin/snippets/choose/enquiries/advicetopic/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/events/product/": ("/admin/snippets/events/product/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/snippets/pages/banner/": ("/admin/snippets/pages/banner/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/pages/banner/": ("/admin/snippets/choose/pages/banner/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/toolkits/fillabledocument/": ("/admin/snippets/toolkits/fillabledocument/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/toolkits/fillabledocument/": ("/admin/snippets/choose/toolkits/fillabledocument/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/toolkits/figure/": ("/admin/snippets/toolkits/figure/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/toolkits/figure/": ("/admin/snippets/choose/toolkits/figure/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/documents-to-fill-in/<int:pk>/docx/": ("/admin/documents-to-fill-in/1/docx/", (302, 403, 404, 404, 302, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/choose/events/product/": ("/admin/snippets/choose/events/product/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/searchpicks/add/": ("/admin/searchpicks/add/", (302, 403, 200, 200, 302, 302), (403, 403, 200, 200, 302, 403)),
    "admin/searchpicks/<int:query_id>/": ("/admin/searchpicks/0/", (302, 403, 404, 404, 302, 302), (403, 403, 404, 404, 302, 403)),
    "admin/searchpicks/": ("/admin/searchpicks/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/reports/searches/": ("/admin/reports/searches/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/reports/searches/export/": ("/admin/reports/searches/export/", (302, 403, 405, 405, 405, 302), (403, 403, 200, 200, 200, 403)),
    "admin/snippets/search/synonym/": ("/admin/snippets/search/synonym/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/search/synonym/results/": ("/admin/snippets/search/synonym/results/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/search/synonym/add/": ("/admin/snippets/search/synonym/add/", (302, 403, 200, 200, 302, 302), (403, 403, 200, 200, 302, 403)),
    "admin/snippets/search/synonym/edit/<int:pk>/": ("/admin/snippets/search/synonym/edit/{synonym}/", (302, 403, 200, 200, 302, 302), (403, 403, 200, 200, 302, 403)),
    "admin/snippets/search/synonym/delete/<int:pk>/": ("/admin/snippets/search/synonym/delete/{synonym}/", (302, 403, 200, 200, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/snippets/search/synonym/history/<int:pk>/": ("/admin/snippets/search/synonym/history/{synonym}/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/search/synonym/history-results/<int:pk>/": ("/admin/snippets/search/synonym/history-results/{synonym}/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/search/synonym/usage/<int:pk>/": ("/admin/snippets/search/synonym/usage/{synonym}/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/search/synonym/": ("/admin/snippets/choose/search/synonym/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/modeladmin/": ("/admin/modeladmin/jsi18n/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/redirects/": ("/admin/redirects/", (302, 403, 302, 200, 200, 302), (403, 403, 302, 405, 405, 403)),
    "admin/settings/": ("/admin/settings/pages/organisation/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/embeds/": ("/admin/embeds/chooser/", (302, 403, 200, 200, 200, 302), (403, 403, 200, 200, 200, 403)),
    "admin/snippets/": ("/admin/snippets/", (302, 403, 302, 302, 302, 302), (403, 403, 302, 302, 302, 403)),
    "admin/snippets/choose/handbook/edition/": ("/admin/snippets/choose/handbook/edition/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/documents/": ("/admin/documents/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/images/": ("/admin/images/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/pages/term/": ("/admin/snippets/pages/term/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/pages/term/": ("/admin/snippets/choose/pages/term/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/pages/theme/": ("/admin/snippets/pages/theme/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/pages/author/": ("/admin/snippets/pages/author/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/pages/author/": ("/admin/snippets/choose/pages/author/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/pages/audience/": ("/admin/snippets/pages/audience/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/pages/audience/": ("/admin/snippets/choose/pages/audience/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/events/eventspeaker/": ("/admin/snippets/events/eventspeaker/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/events/eventspeaker/": ("/admin/snippets/choose/events/eventspeaker/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/event-pages/": ("/admin/event-pages/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/pages/theme/": ("/admin/snippets/choose/pages/theme/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/snippets/pages/staffrole/": ("/admin/snippets/pages/staffrole/", (302, 403, 200, 200, 302, 302), (403, 403, 405, 405, 302, 403)),
    "admin/snippets/choose/pages/staffrole/": ("/admin/snippets/choose/pages/staffrole/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/sites/": ("/admin/sites/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/users/": ("/admin/users/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/groups/": ("/admin/groups/", (302, 403, 302, 302, 200, 302), (403, 403, 302, 302, 405, 403)),
    "admin/documents/chooser/": ("/admin/documents/chooser/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
    "admin/images/chooser/": ("/admin/images/chooser/", (302, 403, 200, 200, 200, 302), (403, 403, 405, 405, 405, 403)),
}
# fmt: on
TABLE = {**ANSWERS, **READING, **EVENTS, **LIBRARY, **ADMIN}


def browser_of(reader: str) -> Client:
    """The browser of such a reader."""
    if reader == "anonymous":
        return Client()
    if reader == "signed in":
        return sign_in(make_user())
    return sign_in(make_staff(reader.split(maxsplit=1)[0].title()), second_factor="without" not in reader)


@pytest.fixture(scope="module")
def shared() -> dict[str, int | UUID]:
    """What the addresses of the tables lead to: none of it is any of the readers' own."""
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    published = publish(handbook, "1.0")
    edit(quorum, html="<p>Half of the  practices, in writing.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW)
    prepared.sections.exclude(change="").update(note="Ask in writing.")
    webinar = make_event(make_index(), slug="webinar")
    home = webinar.get_parent().get_parent()
    make_learning()
    for make in (make_blog, make_briefings, make_case_studies, make_resources):
        make(home)
    make_download(make_downloads(home), "Agreement")
    make_listing(home)
    make_timeline(home, [step("2026-03-01")])
    make_calculator(home)
    person, network, the_list = make_user(), make_network(), make_list()
    appointment = Appointment.objects.create(
        user=person, network=network, role="clinical-director", starts_on=date(2026, 1, 1)
    )
    terms = Terms.objects.create(title="Code of conduct")
    terms.versions.create(number=1, text="Be kind.", published_at=NOW)
    terms.versions.create(number=2, text="Be kinder.", change="More kindness.")
    return {
        "handbook": handbook.pk,
        "published": published.pk,
        "prepared": prepared.pk,
        "section": quorum.pk,
        "key": quorum.translation_key,
        "network": network.pk,
        "appointment": appointment.pk,
        "address": person.emailaddress_set.get().pk,
        "invitation": make_invitation().pk,
        "mail": make_mail().pk,
        "terms": terms.pk,
        "entry": audit.record("terms.accepted", now=NOW).pk,
        "membership": make_membership().pk,
        "claim": make_claim(person).pk,
        "list": the_list.pk,
        "event": webinar.pk,
        "toolkit": make_kit(home).pk,
        "link": Link.objects.create(address="https://a.example/", host="a.example", next_check_at=NOW).pk,
        "synonym": Synonym.objects.earliest("pk").pk,
        "subscription": subscribe(the_list, person).pk,
        "grant": give(the_list, person, until=NOW + timedelta(days=30)).pk,
    }


@pytest.mark.django_db
@pytest.mark.one_database("who gets in is decided by groups and by access, which other tests read on each")
@pytest.mark.parametrize("reader", READERS)
def test_reader_gets_the_statuses_of_the_table(shared: dict[str, int | UUID], reader: str) -> None:
    client, column = browser_of(reader), READERS.index(reader)

    answers = {
        pattern: tuple(status_of(client, method, row[0].format(**shared)) for method in ("get", "post"))
        for pattern, row in TABLE.items()
    }

    assert answers == {pattern: (row[1][column], row[2][column]) for pattern, row in TABLE.items()}


def status_of(client: Client, method: str, address: str) -> int:
    """What the reader is answered."""
    with undone(client):
        return getattr(client, method)(address).status_code


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Whatever is changed within is undone, so that the next address finds all as it was."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def test_every_pattern_has_a_row_and_every_row_a_pattern() -> None:
    assert sorted(ANSWERS) == sorted(set(routes(get_resolver().url_patterns)))
    assert sorted(READING) == sorted(set(reading_routes()))
    assert sorted(EVENTS) == sorted(
        {
            *routes(list_urls, "events:"),
            *routes(event_urls, "event:"),
            *routes(learning_urls, "learning:"),
        }
    )
    library = {
        "blog": blog_urls,
        "briefings": briefing_urls,
        "case studies": case_study_urls,
        "downloads": download_list_urls,
        "download": download_urls,
        "listing": listing_urls,
        "resources": resource_urls,
        "timeline": timeline_urls,
        "calculator": calculator_urls,
    }
    assert sorted(LIBRARY) == sorted(
        route for name, patterns in library.items() for route in routes(patterns, f"{name}:")
    )
    assert sorted(ADMIN) == sorted(set(admin_routes()))


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_new_pattern_without_a_row_is_noticed() -> None:
    new = path("new/", nothing)
    below = path("below/", include([new]))

    found = set(routes([*get_resolver().url_patterns, new, below]))
    found_in_handbook = set(reading_routes((*reader_urls, new)))
    with hooks.register_temporarily("register_admin_urls", lambda: [new, below]):
        found_in_admin = set(admin_routes())

    assert found - set(ANSWERS) == {"new/", "below/new/"}
    assert found_in_handbook - set(READING) == {"handbook:new/"}
    assert found_in_admin - set(ADMIN) == {"admin/new/", "admin/below/"}


def routes(members: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """The routes of our own patterns, and the names of the packages that are included whole."""
    for member in members:
        route = prefix + str(member.pattern)
        if isinstance(member, URLPattern):
            yield route
        elif package := package_of(member):
            yield package
        else:
            yield from routes(member.url_patterns, route)


def package_of(resolver: URLResolver) -> str | None:
    return next((name for name, included in PACKAGES.items() if resolver.url_patterns is included), None)


def reading_routes(members: Iterable[URLPattern] = reader_urls) -> Iterator[str]:
    """The routes of what is served below a handbook."""
    return routes(members, "handbook:")


def admin_routes() -> Iterator[str]:
    """The routes that hooks add to Wagtail's admin; one for each part that is none of ours."""
    added: list[Callable[[], list[URLPattern | URLResolver]]] = hooks.get_hooks("register_admin_urls")
    for member in [member for hook in added for member in hook()]:
        if isinstance(member, URLResolver) and any(map(is_ours, member.url_patterns)):
            yield from routes(member.url_patterns, f"admin/{member.pattern}")
        else:
            yield f"admin/{member.pattern}"


def is_ours(member: URLPattern | URLResolver) -> bool:
    """Whether a view of ours answers it, or some address below it."""
    if isinstance(member, URLResolver):
        return any(map(is_ours, member.url_patterns))
    return member.callback.__module__.split(".")[0] in OURS
