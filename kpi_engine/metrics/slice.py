"""Which part of the business is looked at, and the one place where that becomes a condition with bound values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

NONE = ""
"""In a slice: those that have none (deals without an owner, without a team, …)."""

_COLUMNS = {
    "owner": "owners",
    "team": "teams",
    "pipeline": "pipelines",
    "segment": "segments",
    "source": "sources",
    "product": "products",
}


@dataclass(frozen=True)
class Slice:
    """Values to keep, per column. An empty tuple keeps all; '' in a tuple keeps those that have none.

    ``is_nothing``: nothing at all is in it (what is left when a rep asks for somebody else's deals).
    """

    owners: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    is_nothing: bool = False

    def within_owners(self, owners: tuple[str, ...] | None) -> Slice:
        """This slice, with nothing of anybody but ``owners`` in it. None: sees all."""
        if owners is None:
            return self
        kept = tuple(owner for owner in owners if not self.owners or owner in self.owners)
        return replace(self, owners=kept, is_nothing=self.is_nothing or not kept)

    @property
    def cut_columns(self) -> tuple[str, ...]:
        """The columns that something is left out of."""
        return tuple(column for column, plural in _COLUMNS.items() if getattr(self, plural))

    def condition(self, renamed: Mapping[str, str] | None = None) -> str:
        """A condition over the columns owner, team, …, to be run with :meth:`values`.

        ``renamed`` gives a column's name in a relation that calls it otherwise. A NULL counts as none.
        """
        if self.is_nothing:
            return "false"
        names = dict(renamed or {})
        kept = [
            f"coalesce({names.get(column, column)}, '') in (select unnest($slice_{plural}::varchar[]))"
            for column, plural in _COLUMNS.items()
            if getattr(self, plural)
        ]
        return " and ".join(kept) or "true"

    def values(self) -> dict[str, object]:
        """The values to bind with :meth:`condition`."""
        return {f"slice_{plural}": list(getattr(self, plural)) for plural in _COLUMNS.values()}
