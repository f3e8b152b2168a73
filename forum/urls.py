"""Addresses of the forum, below /forum/."""

from django.urls import path

from forum.views import index

urlpatterns = [
    path("", index.index, name="forum"),
]
