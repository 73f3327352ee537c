"""Everything that can go wrong, and what to do about it.

TidelineError
├── UserFileError        the file somebody gave us: nothing was written
├── StoreError
│   ├── StoreBusy        another process owns the store
│   ├── StoreDamaged     the store cannot be opened and cannot be mended
│   └── StoreTooNew      written by a newer Tideline
└── UnknownName          a name nobody declared, with the nearest that exists

Too little data is not an error: it is a status with n.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TidelineError(Exception):
    """An error with a sentence a manager can act on."""


class UserFileError(TidelineError):
    """A file cannot be used as it is. The message says why and what to do."""


class StoreError(TidelineError):
    """The store cannot be used."""


class StoreBusy(StoreError):
    """Another process holds the store open."""


class StoreDamaged(StoreError):
    """The store's file is damaged beyond what opening can mend."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of Tideline."""


class UnknownName(TidelineError):
    """A metric, dimension or column nobody declared."""

    @classmethod
    def of(cls, what: str, name: str, known: Iterable[str]) -> UnknownName:
        """Build the sentence with the nearest known name, where one is near.

        >>> str(UnknownName.of("metric", "win_rat", ["win_rate"]))
        "No metric is called 'win_rat'. Did you mean 'win_rate'?"
        """
        near = get_close_matches(name, list(known), n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        return cls(f"No {what} is called '{name}'.{hint}")
