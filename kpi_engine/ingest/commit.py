"""Write one validated file into the raw tables. The caller holds the transaction: all of it or none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

import pyarrow as pa

from kpi_engine.ingest.decided import answers_to_json
from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.shapes import Answers, Detection, Issue, Staged, Validated
from kpi_engine.names import Kind
from kpi_engine.storage.store import Session, load_sql

RAW_TABLES = tuple(f"raw_{kind.value}" for kind in Kind)

_ROW_GROUP = 122_880
"""Rows DuckDB keeps, compresses and writes together."""

_ISSUES = pa.schema(
    [
        ("line", pa.int64()),
        ("column_name", pa.string()),
        ("value", pa.string()),
        ("effect", pa.string()),
        ("why", pa.string()),
        ("what_to_do", pa.string()),
    ]
)


@dataclass(frozen=True)
class FileFacts:
    """What is written about a file beside its rows."""

    name: str
    sha256: str
    source_key: str
    answers: Answers
    as_of: date | None
    is_complete: bool


def source_key(staged: Staged, detection: Detection) -> str:
    """What names an export week after week: its CRM, its kind, and the header its deals are known by."""
    position = detection.mapping.get("deal_id")
    positions = detection.key or (() if position is None else (position,))
    named_by = "+".join(normal(staged.header[p]) for p in positions) or "row"
    return f"{detection.crm or 'file'}:{detection.kind or 'unknown'}:{named_by}"


def commit(
    session: Session, facts: FileFacts, detection: Detection, validated: Validated, number: int | None = None
) -> int:
    """Add one file's rows, its issues and its line in ``imports``. ``number``: that of an import put again in its old
    place; a new one where None.

    Returns
    -------
    int
        The number of the import.
    """
    import_id = number if number is not None else int(session.value(_sql("next_import_id")))
    if number is None:
        session.run(_sql("take_import_id"))
    session.run(
        _sql("insert_import"),
        {
            "import_id": import_id,
            "file_name": facts.name,
            "sha256": facts.sha256,
            "kind": detection.kind,
            "crm": detection.crm,
            "source_key": facts.source_key,
            "as_of": facts.as_of,
            "is_complete": facts.is_complete,
            "rows_read": validated.read,
            "accepted": validated.accepted,
            "rejected": validated.rejected,
            "duplicate": validated.duplicate,
            "blank": validated.blank,
            "skipped": validated.skipped,
            "answers": answers_to_json(facts.answers),
        },
    )
    for table, rows in validated.tables.items():
        with session.lent("incoming", _in_pieces(rows)):
            session.run(_sql("insert_raw").replace("raw_rows", _declared(table)), {"import_id": import_id})
    if validated.issues:
        with session.lent("incoming", _issues_table(validated.issues)):
            session.run(_sql("insert_issues"), {"import_id": import_id})
    return import_id


def _in_pieces(rows: pa.Table) -> pa.Table:
    """The same table (nothing is copied) in pieces of a row group each: DuckDB writes one piece per core at a time."""
    return pa.Table.from_batches(rows.to_batches(max_chunksize=_ROW_GROUP), schema=rows.schema)


def _declared(table: str) -> str:
    """A raw table's name, if it is one of ours."""
    if table not in RAW_TABLES:
        raise ValueError(f"{table} is no raw table")
    return table


def _sql(name: str) -> str:
    return load_sql("kpi_engine.ingest", name)


def _issues_table(issues: tuple[Issue, ...]) -> pa.Table:
    rows = [asdict(issue) for issue in issues]
    columns = {name: [row["column" if name == "column_name" else name] for row in rows] for name in _ISSUES.names}
    return pa.table(columns, schema=_ISSUES)
