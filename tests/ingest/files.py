"""Small files for tests: written from text or cells, read in this process."""

import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers, Staged, Validated
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.validate import validate

HEADER = "Deal ID,Deal Name,Owner,Stage,Amount,Created Date,Close Date"
ROWS = (
    "D1,Harbour tour,Ana,Proposal,1000,2025-01-06,2025-09-01",
    "D2,Pier party,Ben,Closed Won,2500.50,2025-01-07,2025-03-02",
    "D3,Night cruise,Ana,Closed Lost,300,2025-01-08,2025-02-01",
)
DEALS = "\n".join((HEADER, *ROWS)) + "\n"


def write(folder: Path, content: str | bytes, name: str = "deals.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def staged(folder: Path, content: str | bytes, name: str = "deals.csv", *, fast: bool = True) -> Staged:
    """The content as a staged file."""
    return stage(write(folder, content, name), name, fast=fast)


def validated(folder: Path, content: str | bytes, answers: Answers | None = None, **kwargs: str) -> Validated:
    """The content all the way to typed rows."""
    read = staged(folder, content)
    answers = answers or Answers()
    return validate(read, detect(read, answers), answers, **kwargs)


def deals(result: Validated) -> list[dict]:
    """The typed deals."""
    return result.tables["raw_deals"].to_pylist()


def cells(read: Staged) -> list[tuple[str, ...]]:
    """The data rows as text, without their lines."""
    return [tuple(row.values())[1:] for row in read.table.to_pylist()]


def lines(read: Staged) -> list[int]:
    """The physical lines of the data rows."""
    return read.table["line"].to_pylist()


def adds_up(result: Validated) -> bool:
    """The counting identity."""
    parts = (result.accepted, result.rejected, result.duplicate, result.blank, result.skipped)
    return result.read == sum(parts)


def workbook(rows: Sequence[Sequence[object]], **sheets: Sequence[Sequence[object]]) -> bytes:
    """An XLSX file with one sheet 'Data' (datetimes as true dates), and others by name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "dd.mm.yyyy"})
    for name, content in {"Data": rows, **sheets}.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(content):
            for j, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(i, j, cell)
                elif cell is not None:
                    sheet.write(i, j, cell)
    book.close()
    return out.getvalue()


def zipped(content: bytes, name: str = "deals.csv") -> bytes:
    """A ZIP archive with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def gzip_bomb(megabytes: int) -> bytes:
    """A small gzip file of many zeros."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed:
        for _ in range(megabytes):
            packed.write(b"\0" * 1024**2)
    return out.getvalue()
