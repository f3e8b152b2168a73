"""Addresses of search: the page, a person's saved searches, what is proposed while somebody types, counts, and search for programs."""

from django.urls import path

from search.views import api, counting, results, saved, suggest

urlpatterns = [
    path("search/", results.results, name="search"),
    path("search/suggest", suggest.suggest, name="search_suggest"),
    path("search/counted", counting.counted, name="search_counted"),
    path("search/saved/", saved.saved_searches, name="saved_searches"),
    path("search/saved/add/", saved.save, name="save_search"),
    path("search/saved/<int:pk>/", saved.frequency, name="saved_search_frequency"),
    path("search/saved/<int:pk>/delete/", saved.delete, name="saved_search_delete"),
    path("api/search", api.search, name="api_search"),
]
