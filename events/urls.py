"""Addresses of booking, below /booking/."""

from django.urls import path

from events.views import basket, checkout, choosing, orders, waiting

booking_urls = [
    path("", basket.basket, name="basket"),
    path("change/", basket.change_count, name="basket_change"),
    path("keep/", basket.keep, name="basket_keep"),
    path("empty/", basket.empty, name="basket_empty"),
    path("events/<int:pk>/", choosing.choose, name="choose_tickets"),
    path("who-comes/", checkout.attendees, name="attendees"),
    path("who-orders/", checkout.orderer, name="orderer"),
    path("code/", checkout.code, name="order_code"),
    path("check/", checkout.check, name="check_order"),
    path("orders/<uuid:key>/", orders.order, name="order"),
    path("orders/<uuid:key>/places/<int:pk>/pass-on/", orders.pass_place_on, name="pass_on"),
    path("orders/<uuid:key>/places/<int:pk>/give-back/", orders.give_back, name="give_back"),
    path("tickets/<uuid:key>/", orders.ticket, name="ticket"),
    path("tickets/again/", orders.again, name="tickets_again"),
    path("mine/", orders.mine, name="my_events"),
    path("waiting/<int:pk>/", waiting.wait, name="wait"),
    path("offers/<uuid:key>/", waiting.offer, name="offer"),
]
