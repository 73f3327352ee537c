"""Text in a cell of a file that a spreadsheet opens: no formula on the way out, the same text on the way in again."""

from __future__ import annotations

import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@")
# A spreadsheet looks past these for a formula.
_BEFORE_FORMULAS = ("\t", "\r", "\n")


def formula_safe(text: str) -> str:
    """The cell for a text: one that a spreadsheet would take for a formula gets an apostrophe in front.

    >>> formula_safe("=1+1"), formula_safe("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith((*_FORMULA_STARTS, *_BEFORE_FORMULAS)) else text


def unquoted(text: str) -> str:
    """Without an apostrophe that only says that what follows is no formula, as :func:`formula_safe` writes it.

    >>> unquoted("'=1+1"), unquoted("'tis so")
    ('=1+1', "'tis so")
    """
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA_STARTS) else text


def printable(text: str) -> str:
    """With a blank for each control character and half of a pair, which no file brings back as they were."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


def one_line(text: str) -> str:
    """What somebody typed on one line: no control characters, single blanks, none at its ends.

    >>> one_line("  Call \\x07 them\\n'back' ")
    "Call them 'back'"
    """
    return unquoted(" ".join(printable(text).split()))
