"""Addresses of the forum, below /forum/."""

from django.urls import path

from forum.views import attachments, index

urlpatterns = [
    path("", index.index, name="forum"),
    path("attachments/<uuid:key>/remove/", attachments.remove, name="remove_attachment"),
    path("attachments/<uuid:key>/<str:name>", attachments.give_out, name="attachment"),
    path("<slug:slug>/attachments/", attachments.send, name="send_attachment"),
]
