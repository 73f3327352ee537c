"""A file's bytes as a table of text: read, cut into cells, and parted into rows and what is no row."""

from __future__ import annotations

from pathlib import Path

from kpi_engine.ingest.aside import set_aside
from kpi_engine.ingest.delimited import no_rows, read_delimited
from kpi_engine.ingest.shapes import Issue, Staged
from kpi_engine.ingest.sheet import is_workbook, read_sheet
from kpi_engine.ingest.text import DAMAGED_LETTER, read_text, size_checked


def stage(path: Path, name: str, *, fast: bool = True) -> Staged:
    """Read a CSV or XLSX file; nothing is interpreted yet.

    Parameters
    ----------
    path : Path
        Where the bytes are.
    name : str
        What the person calls the file; only for sentences.
    fast : bool
        False: use the tolerant reader even where the fast one could (they agree; tests hold them to it).

    Raises
    ------
    UserFileError
        The file cannot be read, or holds no rows. The sentence says what to do.
    """
    size_checked(path, name)
    damaged: tuple[int, ...] = ()
    if is_workbook(path):
        grid, encoding = read_sheet(path, name), "xlsx"
    else:
        text = read_text(path, name)
        grid, encoding, damaged = read_delimited(text.data, name, fast=fast), text.encoding, text.damaged
    table, aside = set_aside(grid)
    if table.num_rows == 0 and not any(issue.effect == "rejected" for issue in aside):
        raise no_rows(name)
    counted = tuple(issue for issue in aside if issue.effect != "note")
    return Staged(
        header=grid.header,
        table=table,
        set_aside=counted,
        read=table.num_rows + len(counted),
        encoding=encoding,
        delimiter=grid.delimiter,
        sheet=grid.sheet,
        native=grid.native,
        short=grid.short,
        name=name,
        notes=(*(issue for issue in aside if issue.effect == "note"), *map(_damaged, damaged)),
    )


def _damaged(line: int) -> Issue:
    why = f"Letters of this line are damaged (not UTF-8, as the rest of the file is); '{DAMAGED_LETTER}' stands there."
    return Issue(line, None, None, "note", why, "Mend the letters in the CRM, if they matter, and export again.")
