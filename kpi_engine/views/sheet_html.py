"""The sheet as one self-contained web page: style and pictures are in it, nothing is fetched, one A4 in print."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from kpi_engine.views.one_on_one import OneOnOne
from kpi_engine.views.sheet import Entry, Sheet, sheet_of

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_SIZES = tuple(size / 4 for size in range(60, 19, -1))
"""Sizes of type in print, in pixels, largest first."""
_COLUMN, _PAGE = 320.0, 1020.0
"""What there is of A4 inside its margins, a little kept back: a column across, the page down, in pixels."""
_LINE = 1.36


def sheet_html(view: OneOnOne, with_notes: bool = False) -> str:
    """One page that needs nothing from anywhere, for a screen and for paper; notes as :func:`sheet_of` has them."""
    sheet = sheet_of(view, with_notes)
    style = resources.files("kpi_engine.views").joinpath("sheet.css").read_text(encoding="utf-8")
    one_side = [
        _block("What changed", _paragraphs(sheet.moved, sheet.counted) + _items(sheet.done, "Done since")),
        _block("Leading figures", _figures(sheet)),
        _block("Quality beside quantity", _paragraphs(*sheet.quality) + sheet.quality_svg),
    ]
    other_side = [
        _block("Deals to talk about", _items(sheet.deals)),
        _block("Results", _items(sheet.results), "small"),
        _block("Questions", _items(sheet.questions)),
        _block("Agreed actions", _items(sheet.actions)),
        _block(sheet.notes_title, _paragraphs(*sheet.notes)),
    ]
    title = f"One-on-one: {sheet.owner}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>:root {{ --print: {print_size(sheet):g}px; }}\n{style}</style></head>"
        f"<body><main><header><h1>{escape(title)}</h1><p>{escape(sheet.day)}. {escape(sheet.since)}</p></header>"
        f'<div class="columns"><div>{"".join(one_side)}</div><div>{"".join(other_side)}</div></div>'
        f"<footer>{escape(sheet.foot)}</footer></main></body></html>\n"
    )


def _block(title: str, inside: str, name: str = "") -> str:
    if not inside:
        return ""
    return f'<section class="{name}"><h2>{escape(title)}</h2>{inside}</section>'


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


def _items(entries: Sequence[Entry], title: str = "") -> str:
    if not entries:
        return ""
    lines = []
    for one in entries:
        more = f" <span>{escape(one.more)}</span>" if one.more else ""
        lines.append(f'<li class="{"late" if one.stands_out else ""}"><b>{escape(one.text)}</b>{more}</li>')
    heading = f"<h3>{escape(title)}</h3>" if title else ""
    return f"{heading}<ul>{''.join(lines)}</ul>"


def _figures(sheet: Sheet) -> str:
    rows = "".join(
        f"<tr><th>{escape(one.label)}<span>{escape(one.target)}</span></th>"
        f"<td><b>{escape(one.lately)}</b><span>{escape(one.usual)}</span></td><td>{one.svg}</td></tr>"
        for one in sheet.figures
    )
    return f"<table>{rows}</table>" if rows else ""


# --- one page, whatever is on it -----------------------------------------------------------------------------------


def print_size(sheet: Sheet) -> float:
    """The largest type in which the sheet still prints on one page, in pixels. A page cannot measure itself without a
    script, so its height is reckoned from the widths of its letters, rather too high than too low."""
    return next((size for size in _SIZES if _height(sheet, size) <= _PAGE), _SIZES[-1])


def _height(sheet: Sheet, size: float) -> float:
    """How high the page is in type of a size: the higher of its two sides, and what stands across."""
    across = 2 * _COLUMN
    head = _lines(f"One-on-one: {sheet.owner}", across, 1.8 * size) * 1.8 + _lines(sheet.since, across, size) + 2
    foot = _lines(sheet.foot, across, size) + 1.5
    one_side = (
        _lines_of([sheet.moved, sheet.counted, *sheet.quality], size)
        + _entries(sheet.done, size)
        + sum(
            max(
                _lines(one.label, 0.33 * _COLUMN, size) + _lines(one.target, 0.33 * _COLUMN, size),
                _lines(one.lately, 0.37 * _COLUMN, size) + _lines(one.usual, 0.37 * _COLUMN, size),
                26 / (size * _LINE),
            )
            + 0.3
            for one in sheet.figures
        )
        + 80 / (size * _LINE)
        + 3 * 2.2
        + 1.5
    )
    other_side = (
        sum(_entries(part, size) for part in (sheet.deals, sheet.results, sheet.questions, sheet.actions))
        + _lines_of(sheet.notes, size)
        + 5 * 2.2
    )
    return (head + foot + max(one_side, other_side)) * size * _LINE


def _entries(entries: Iterable[Entry], size: float) -> float:
    return sum(
        _lines(one.text + (" Overdue: " if one.stands_out else ""), _COLUMN, 1.06 * size)
        + _lines(one.more, _COLUMN, size)
        + 0.35
        for one in entries
    )


def _lines_of(texts: Iterable[str], size: float) -> float:
    return sum(_lines(text, _COLUMN, size) + 0.2 for text in texts if text)


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes; a tenth of each line is lost where words break."""
    return math.ceil(sum(_wide(sign) for sign in text) * size / (0.9 * width)) if text else 0


def _wide(sign: str) -> float:
    """How wide a sign is, in sizes of its type, in a wide serif (DejaVu's)."""
    if not sign.isascii():
        return 1.0
    if sign in "mwMW@%&":
        return 0.95
    if sign in " ijl.,:;'":
        return 0.34
    return 0.8 if sign.isupper() else 0.58
