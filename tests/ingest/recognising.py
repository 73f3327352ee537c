"""A staged file made from text, for tests of detection that need no reading of bytes."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from kpi_engine.ingest.shapes import Staged


def staged(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    delimiter: str | None = ",",
    native: dict[str, str] | None = None,
) -> Staged:
    """Rows as a staged file, short ones filled up with empty cells."""
    rows = [[cell.strip() for cell in row] + [""] * (len(header) - len(row)) for row in rows]
    columns = {"line": pa.array(range(2, len(rows) + 2), pa.int64())}
    columns |= {
        f"c{i}": pa.chunked_array([pa.array([row[i] for row in rows], pa.string())]) for i in range(len(header))
    }
    return Staged(tuple(header), pa.table(columns), (), len(rows), "utf-8", delimiter, native=native or {})


def staged_text(text: str, delimiter: str = ",") -> Staged:
    """A CSV given as text, its first line the header."""
    records = [record for record in csv.reader(text.strip().splitlines(), delimiter=delimiter) if record]
    return staged(records[0], records[1:], delimiter)


def staged_file(path: Path, delimiter: str = ",") -> Staged:
    """A clean CSV file as it is staged."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = [record for record in csv.reader(file, delimiter=delimiter) if any(record)]
    return staged(records[0], records[1:], delimiter)
