"""The engines that find: each is given the same `Search` and gives the same `Found`."""

from search.engines.base import Editions, Found, Hit, Search

__all__ = ["Editions", "Found", "Hit", "Search"]
