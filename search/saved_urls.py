"""Addresses of saved searches, below the page of results."""

from django.urls import path

from search.views import saved

saved_urls = [
    path("saved/", saved.saved_searches, name="saved_searches"),
    path("saved/add/", saved.save, name="save_search"),
    path("saved/<int:pk>/", saved.frequency, name="saved_search_frequency"),
    path("saved/<int:pk>/delete/", saved.delete, name="saved_search_delete"),
]
