"""The sheet as a PDF: set by typst from a template that lies beside this file and data that come apart from it."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import asdict
from importlib import resources
from typing import Any
from unicodedata import normalize

from kpi_engine.views.one_on_one import OneOnOne
from kpi_engine.views.sheet import sheet_of
from kpi_engine.views.sheet_letters import LETTERS

_STARTS = [first for first, _ in LETTERS]

UNWRITTEN = (
    "Signs this typeface lacks stand here by their Unicode numbers in brackets; the sheet as a web page shows them as "
    "they are."
)


def sheet_pdf(view: OneOnOne, with_notes: bool = False) -> bytes:
    """The sheet as a PDF of exactly one A4 page. No typeface of the machine is used, so it is the same everywhere; a
    sign the typeface lacks is told by its number instead of being left out."""
    import typst

    written, is_whole = _writable(asdict(sheet_of(view, with_notes)))
    data = json.dumps({**written, "unwritten": "" if is_whole else UNWRITTEN}, ensure_ascii=False)
    source = resources.files("kpi_engine.views").joinpath("sheet.typ").read_bytes()
    made = typst.compile(source, format="pdf", sys_inputs={"data": data}, ignore_system_fonts=True, timestamp=0)
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__} instead of one document")
    return made


def _writable(value: Any) -> tuple[Any, bool]:
    """The same with every sign the typeface lacks by its number, and whether it lacked none. Pictures hold no text."""
    if isinstance(value, str):
        whole = normalize("NFC", value)
        written = "".join(c if _is_there(c) else f"[U+{ord(c):04X}]" for c in whole)
        return written, written == whole
    if isinstance(value, dict):
        parts = {key: _writable(part) for key, part in value.items()}
        return {key: part for key, (part, _) in parts.items()}, all(whole for _, whole in parts.values())
    if isinstance(value, (list, tuple)):
        items = [_writable(part) for part in value]
        return [part for part, _ in items], all(whole for _, whole in items)
    return value, True


def _is_there(sign: str) -> bool:
    """Whether the typeface (or the mathematical one beside it) has a sign.

    >>> _is_there("é"), _is_there("Ж"), _is_there("張")
    (True, True, False)
    """
    at = bisect_right(_STARTS, ord(sign)) - 1
    return at >= 0 and ord(sign) <= LETTERS[at][1]
