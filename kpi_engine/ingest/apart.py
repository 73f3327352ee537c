"""Two CRMs side by side count their deals with the same numbers: 1001 is one deal here and another one there."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.shapes import Issue, Validated
from kpi_engine.names import Kind
from kpi_engine.storage.store import Session, load_sql

_NAMED_BY = ("deal_id", "deal_name", "created_at")
_SURE = 0.9
"""So large a share of the deals under shared ids is called otherwise and was created on another day."""


def kept_apart(session: Session, kind: Kind | None, crm: str | None, validated: Validated) -> Validated:
    """The same rows, with the CRM's name before each deal's id where another CRM's deals have these ids; so that next
    week's export, its histories and its activities belong to the same deals, theirs too."""
    if crm is None or kind not in (Kind.DEALS, Kind.STAGE_CHANGES, Kind.ACTIVITIES):
        return validated
    if not session.value("select count(*) from imports where kind = 'deals' and crm <> $crm", {"crm": crm}):
        return validated
    known = session.arrow(load_sql("kpi_engine.ingest", "apart_ids"), {"crm": crm})["deal_id"]
    if kind is not Kind.DEALS:
        return _renamed(validated, crm, known) if len(known) else validated
    other = None if len(known) else _other_crm(session, crm, validated.tables["raw_deals"])
    if other is None and not len(known):
        return validated
    example = validated.tables["raw_deals"]["deal_id"][0].as_py()
    why = (
        f"The ids of these deals are those of other deals from {other or 'another CRM'}; the two are kept apart, and a "
        f"deal of this file goes by its CRM's name and its id ('{crm} {example}')."
    )
    todo = f"Nothing to do. Activities and histories from {crm} that were imported before have to be imported again."
    said = Issue(None, None, None, "note", why, todo)
    return replace(_renamed(validated, crm, None), issues=(*validated.issues, said))


def _other_crm(session: Session, crm: str, deals: pa.Table) -> str | None:
    """The CRM whose deals have the ids of these and are other deals; None where there is none."""
    if not set(_NAMED_BY) <= set(deals.column_names):
        return None
    with session.lent("incoming", deals.select(list(_NAMED_BY))):
        ((n, n_other, other),) = session.rows(load_sql("kpi_engine.ingest", "same_ids"), {"crm": crm})
    return other if n and n_other >= _SURE * n else None


def _renamed(validated: Validated, crm: str, only: pa.ChunkedArray | None) -> Validated:
    tables = {}
    for name, table in validated.tables.items():
        at = table.column_names.index("deal_id") if "deal_id" in table.column_names else None
        if at is not None:
            ids = table["deal_id"]
            own = pc.binary_join_element_wise(crm, ids, " ")
            if only is not None:
                own = pc.if_else(pc.is_in(ids, pa.array(only.to_pylist(), pa.string())), own, ids)
            table = table.set_column(at, "deal_id", own)
        tables[name] = table
    return replace(validated, tables=tables)
