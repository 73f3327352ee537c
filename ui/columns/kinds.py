"""What a column holds, whichever table it stands in: amounts, shares, days."""

from __future__ import annotations

from typing import Any

import streamlit as st

Columns = dict[str, Any]

PER_CENT, FINE_PER_CENT = "%.1f %%", "%.3g %%"
"""Shares as they are written everywhere else, with a space, their points beneath one another; and shares so small that
their first figures count. ``blocks.grid`` shows a hundred times the share."""

C = st.column_config
"""The kinds of columns there are."""


def money(label: str, symbol: str, width: int | None = None, help: str | None = None) -> Any:
    """Amounts: whole units, thousands apart, right-aligned by being numbers."""
    named = f"{label} ({symbol.strip()})" if symbol else label
    return C.NumberColumn(named, format="%,.0f", width=width, help=help)


def count(label: str, help: str | None = None, width: int | None = None) -> Any:
    """How many: thousands apart, as amounts are."""
    return C.NumberColumn(label, format="%,.0f", help=help, width=width)


def share(label: str, help: str | None = None, width: int | None = None) -> Any:
    """Shares of one, shown as per cent."""
    return C.NumberColumn(label, format=PER_CENT, help=help, width=width)


def day(label: str, width: int | None = None) -> Any:
    """Dates without room for doubt."""
    return C.DateColumn(label, format="D MMM YYYY", width=width)


def times(label: str) -> Any:
    """How many times, with two digits."""
    return C.NumberColumn(label, format="%.2f")
