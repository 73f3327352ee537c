"""Targets as people plan them: a column per month or per KPI, periods in any words, a year in a column of its own."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa

from kpi_engine import periods
from kpi_engine.ingest.by_names import by_names
from kpi_engine.ingest.columns import Cells, number_evidence
from kpi_engine.ingest.contracts.any_file import NAME_SURE
from kpi_engine.ingest.contracts.plans import FISCAL, KPI_WORDS, QUARTERS, SAYS_PLAN, TOTALS, YEARS
from kpi_engine.ingest.formats import is_month_name, numeric_date_parts, parse_timestamp
from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.match import Match
from kpi_engine.ingest.rows import Rows
from kpi_engine.ingest.shapes import Across, Option, Question
from kpi_engine.ingest.values import money
from kpi_engine.names import COLUMNS, Kind

_YEARLESS = re.compile(r"^(?:1[0-2]|0?[1-9]|f?q ?[1-4]|[1-4]\.? ?quartal|quartal ?[1-4]|t[1-4])$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)20\d{2}(?!\d)")
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")


def planned(header: tuple[str, ...], cells: Cells) -> tuple[Match, tuple[Question, ...]] | None:
    """A table of targets with a column per period, or per KPI, for each person; and the question whether its numbers
    are targets, where nothing says so. None for any other table."""
    across, left_out = _across(header, cells)
    if across is None:
        return None
    taken = frozenset({p for p, _ in across.columns} | set(left_out))
    match = by_names(Kind.TARGETS, header, cells, taken=taken)
    found = {name: at for name, at in match.found.items() if name not in (across.header_is, "target")}
    if "owner" not in found or (across.header_is == "kpi" and "period" not in found):
        return None
    beside = set(range(len(header))) - taken - {p for p, _ in found.values()}
    if len(beside) > 2:
        return None
    whole = replace(match, found=found, rivals={}, doubtful={}, across=across)
    said = " ".join((cells.staged.name, cells.staged.sheet or "", *header, *_titles(cells)))
    if SAYS_PLAN.search(said.replace("_", " ")):
        return whole, ()
    if across.header_is == "kpi":
        return None
    first, second = (header[position] for position, _ in across.columns[:2])
    text = f"This table has a column for each period ('{first}', '{second}', …). Are its numbers targets?"
    return whole, (Question("kind", text, (Option(Kind.TARGETS.value, "Yes, it holds targets"),), Kind.TARGETS.value),)


def _titles(cells: Cells) -> list[str]:
    """What stands above or below the table."""
    return [issue.value for issue in cells.staged.set_aside if issue.value and issue.effect == "skipped"]


def _across(header: tuple[str, ...], cells: Cells) -> tuple[Across | None, list[int]]:
    """The columns whose headers are periods (of the shortest kind there is) or KPIs, and those that add them up."""
    totals = [p for p, name in enumerate(header) if normal(name) in TOTALS]
    years = {found.group() for text in (cells.staged.name, *_titles(cells)) for found in [_YEAR.search(text)] if found}
    year = next(iter(years)) if len(years) == 1 else ""
    texts = written(dict.fromkeys(filter(None, header), 0), "", year)
    named = {p: periods.parse(text) for p, name in enumerate(header) if (text := texts.get(name))}
    spans = {p: period for p, period in named.items() if period is not None}
    spans = {p: period for p, period in spans.items() if number_evidence(cells, p).is_numbers}
    lengths = sorted({round(period.days / 30.4) for period in spans.values()})
    for length in lengths:
        columns = tuple((p, texts[header[p]] or "") for p, span in spans.items() if round(span.days / 30.4) == length)
        if len(columns) >= 2:
            left_out = [*totals, *(p for p in spans if p not in {at for at, _ in columns})]
            return Across("period", "target", columns), left_out
    kpis = {p: KPI_WORDS[normal(name)] for p, name in enumerate(header) if normal(name) in KPI_WORDS}
    if len(kpis) < 2 or len(set(kpis.values())) < len(kpis):
        return None, totals
    return Across("kpi", "target", tuple(kpis.items())), totals


def written(texts: dict[str, int], header: str, year: str = "") -> dict[str, str | None]:
    """Periods as people write them → as :func:`kpi_engine.periods.parse` reads them; None where it cannot be told.

    ``header``: what the column is called, which tells that a day stands for a quarter or a year. ``year``: of periods
    without one, where it is known.
    """
    order = _date_order(texts)
    known: dict[str, str | None] = {}
    for text in texts:
        plain = text.strip()
        if numeric_date_parts(plain) is not None:
            moment = parse_timestamp(plain, order) if order else None
            plain = moment.date().isoformat() if moment else ""
        elif year and (is_month_name(plain) or _YEARLESS.match(plain)):
            plain = f"{year} {plain}"
        if (day := _ISO_DAY.match(plain)) and normal(header) in QUARTERS:
            plain = f"{day[1]}-Q{(int(day[2]) + 2) // 3}"
        elif day and normal(header) in YEARS:
            plain = day[1]
        known[text] = plain if plain and periods.parse(plain) is not None else None
    return known


def _date_order(texts: dict[str, int]) -> str | None:
    """The order of days written in numbers: the one in which each begins a month, else the only one they fit."""
    dates = [text.strip() for text in texts if numeric_date_parts(text.strip()) is not None]
    fitting = {}
    for order in ("dmy", "mdy", "ymd"):
        days = [parse_timestamp(text, order) for text in dates]
        if dates and all(days):
            fitting[order] = all(day is not None and day.day == 1 for day in days)
    starts = [order for order, begins in fitting.items() if begins]
    if len(starts) == 1 or (len(fitting) > 1 and starts == ["dmy", "mdy"]):
        return starts[0]
    if all("." in text for text in dates) and "dmy" in fitting:
        return "dmy"
    return next(iter(fitting)) if len(fitting) == 1 else None


def settle(rows: Rows) -> pa.Table:
    """The rows of targets: periods and KPIs in the product's words, one row per filled cell of a plan's columns. A row
    whose period cannot be told is rejected."""
    across = rows.detection.across
    _leave_out_totals(rows)
    if "period" in rows.columns:
        _settle_periods(rows)
    if "kpi" in rows.columns:
        kpis = rows.columns["kpi"].dictionary_encode()
        words = [KPI_WORDS.get(normal(word), _as_name(word)) for word in kpis.dictionary.to_pylist()]
        rows.columns["kpi"] = pa.array(words, pa.string()).take(kpis.indices)
    names = [c.name for c in COLUMNS[Kind.TARGETS]]
    if across is None:
        return rows.table(names)
    filled = []
    for position, value in across.columns:
        converted = money(rows.cells(position), rows.reading(position))
        rows.complain(converted, position)
        filled.append((value, pa.concat_arrays(converted.values.chunks)))
    parts = []
    for value, cells in filled:
        rows.columns[across.header_is] = pa.array([value] * len(rows), pa.string())
        rows.columns[across.cells_are] = cells
        table = rows.table(names)
        parts.append(table.filter(table[across.cells_are].is_valid()))
    return pa.concat_tables(parts)


def _as_name(label: str) -> str:
    """A KPI's label as KPIs are named: 'Qualified meetings' is qualified_meetings."""
    return re.sub(r"\W+", "_", label.strip().casefold()).strip("_")


def _leave_out_totals(rows: Rows) -> None:
    """Nobody is called Total."""
    if "owner" not in rows.columns:
        return
    owners = rows.columns["owner"].dictionary_encode()
    totals = [i for i, name in enumerate(owners.dictionary.to_pylist()) if normal(name) in TOTALS]
    for row in np.flatnonzero(np.isin(owners.indices.to_numpy(zero_copy_only=False), totals)) if totals else ():
        rows.repeat(int(row), "A total of other rows, not a person's target.")


def _settle_periods(rows: Rows) -> None:
    mapping, joined = rows.detection.mapping, rows.detection.joined
    header = rows.staged.header[mapping["period"]]
    encoded = rows.columns["period"].dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    if "period" in joined and normal(header).startswith(FISCAL):
        said = {text: re.sub(r"^(\d{4}) f?(q)", r"FY\1 \2", text, flags=re.IGNORECASE) for text in texts}
    else:
        said = {text: text for text in texts}
    known = written(dict.fromkeys(said.values(), 0), "" if "period" in joined else header)
    rows.columns["period"] = pa.array([known[said[text]] for text in texts], pa.string()).take(encoded.indices)
    untold = encoded.is_valid().to_numpy(zero_copy_only=False) & rows.columns["period"].is_null().to_numpy(
        zero_copy_only=False
    )
    for row in np.flatnonzero(untold & rows.keep):
        text = texts[encoded.indices[int(row)].as_py()]
        lacks = is_month_name(text) or _YEARLESS.match(text)
        why = f"'{text}' names no year." if lacks else f"'{text}' is no period that is understood."
        rows.reject(int(row), why, "Write it as 2026-03, 2026-Q1 or 2026 and upload again.", header, text)


def settled(match: Match, header: tuple[str, ...], cells: Cells) -> Match:
    """The columns of targets with what their cells say: whether a 'Type' is a KPI, and a month's year."""
    if match.kind != Kind.TARGETS:
        return match
    at, confidence = match.found.get("kpi", (0, 1.0))
    if confidence < NAME_SURE and not any(normal(word) in KPI_WORDS for word in cells.spread(at)):
        match = replace(match, found={name: place for name, place in match.found.items() if name != "kpi"})
    return _with_year(match, header, cells) if "period" in match.found else match


def _with_year(match: Match, header: tuple[str, ...], cells: Cells) -> Match:
    """A month or quarter without its year is read together with the column of years."""
    at = match.found["period"][0]
    years = [p for p, name in enumerate(header) if normal(name) in YEARS and p != at]
    if not years or not all(is_month_name(text) or _YEARLESS.match(text) for text in cells.spread(at)):
        return match
    rivals = {name: rival for name, rival in match.rivals.items() if name != "period"}
    found = {**match.found, "period": (years[0], match.found["period"][1])}
    return replace(match, found=found, joined={**match.joined, "period": (years[0], at)}, rivals=rivals)
