"""Rows that repeat another in every cell: dropped where they carry an id, else kept and said, with the choice to drop
them."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_engine.ingest.rows import Rows
from kpi_engine.ingest.shapes import Answers, Option, Question

ONLY_REPEATS = "If the export only repeats them, choose so before it is imported; if it is in already, undo it first."
"""What to do about rows that were kept though they repeat another."""


def settle_identical(
    rows: Rows, later: Mapping[int, int], answers: Answers, own: str, *, has_id: bool
) -> tuple[Question, ...]:
    """Settle rows that say the same as an earlier one.

    Parameters
    ----------
    rows : Rows
    later : mapping
        Row → the first row with the same cells.
    answers : Answers
        ``identical`` says whether rows without an id are dropped.
    own : str
        What such rows are if they are not only repeats ('deals').
    has_id : bool
        Rows carry an id, or define something: a second one says the same once more.

    Returns
    -------
    tuple of Question
        The choice, where there is one.
    """
    if not later:
        return ()
    if has_id or answers.identical == "drop":
        for row, first in later.items():
            rows.repeat(row, f"The same row stands on line {rows.lines[first]:,}.")
    else:
        row = next(iter(later))
        n = "1 row repeats" if len(later) == 1 else f"{len(later):,} rows repeat"
        why = (
            f"{n} another row in every cell without an id; kept as {own} of their own "
            f"(the first is line {rows.lines[row]:,}, the same as line {rows.lines[later[row]]:,})."
        )
        rows.note(why, ONLY_REPEATS, row, None, rows.row_text(row))
    return () if has_id else (_choice(own),)


def _choice(own: str) -> Question:
    options = (
        Option("keep", f"{own.capitalize()} of their own: keep them"),
        Option("drop", "Only repeats: drop them"),
    )
    text = "What are the rows that repeat another row in every cell?"
    return Question("identical", text, options, "keep", must=False)
