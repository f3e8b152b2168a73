"""Addresses of search: the page, what is proposed while somebody types, counts, and search for programs."""

from django.urls import include, path

from search.saved_urls import saved_urls
from search.views import api, counting, results, suggest

urlpatterns = [
    path("search/", results.results, name="search"),
    path("search/", include(saved_urls)),
    path("search/suggest", suggest.suggest, name="search_suggest"),
    path("search/counted", counting.counted, name="search_counted"),
    path("api/search", api.search, name="api_search"),
]
