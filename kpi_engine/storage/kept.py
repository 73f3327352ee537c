"""A few results that cost much to work out and change only with the facts, kept for as long as the store is open."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

MOST = 2
"""How many of one name are kept: what is on screen, and what it is compared with."""


class Kept:
    """A bounded memory: of each name the one used longest ago goes first. Safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._results: dict[str, OrderedDict[Hashable, Any]] = {}
        self._lock = threading.Lock()

    def get(self, name: str, key: Hashable, make: Callable[[], Any]) -> Any:
        """The result of a name for a key, made where it is not there. Two threads may make one at once; both are
        right."""
        with self._lock:
            results = self._results.setdefault(name, OrderedDict())
            if key in results:
                results.move_to_end(key)
                return results[key]
        made = make()
        with self._lock:
            results[key] = made
            results.move_to_end(key)
            while len(results) > self._most:
                results.popitem(last=False)
        return made
