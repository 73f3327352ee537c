"""Everything in the store as files a spreadsheet opens, whatever was typed into the CRM."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator

from kpi_engine.ingest.cells import formula_safe
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage import Session, load_sql
from kpi_engine.views.ask import Who

TABLES = (
    "deals", "stage_changes", "activities", "contacts", "targets", "agreed_targets", "one_on_ones", "agreed_actions",
    "stages", "people", "rates",
)  # fmt: skip

_SHEET_ROWS = 1_000_000


def export_csv(session: Session, who: Who) -> bytes:
    """A ZIP with one CSV per table (UTF-8 with a mark, so that spreadsheets read it). No cell can start a formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, header, rows in _tables(session, who):
            archive.writestr(f"{name}.csv", csv_of(header, rows))
    return out.getvalue()


def csv_of(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """One table as a CSV that spreadsheets read (UTF-8 with a mark). No cell can start a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def export_xlsx(session: Session, who: Who) -> bytes:
    """One workbook, a sheet per table (several where a table has more rows than a sheet holds). Text stays text."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "default_date_format": "yyyy-mm-dd",
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        for name, header, rows in _tables(session, who):
            sheet, line, sheets = None, 0, 0
            for row in rows:
                if sheet is None or line > _SHEET_ROWS:
                    sheets += 1
                    sheet = book.add_worksheet(name if sheets == 1 else f"{name} {sheets}")
                    sheet.write_row(0, 0, header)
                    sheet.freeze_panes(1, 0)
                    line = 1
                sheet.write_row(line, 0, [cell if cell is None else _cell(cell) for cell in row])
                line += 1
            if sheet is None:
                book.add_worksheet(name).write_row(0, 0, header)
    return out.getvalue()


def _tables(session: Session, who: Who) -> Iterator[tuple[str, list[str], Iterable[tuple[object, ...]]]]:
    """Name, header and rows of every table, with nothing in it the viewer may not see."""
    seen = Slice().within_owners(who.owners)
    for name in TABLES:
        table = session.arrow(
            load_sql("kpi_engine.views", f"export_{name}").format(condition=seen.condition()), seen.values()
        )
        columns = [column.to_pylist() for column in table.columns]
        yield name, table.column_names, zip(*columns, strict=True)


def _safe(cell: object) -> object:
    """A CSV cell; text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return formula_safe(cell) if isinstance(cell, str) else cell


def _cell(cell: object) -> object:
    return cell if isinstance(cell, bool | int | float) or hasattr(cell, "isoformat") else _number_or_text(cell)


def _number_or_text(cell: object) -> object:
    from decimal import Decimal

    return float(cell) if isinstance(cell, Decimal) else str(cell)
