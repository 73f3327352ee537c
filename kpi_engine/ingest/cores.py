"""Work on columns that lets go of Python's lock, done by as many cores as there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def on_all_cores(work: Callable[[T], R], pieces: Iterable[T]) -> list[R]:
    """``work`` done on each piece, in the order of the pieces. What it raises is raised here."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, pieces))
