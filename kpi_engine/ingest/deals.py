"""What only deals need: their id or a key in its place, versions and lines, how they stand, and per-stage dates."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.casting import all_true
from kpi_engine.ingest.currency_signs import told
from kpi_engine.ingest.formats import parse_timestamp
from kpi_engine.ingest.identical import settle_identical
from kpi_engine.ingest.outcomes import endings, statuses
from kpi_engine.ingest.repeats import first_identical, groups, keys, numbered, repeated, row_hashes
from kpi_engine.ingest.rows import Rows
from kpi_engine.ingest.shapes import Answers, Option, Question, StageDates
from kpi_engine.ingest.values import MONEY, STAMP, Column, flag, timestamp
from kpi_engine.names import COLUMNS, Kind

_ISO_DAY = r"^(\d{4}-\d{2}-\d{2}|$)"
_MODIFIED = re.compile(r"modif|updated|systemmodstamp|last ?change|geändert|aktualisiert", re.IGNORECASE)


def settle(
    rows: Rows, answers: Answers
) -> tuple[dict[str, pa.Table], tuple[Question, ...], tuple[Question, ...]]:
    """Finish typed deals: ids, standing, close dates, repeats, per-stage dates.

    Returns the raw tables, the question of repeats where the file leaves it open, and the choice about identical rows.
    """
    _stand(rows)
    if rows.detection.currency_beside is not None:
        _told_currencies(rows, rows.detection.currency_beside)
    identical = _identify(rows, answers)
    _reject_without_id(rows)
    entered = _typed_stage_dates(rows)
    identical = {row: first for row, first in identical.items() if rows.keep[row]}
    choices = settle_identical(rows, identical, answers, "deals", has_id=_has_id(rows))
    questions = _settle_repeats(rows, answers)
    changes = _stage_changes(rows, entered)
    tables = {"raw_deals": rows.table([c.name for c in COLUMNS[Kind.DEALS]])}
    if changes is not None:
        tables["raw_stage_changes"] = changes
    return tables, questions, choices


def _told_currencies(rows: Rows, position: int) -> None:
    """Amounts in several currencies are never added up as if they were equal."""
    rows.columns["currency"] = currencies = told(rows.cells(position))
    names = ", ".join(sorted(c for c in pc.unique(currencies).to_pylist() if c))
    why = f"The amounts say that they are in several currencies ({names}); each deal is taken in its own."
    todo = "Upload exchange rates, so that they can be added up."
    rows.note(why, todo, column=rows.staged.header[position])


# --- how a deal stands ---------------------------------------------------------------------------------------------


def _stand(rows: Rows) -> None:
    columns = rows.columns
    said, unknown = statuses(columns.get("status"), columns.get("is_won"), columns.get("is_closed"), len(rows))
    columns["status"] = said = _with_lost(rows, said)
    if unknown:
        words = ", ".join(f"'{w}'" for w in unknown[:6]) + (" …" if len(unknown) > 6 else "")
        why = f"The status says {words}, which is neither open, won nor lost; the stage decides for these deals."
        rows.note(why, "Nothing to do, if that is right.", column=rows.staged.header[rows.detection.mapping["status"]])
    mapping = rows.detection.mapping
    ended = endings(said, columns.get("stage"), columns.get("is_closed"))
    is_ended = ended.is_valid()
    if "expected_close_date" not in mapping:
        return
    shared = [n for n in ("closed_at", "won_at", "lost_at") if mapping.get(n) == mapping["expected_close_date"]]
    for name in shared:
        applies = (
            pc.fill_null(pc.equal(ended, {"won_at": "won", "lost_at": "lost"}[name]), False)
            if name != "closed_at"
            else is_ended
        )
        columns[name] = pc.if_else(applies, columns[name], pa.scalar(None, STAMP))
    if shared:
        columns["expected_close_date"] = pc.if_else(
            is_ended, pa.scalar(None, pa.date32()), columns["expected_close_date"]
        )


def _with_lost(rows: Rows, said: pa.Array) -> pa.Array:
    """Deals that a cell of their own says are lost (put away, with a reason), where nothing says how they stand."""
    if not rows.detection.lost_when:
        return said
    told = pa.array(np.zeros(len(rows), dtype=bool))
    for position, says in rows.detection.lost_when.items():
        cells = rows.cells(position)
        if says == "no":
            flags = flag(cells, rows.reading(position)).values
            told = pc.or_(told, pc.fill_null(pc.invert(_whole(flags)), False))
        else:
            told = pc.or_(told, _whole(pc.greater(pc.binary_length(cells), 0)))
    is_won = pc.fill_null(pc.equal(endings(said, rows.columns.get("stage"), None), "won"), False)
    return pc.if_else(pc.and_(pc.and_(told, said.is_null()), pc.invert(is_won)), "lost", said)


def last_closing(table: pa.Table) -> datetime | None:
    """The latest closing of a closed deal in a table of raw deals.

    A deal that is in no stage and neither open, won nor lost ('Customer'), but has an actual closing date, is over.
    """
    names = set(table.column_names)
    ended = endings(
        _whole(table["status"]),
        _whole(table["stage"]) if "stage" in names else None,
        _whole(table["is_closed"]) if "is_closed" in names else None,
    )
    closings = [_whole(table[n]) for n in ("closed_at", "won_at", "lost_at") if n in names]
    if not closings:
        return None
    over = table["status"].is_null()
    if "stage" in names:
        over = pc.and_(over, table["stage"].is_null())
    closed = pc.if_else(pc.or_(ended.is_valid(), _whole(over)), pc.max_element_wise(*closings), pa.scalar(None, STAMP))
    found: datetime | None = pc.max(closed).as_py()
    return found


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


# --- which deal a row is -------------------------------------------------------------------------------------------


def _identify(rows: Rows, answers: Answers) -> dict[int, int]:
    """Give each row its deal's id, from its column, from key columns, or from the whole row. Returns identical rows."""
    key = rows.detection.key
    if "deal_id" in rows.detection.mapping and not key:
        candidates = (
            rows.kept[repeated(row_hashes([rows.columns["deal_id"]])[rows.kept])] if rows.keep.any() else rows.kept
        )
        return first_identical(rows.all_cells(), candidates)
    identical = first_identical(rows.all_cells(), rows.kept)
    ids = keys([_in_key(rows, p) for p in key] if key else rows.all_cells())
    if answers.identical != "drop":
        numbered(ids, list(identical))
    rows.columns["deal_id"] = pa.array(ids, pa.string())
    return identical


def _in_key(rows: Rows, position: int) -> Column:
    """A column as part of a key: the day a deal was created as ISO, however this week's export writes its dates."""
    cells = rows.cells(position)
    if position != rows.detection.mapping.get("created_at") or all_true(pc.match_substring_regex(cells, _ISO_DAY)):
        return cells
    moments = pc.cast(rows.columns["created_at"], pa.timestamp("s"), safe=False)
    texts = pc.replace_substring_regex(pc.strftime(moments, "%Y-%m-%d %H:%M:%S"), " 00:00:00$", "")
    return pa.chunked_array([pc.coalesce(texts, _whole(cells))])


def _has_id(rows: Rows) -> bool:
    return "deal_id" in rows.detection.mapping and not rows.detection.key


def _reject_without_id(rows: Rows) -> None:
    missing = rows.columns["deal_id"].is_null().to_numpy(zero_copy_only=False)
    position = rows.detection.mapping.get("deal_id") if _has_id(rows) else (rows.detection.key or (None,))[0]
    header = None if position is None else rows.staged.header[position]
    for row in np.flatnonzero(missing & rows.keep):
        why = "The row has no deal id, so nobody could say which deal it is."
        rows.reject(int(row), why, "Fill the cell and upload again.", header, "")


# --- versions and lines --------------------------------------------------------------------------------------------


def _settle_repeats(rows: Rows, answers: Answers) -> tuple[Question, ...]:
    repeats = groups(pa.chunked_array([rows.columns["deal_id"]]), rows.kept)
    if not repeats:
        return ()
    how = answers.repeats or rows.detection.repeats
    if how == "lines":
        _add_lines(rows, repeats)
    else:
        _keep_newest(rows, repeats)
    asked = any(q.id == "repeats" for q in rows.detection.questions)
    return () if how or asked else (_repeats_question(rows, repeats),)


def _keep_newest(rows: Rows, repeats: list[list[int]]) -> None:
    age = _modified(rows)
    for group in repeats:
        newest = max(group, key=lambda row: (age[row] or datetime.min, row))
        for row in group:
            if row != newest:
                rows.repeat(
                    row, f"An older version of the deal on line {rows.lines[newest]:,}, which is the one that counts."
                )


def _modified(rows: Rows) -> list[datetime | None]:
    """When each row was last changed, where a column says so; else nothing, and the later line is the newer one."""
    for position, name in enumerate(rows.staged.header):
        if _MODIFIED.search(name) and position not in rows.detection.mapping.values():
            order = next(iter(set(rows.detection.date_orders.values())), "ymd")
            moments = [
                parse_timestamp(c, rows.detection.date_orders.get(position, order))
                for c in rows.cells(position).to_pylist()
            ]
            if all(m is not None or not c for m, c in zip(moments, rows.cells(position).to_pylist(), strict=True)):
                return [None if m is None else m.replace(tzinfo=None) for m in moments]
    for name in ("stage_changed_at", "last_activity_at"):
        if name in rows.columns:
            return list(rows.columns[name].to_pylist())
    return [None] * len(rows)


def _add_lines(rows: Rows, repeats: list[list[int]]) -> None:
    """The amounts of one deal's lines are added on its first line. The other lines are part of it, and so accepted."""
    amounts: list[Decimal | None] = (
        rows.columns["amount"].to_pylist() if "amount" in rows.columns else [None] * len(rows)
    )
    merged: list[int] = []
    for first, *others in repeats:
        known = [amount for row in (first, *others) if (amount := amounts[row]) is not None]
        amounts[first] = sum(known, Decimal(0)) if known else None
        merged += others
    if "amount" in rows.columns:
        rows.columns["amount"] = pa.array(amounts, MONEY)
    rows.keep[merged] = False
    rows.merged.update(merged)
    why = f"{len(merged):,} lines are further lines of {len(repeats):,} deals; their amounts were added to the first."
    rows.note(
        why,
        "If they are versions of a deal instead, undo the import and answer so.",
        merged[0],
        None,
        rows.row_text(merged[0]),
    )


def _repeats_question(rows: Rows, repeats: list[list[int]]) -> Question:
    first = repeats[0]
    n_rows = sum(len(group) for group in repeats)
    example = ", ".join(f"{rows.lines[row]:,}" for row in first[:4])
    deal = rows.columns["deal_id"][first[0]].as_py()
    return Question(
        id="repeats",
        text=(
            f"{n_rows:,} rows share their deal with another row (deal {deal} stands on lines {example}). "
            "Are they versions of a deal, or lines of one?"
        ),
        options=(
            Option("versions", "Versions: only the newest row of each deal counts"),
            Option("lines", "Lines: the amounts of a deal's rows are added"),
        ),
        suggested="versions",
    )


# --- 'Date entered <stage>' columns --------------------------------------------------------------------------------


def _typed_stage_dates(rows: Rows) -> list[tuple[StageDates, pa.Array]]:
    typed = []
    for entered in rows.detection.stage_dates:
        converted = timestamp(rows.cells(entered.position), rows.reading(entered.position))
        rows.complain(converted, entered.position)
        typed.append((entered, _whole(converted.values)))
    return typed


def _stage_changes(rows: Rows, typed: list[tuple[StageDates, pa.Array]]) -> pa.Table | None:
    """One stage change per filled 'Date entered' cell of the rows kept."""
    parts: list[pa.Table] = []
    no_pipeline = pa.nulls(len(rows), pa.string())
    for entered, when in typed:
        pipeline = rows.columns.get("pipeline", no_pipeline)
        if entered.pipeline:
            pipeline = pa.array([entered.pipeline] * len(rows), pa.string())
        part = pa.table(
            {
                "line": pa.array(rows.lines),
                "deal_id": rows.columns["deal_id"],
                "changed_at": when,
                "stage": pa.array([entered.stage] * len(rows), pa.string()),
                "pipeline": pipeline,
            }
        )
        parts.append(part.filter(pc.and_(pa.array(rows.keep), when.is_valid())))
    return pa.concat_tables(parts) if parts else None
