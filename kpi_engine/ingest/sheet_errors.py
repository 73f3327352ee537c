"""The errors of formulas in a workbook (#DIV/0!, #REF!), which its reader gives back as empty cells."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"<sheet\b[^>]*>")
_LINK = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_MARK = b't="e"'
_ERROR = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"[^>]*>(?:(?!</c>|<v>).)*<v>([^<]*)</v>', re.DOTALL
)
_CHUNK = 4 * 1024**2


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Row and column (from 0) of each error in a sheet of an XLSX → its text. Empty for other kinds of workbook."""
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        if part is None:
            return {}
        found: dict[tuple[int, int], str] = {}
        rest = b""
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                text = rest + chunk
                cut = text.rfind(b"<c ")
                whole, rest = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
                found |= _in_text(whole)
        return found | _in_text(rest)


def _in_text(text: bytes) -> dict[tuple[int, int], str]:
    if _MARK not in text:
        return {}
    return {
        (int(row) - 1, _column(letters.decode())): html.unescape(error.decode("utf-8", "replace"))
        for letters, row, error in _ERROR.findall(text)
    }


def _column(letters: str) -> int:
    """The place of a column from its letters: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Where in the archive a sheet stands."""
    names = set(archive.namelist())
    if not {_BOOK, _LINKS} <= names:
        return None
    book, links = (archive.read(name).decode("utf-8", "replace") for name in (_BOOK, _LINKS))
    ids = [dict(_ATTRIBUTE.findall(tag)) for tag in _SHEET.findall(book)]
    wanted = next((one.get("r:id") for one in ids if html.unescape(one.get("name", "")) == sheet), None)
    targets = {
        one.get("Id"): one.get("Target", "") for one in (dict(_ATTRIBUTE.findall(t)) for t in _LINK.findall(links))
    }
    target = targets.get(wanted, "").lstrip("/")
    part = target if target.startswith("xl/") else f"xl/{target}"
    return part if part in names else None
