"""Histories that say which field changed: Pipedrive's change log, Salesforce's and HubSpot's field histories."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.values import Converted, Reading, convert, lookup
from kpi_engine.names import Kind, column

_NAMES = {
    "stage": "stage|stage_id|stage name|stagename|deal stage|dealstage|status_label|phase"
    "|pipeline phase|sales stage|opportunity stage",
    "owner": "owner|owner_id|ownerid|user_id|hubspot_owner_id|salesperson|deal owner|opportunity owner|assigned to",
    "amount": "amount|value|deal value|expected_revenue|deal amount|est revenue|estimated revenue|betrag",
    "expected_close_date": "close date|closedate|expected_close_date|date_deadline|closing date|expected close"
    "|expected closing|expected close date|est close date|estimated close date",
    "pipeline": "pipeline|pipeline_id|record type",
    "status": "status",
    "created_at": "add_time|created|created_at|create date|createdate|created date|opportunitycreatedfromlead",
    "lost_reason": "lost_reason|lost reason|closed_lost_reason|lost_reason_id|loss reason|reason for loss",
}
FIELD_COLUMNS = {normal(name): canonical for canonical, names in _NAMES.items() for name in names.split("|")}
"""A field's name as histories write it (normalised) → the canonical column its new value belongs to."""

BEFORE = {name: f"old_{name}" for name in ("stage", "amount", "owner", "expected_close_date")}
"""Canonical column → the column of what stood there before the change."""


def spread(
    field: pa.Array, old: pa.Array | None, new: pa.Array, changed_at: pa.Array, reading: Reading
) -> tuple[dict[str, Converted], list[str]]:
    """Canonical columns per kind of field (after the change, and before it where that is kept), and the fields nobody
    uses.

    A row about another field keeps only its deal and its time. A 'created' row without a value means its own time.
    """
    encoded = field.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    canonical = [FIELD_COLUMNS.get(normal(name)) for name in names]
    unused = sorted(name for name, target in zip(names, canonical, strict=True) if target is None and name)
    columns: dict[str, Converted] = {}
    for target in dict.fromkeys(c for c in canonical if c):
        codes = [i for i, c in enumerate(canonical) if c == target]
        speaks = pa.array(np.isin(encoded.indices.to_numpy(), codes))
        columns[target] = _typed(target, pc.if_else(speaks, new, ""), reading)
        if target in BEFORE and old is not None:
            columns[BEFORE[target]] = _typed(BEFORE[target], pc.if_else(speaks, old, ""), reading)
        if target == "created_at":
            said = columns[target]
            silent = pc.and_(speaks, pc.or_(pc.equal(new, ""), pc.is_null(said.values)))
            said.values = pa.chunked_array([pc.if_else(silent, changed_at, said.values.combine_chunks())])
            said.bad = {}
    return columns, unused


def _typed(target: str, cells: pa.Array, reading: Reading) -> Converted:
    whole = pa.chunked_array([cells])
    return (
        lookup(whole, reading)
        if target in ("owner", "old_owner")
        else convert(whole, column(Kind.STAGE_CHANGES, target).type, reading)
    )
