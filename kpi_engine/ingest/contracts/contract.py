"""The declaration of one kind of export of one CRM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.shapes import Form, Says
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
    ``row_by_row``: canonical columns of which each row has the first of the headers that is filled in it.
    ``inverted``: headers of rates that say what one unit of the company's currency is worth in the other.
    ``factors``: header → what its number is multiplied with to give the canonical unit (seconds to minutes).
    ``written_out``: header of an amount → header of the same amount written out, which tells whether it is in cents.
    ``home_amount``, ``home_currency``: headers of the amount converted to the company's own currency, and of its code.
    ``lost_when``: header → what its cell says of a deal that is lost, where nothing says that it was won.
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
    row_by_row: tuple[str, ...] = ()
    inverted: tuple[str, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)
    written_out: Mapping[str, str] = field(default_factory=dict)
    home_amount: Headers = ()
    home_currency: Headers = ()
    lost_when: Mapping[str, Says] = field(default_factory=dict)


def spellings(headers: Headers) -> tuple[str, ...]:
    """The headers of one entry, normalised."""
    return tuple(normal(h) for h in ((headers,) if isinstance(headers, str) else headers))


def in_words_of(entities: tuple[str, ...], names: str) -> tuple[str, ...]:
    """The headers of an export that writes what a column belongs to before its name, in every language it speaks.

    >>> in_words_of(("Deal", "Negocio"), "Title|Título")
    ('Deal - Title', 'Negocio - Title', 'Deal - Título', 'Negocio - Título')
    """
    return tuple(f"{entity} - {name}" for name in names.split("|") for entity in entities)
