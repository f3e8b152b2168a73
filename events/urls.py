"""Addresses of events: below the page that lists them, below each event's page, and of booking, below /booking/.

`calendar.ics` ends like a file, because some calendars take no other address; Wagtail's own pattern takes no full stop.
"""

from django.urls import path, re_path
from wagtail.views import serve

from events.views import (
    answering,
    attending,
    basket,
    certificates,
    checkout,
    choosing,
    documents,
    feedback,
    learning,
    mine,
    orders,
    paying,
    products,
    provider,
    readers,
    waiting,
)

# Wagtail ends what it hands on with a slash: readers ask for `calendar.ics`.
list_urls = (
    path("", readers.coming, name="coming"),
    path("past/", readers.past, name="past"),
    path("calendar/", readers.month, name="month"),
    path("calendar/<int:year>/<int:month>/", readers.month, name="month"),
    path("feed/", readers.feed, name="feed"),
    path("calendar.ics/", readers.calendar_of_all, name="calendar_of_all"),
)
event_urls = (
    path("", readers.event, name="event"),
    path("calendar.ics/", readers.calendar_of_event, name="calendar_of_event"),
)
learning_urls = (path("", learning.learning, name="learning"),)

booking_urls = [
    path("", basket.basket, name="basket"),
    path("change/", basket.change_count, name="basket_change"),
    path("keep/", basket.keep, name="basket_keep"),
    path("keep-again/", basket.keep_again, name="basket_keep_again"),
    path("empty/", basket.empty, name="basket_empty"),
    path("events/<int:pk>/", choosing.choose, name="choose_tickets"),
    path("products/", products.products, name="products"),
    path("products/<slug:slug>/", products.product, name="product"),
    path("products/<slug:slug>/remove/", products.remove, name="remove_product"),
    path("orders/<uuid:key>/downloads/<int:pk>/", products.download, name="download"),
    path("who-comes/", checkout.attendees, name="attendees"),
    path("questions/", answering.questions, name="basket_questions"),
    path("who-orders/", checkout.orderer, name="orderer"),
    path("code/", checkout.code, name="order_code"),
    path("check/", checkout.check, name="check_order"),
    path("orders/<uuid:key>/", orders.order, name="order"),
    path("orders/<uuid:key>/places/<int:pk>/pass-on/", orders.pass_place_on, name="pass_on"),
    path("orders/<uuid:key>/places/<int:pk>/give-back/", orders.give_back, name="give_back"),
    path("orders/<uuid:key>/documents/<int:pk>/", documents.document, name="order_document"),
    path("orders/<uuid:key>/pay/", paying.pay_by_card, name="pay_by_card"),
    path("orders/<uuid:key>/paid/", paying.paid, name="order_paid"),
    path("card/told/", provider.webhook, name="provider_webhook"),
    path("tickets/<uuid:key>/", orders.ticket, name="ticket"),
    path("tickets/<uuid:key>/answers/", answering.answers, name="ticket_answers"),
    path("tickets/again/", orders.again, name="tickets_again"),
    path("join/<int:pk>/<slug:secret>/", attending.join, name="join"),
    path("closing-code/<int:pk>/<slug:secret>/", attending.closing_code, name="closing_code"),
    path("feedback/<int:pk>/<slug:secret>/", feedback.give_feedback, name="give_feedback"),
    path("certificates/<int:pk>/<slug:secret>/", certificates.certificate, name="certificate"),
    path(
        "recordings/<int:pk>/<slug:secret>/<int:document>/", attending.recording_file, name="recording_file"
    ),
    path("mine/", mine.mine, name="my_events"),
    path("mine/calendar/", mine.change_calendar, name="change_my_calendar"),
    path("calendars/<uuid:key>.ics", mine.my_calendar, name="my_calendar"),
    path("waiting/<int:pk>/", waiting.wait, name="wait"),
    path("asking/<int:pk>/", waiting.ask, name="ask_for_place"),
    path("offers/<uuid:key>/", waiting.offer, name="offer"),
    path("offers/<uuid:key>/leave/", waiting.leave_list, name="leave_waiting"),
]

urlpatterns = [
    path("certificates/", certificates.check, name="check_certificate"),
    re_path(r"^((?:[\w-]+/)+calendar\.ics)$", serve, name="wagtail_serve_calendar"),
]
