"""The declaration of one kind of export of one CRM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.shapes import Form
from kpi_engine.names import Kind

Headers = str | tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """One export as its CRM writes it. Headers are compared without case, spaces and punctuation.

    ``marks``: a file is this export when each of these is there; several spellings of one mark stand in a tuple.
    ``absent``: and none of these.
    ``columns``: canonical column → its headers, the best first. Two canonical columns may name the same header.
    ``joined``: canonical column → headers whose cells are read together with a space between (first and last name).
    ``constants``: canonical column → what every row of this export is, where no cell says otherwise.
    ``fields``: for field histories and change logs, the part each header plays.
    ``never``: headers that look like a canonical column and are not (a weighted amount).
    ``factors``: header → what its number is multiplied with to give the canonical unit (seconds to minutes).
    """

    crm: str | None
    kind: Kind
    marks: tuple[Headers, ...]
    columns: Mapping[str, Headers] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    form: Form = "rows"
    fields: Mapping[str, Headers] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)


def spellings(headers: Headers) -> tuple[str, ...]:
    """The headers of one entry, normalised."""
    return tuple(normal(h) for h in ((headers,) if isinstance(headers, str) else headers))
