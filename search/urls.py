"""Addresses of search: the page, what is proposed while somebody types, and search for programs."""

from django.urls import path

from search.views import api, results, suggest

urlpatterns = [
    path("search/", results.results, name="search"),
    path("search/suggest", suggest.suggest, name="search_suggest"),
    path("api/search", api.search, name="api_search"),
]
