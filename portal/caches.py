"""Caches of rows: what a transaction that is taken back would have written is not remembered."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.db import transaction


class _OnCommit:
    """Sets a value once the transaction that it was read in is committed: the row might never come to be."""

    set_now: Callable[..., None]

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        transaction.on_commit(partial(self.set_now, key, value, timeout, version))

    def set_many(
        self, data: dict[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        for key, value in data.items():
            self.set(key, value, timeout, version)
        return []


class CommittedLocMemCache(_OnCommit, LocMemCache):
    """In the memory of the process."""

    set_now = LocMemCache.set


class CommittedRedisCache(_OnCommit, RedisCache):
    """In Redis, shared by all processes."""

    set_now = RedisCache.set
