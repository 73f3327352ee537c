"""What is said about an import: one sentence for the person, and every line's fate as a CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from kpi_engine.ingest.cells import formula_safe
from kpi_engine.ingest.shapes import ImportReport, Issue, Validated
from kpi_engine.names import Kind

_HEADER = ("line", "column", "value", "effect", "why", "what_to_do")

NO_DAY = (
    "No date in it says up to which day it speaks. Say the day of this export: until a day is known, nothing of it is "
    "shown."
)

UNDATED = "No date in this file says up to which day it speaks: no deal was created, moved or closed on a day."
"""What the list of a file's lines says of it; the sentence about the file says more."""


def is_undated(report: ImportReport) -> bool:
    """Whether a file of deals was taken that does not say up to which day it speaks."""
    return report.status == "committed" and report.kind is Kind.DEALS and report.as_of is None


def issues_csv(issues: Iterable[Issue]) -> bytes:
    """Issues as CSV (UTF-8 with a mark, so that spreadsheets read it); no cell of it can start a formula.

    >>> issue = Issue(2, "Amount", "=1+1", "rejected", "No number.", "Correct it.")
    >>> issues_csv([issue]).decode("utf-8-sig").splitlines()[1]
    "2,Amount,'=1+1,rejected,No number.,Correct it."
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    for issue in issues:
        cells = (issue.line, issue.column, issue.value, issue.effect, issue.why, issue.what_to_do)
        writer.writerow(["" if cell is None else formula_safe(str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def said(kind: Kind, validated: Validated) -> str:
    """One sentence about a committed file."""
    others = [
        f"{n:,} {word}"
        for n, word in (
            (validated.rejected, "rejected"),
            (validated.duplicate, "repeated"),
            (validated.blank, "blank"),
            (validated.skipped, "skipped (titles, repeated headers, totals or footers)"),
        )
        if n
    ]
    what = kind.value.replace("_", " ")
    rest = f"; {', '.join(others)}" if others else ""
    advice = " Download the list, mend those lines and upload the file again." if validated.rejected else ""
    if kind is Kind.DEALS and validated.as_of is None:
        advice += f" {NO_DAY}"
    return f"{validated.accepted:,} of {validated.read:,} rows of {what} imported{rest}.{advice}"
