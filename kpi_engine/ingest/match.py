"""Which columns a file has, as one kind of file: what a look at the headers found, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.shapes import Across, Form, Says
from kpi_engine.names import COLUMNS, Kind, Type

FROM_STATUS = 0.75
"""How sure it is that a status stands for the stage where a file has no other."""
MAY_LACK = {Kind.ACTIVITIES: frozenset({"owner", "activity_type", "occurred_at"})}
"""Needed columns whose cells may all be blank: an activity of nobody, of no known type or on no known day still counts.
A file is only taken without one where somebody says that it has none."""
DATES = (Type.DATE, Type.TIMESTAMP)
NUMBERS = (Type.MONEY, Type.SHARE, Type.NUMBER)
CHANGES_NUMBERS = frozenset(
    {
        "amount",
        "currency",
        "created_at",
        "stage_changed_at",
        "expected_close_date",
        "closed_at",
        "won_at",
        "lost_at",
        "changed_at",
        "occurred_at",
        "target",
        "period",
        "date",
        "rate",
    }
)
"""Optional columns whose wrong guess would change a number on screen."""


@dataclass(frozen=True)
class Match:
    """Which columns a file has, as one kind of file."""

    kind: Kind
    found: Mapping[str, tuple[int, float]]
    form: Form = "rows"
    crm: str | None = None
    joined: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, int] = field(default_factory=dict)
    factors: Mapping[int, float] = field(default_factory=dict)
    rivals: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    """canonical → further columns that may be meant instead, almost as likely, and how likely."""
    doubtful: Mapping[str, int] = field(default_factory=dict)
    """canonical → a column surely called so whose cells mostly do not read as that: never dropped without a word."""

    home: tuple[int, int | None] | None = None
    """Where the amount stands converted to the company's own currency, and the code of that."""
    lost_when: Mapping[int, Says] = field(default_factory=dict)
    """Position → what its cell says of a deal that is lost."""
    instead: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """canonical → positions of which each row has the first that is filled."""
    across: Across | None = None
    inverted: frozenset[int] = frozenset()
    """Positions of rates written the other way round."""
    absent: frozenset[str] = frozenset()
    """Needed columns somebody said are not in the file, where a row may do without them."""

    def missing(self) -> tuple[str, ...]:
        """Needed canonical columns that are not in the file. A deal id is not among them: columns can make up a key."""
        if self.form in ("field_history", "change_log"):
            return tuple(name for name in ("deal_id", "changed_at") if name not in self.found)
        have = self.found.keys() | self.constants.keys() | self.joined.keys()
        if self.across:
            have = have | {self.across.header_is, self.across.cells_are}
        return tuple(
            c.name
            for c in COLUMNS[self.kind]
            if c.needed and c.name not in have | self.absent and (self.kind, c.name) != (Kind.DEALS, "deal_id")
        )


def positions(header: tuple[str, ...]) -> dict[str, int]:
    """Normalised header → its first position."""
    table: dict[str, int] = {}
    for position, name in enumerate(header):
        if key := normal(name):
            table.setdefault(key, position)
    return table
