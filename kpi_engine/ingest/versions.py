"""Rows that repeat a deal id with other values: newer versions of the deal, or its lines?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.columns import Cells, different, number_evidence
from kpi_engine.ingest.formats import parse_number
from kpi_engine.ingest.headers import words
from kpi_engine.ingest.repeats import repeated, row_hashes
from kpi_engine.ingest.shapes import Option, Question

_LINE_WORDS = re.compile(r"\b(product|item|line|sku|quantity|qty|unit price|position|article)\b")
_VERSION_WORDS = re.compile(r"\b(modified|updated|changed|as of|snapshot|export|version|last update|modstamp)\b")
_EVOLVING = (
    "stage",
    "status",
    "is_won",
    "is_closed",
    "closed_at",
    "won_at",
    "lost_at",
    "crm_probability",
    "owner",
    "expected_close_date",
)
_ENOUGH = 20_000
"""So many repeated ids show what repeats are."""


def find_repeats(
    cells: Cells, mapping: Mapping[str, int], answer: Literal["versions", "lines"] | None
) -> tuple[Literal["versions", "lines"] | None, tuple[Question, ...]]:
    """What rows with the same deal id are, and the question that goes with it; (None, ()) where no id repeats."""
    total, groups = _repeated(cells, mapping["deal_id"])
    if not total:
        return None, ()
    differing = _differing_columns(groups)
    if not differing:
        return None, ()  # exact repeats are duplicates, whatever else
    if answer:
        return answer, ()
    header = cells.staged.header
    names = {p: words(header[p]) for p in differing}
    evolved = {mapping[c] for c in _EVOLVING if c in mapping} & differing
    line_like = {p for p in differing if _LINE_WORDS.search(names[p]) or p == mapping.get("product")}
    version_like = {p for p in differing if _VERSION_WORDS.search(names[p])}
    suggested: Literal["versions", "lines"] = "lines" if line_like and not evolved and not version_like else "versions"
    whole, proof = False, None
    if suggested == "lines" and "amount" in mapping and mapping["amount"] not in differing:
        # The amount of the whole deal on each of its lines: once, not added up.
        suggested, whole = "versions", True
        proof = _adds_up_to(cells, groups, mapping["amount"])
    ids = pc.unique(groups.column("id"))
    example = ids[0].as_py()
    rows = groups.filter(pc.equal(groups.column("id"), ids[0]))
    amounts = ""
    if "amount" in mapping:
        amounts = " and ".join(
            cells.staged.table.column(f"c{mapping['amount']}").take(rows.column("row")).to_pylist()[:3]
        )
    shown = f" with {header[mapping['amount']]} {amounts}" if amounts else ""
    text = (
        f"{total:,} deal ids stand in more than one row with different values, '{example}' for one{shown}. "
        f"What differs: {', '.join(header[p] for p in sorted(differing)[:4])}. What are these rows?"
    )
    if proof is not None:
        text += f" '{header[proof]}' of a deal's rows adds up to the amount that stands on each of them."
    options = (
        Option(
            "versions",
            "The same deal once more: its amount counts once" if whole else "Versions of one deal: keep the newest",
        ),
        Option("lines", "Lines of one deal: add their amounts"),
    )
    return suggested, (Question("repeats", text, options, suggested, must=proof is None),)


def _adds_up_to(cells: Cells, groups: pa.Table, amount: int) -> int | None:
    """A column whose numbers, added up over the rows of a deal, are the amount that stands on each of these rows."""
    ids = groups.column("id").to_pylist()
    mark = "," if number_evidence(cells, amount).comma else "."

    def numbers(position: int) -> list[Decimal]:
        return [parse_number(text, mark) or Decimal(0) for text in groups.column(f"c{position}").to_pylist()]

    said = dict(zip(ids, numbers(amount), strict=True))
    rows = Counter(ids)
    for position in range(len(cells.staged.header)):
        if position == amount or not number_evidence(cells, position).is_numbers:
            continue
        total: dict[str, Decimal] = dict.fromkeys(said, Decimal(0))
        for deal, part in zip(ids, numbers(position), strict=True):
            total[deal] += part
        # A cent may be lost on every line that was rounded.
        if any(total.values()) and all(abs(total[deal] - said[deal]) * 100 <= rows[deal] for deal in said):
            return position
    return None


def _repeated(cells: Cells, position: int) -> tuple[int, pa.Table]:
    """How many deal ids stand on more than one row, and those rows: id, row number and the cells.

    Of very many, enough to see what they are.
    """
    ids = cells.column(position)
    lengths = pc.binary_length(ids)
    if len(ids) and (pc.max(lengths).as_py(), pc.min(lengths).as_py()) == (18, 15):  # two spellings of Salesforce ids
        ids = pc.utf8_slice_codeunits(ids, 0, 15)
    hashes = row_hashes([ids])
    rows = repeated(hashes)
    rows = rows[pc.not_equal(ids, "").to_numpy()[rows]]
    total = different(hashes[rows])
    rows = rows[np.isin(hashes[rows], hashes[rows[:_ENOUGH]])]
    table = cells.staged.table.take(pa.array(rows))
    return total, table.append_column("id", ids.take(pa.array(rows))).append_column("row", pa.array(rows))


def _differing_columns(groups: pa.Table) -> set[int]:
    """Positions whose cells differ between rows of one id."""
    columns = [name for name in groups.column_names if name not in ("id", "row", "line")]
    counted = groups.group_by("id").aggregate([(name, "count_distinct") for name in columns])
    return {int(name[1:]) for name in columns if pc.max(counted.column(f"{name}_count_distinct")).as_py() > 1}
