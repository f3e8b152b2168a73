"""The addresses of the advisory service."""

from django.urls import path

from portal.enquiries.views import asking, question

urlpatterns = [
    path("advice/", asking.new_question, name="advice"),
    path("advice/sent/", asking.sent, name="advice_sent"),
    path("advice/mine/", question.mine, name="advice_mine"),
    path("advice/<uuid:key>/", question.question, name="advice_question"),
    path("advice/<uuid:key>/confirm/", question.confirm_question, name="advice_confirm"),
]
