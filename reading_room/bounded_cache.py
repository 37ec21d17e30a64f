"""A cache in the memory of a process with a limit in bytes."""

from collections import OrderedDict
from threading import Lock

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

OVERHEAD = 500  # Bytes that an entry takes in addition to its value.


class BoundedCache(LocMemCache):
    """Django's local-memory cache, limited by the option MOST_BYTES instead of a number of entries.

    The least recently used entry is evicted first. A value larger than a tenth of the limit is not
    stored.
    """

    taken: dict[str, int] = {}  # Bytes in use by cache name; Django shares entries by name too.
    # Attributes of LocMemCache, the least recently used entry last.
    _cache: OrderedDict[str, bytes]
    _expire_info: dict[str, float | None]
    _lock: Lock

    def __init__(self, name: str, params: dict):
        self.most = params["OPTIONS"]["MOST_BYTES"]
        super().__init__(name, params)
        self._name = name

    def _set(self, key, value, timeout=DEFAULT_TIMEOUT):
        self._delete(key)
        size = len(value) + OVERHEAD
        if size * 10 > self.most:
            return
        while self._cache and self.taken.get(self._name, 0) + size > self.most:
            self._delete(next(reversed(self._cache)))
        self._cache[key] = value
        self._cache.move_to_end(key, last=False)
        self._expire_info[key] = self.get_backend_timeout(timeout)
        self.taken[self._name] = self.taken.get(self._name, 0) + size

    def _delete(self, key):
        value = self._cache.pop(key, None)
        if value is None:
            return False
        del self._expire_info[key]
        self.taken[self._name] -= len(value) + OVERHEAD
        return True

    def clear(self):
        with self._lock:
            self._cache.clear()
            self._expire_info.clear()
            self.taken[self._name] = 0
