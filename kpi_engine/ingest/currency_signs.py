"""Currencies that are told by a sign or a code beside the amount, where a file has no column for them."""

from __future__ import annotations

import re

import pyarrow as pa

from kpi_engine.ingest.columns import Cells
from kpi_engine.ingest.currencies import CODES

_SIGNS = {
    "us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "mx$": "MXN", "r$": "BRL",
    "hk$": "HKD", "s$": "SGD", "sg$": "SGD", "nt$": "TWD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR",
    "₽": "RUB", "₺": "TRY", "₪": "ILS", "₩": "KRW", "₴": "UAH", "zł": "PLN", "kč": "CZK", "sfr": "CHF", "euro": "EUR",
}  # fmt: skip
_CODE = re.compile(rf"(?<![a-z])({'|'.join(CODES)})(?![a-z])")
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)))


def currency_of(text: str) -> str | None:
    """The currency an amount says it is in; None where it says none.

    >>> currency_of("€ 5"), currency_of("CA$5"), currency_of("5 chf"), currency_of("5K")
    ('EUR', 'CAD', 'CHF', None)
    """
    lower = text.casefold()
    if code := _CODE.search(lower):
        return code.group(1).upper()
    sign = _SIGN.search(lower)
    return _SIGNS[sign.group()] if sign else None


def tells_several(cells: Cells, position: int) -> bool:
    """Whether the amounts of a column say that they are in different currencies."""
    return len({currency for text in cells.spread(position) if (currency := currency_of(text))}) > 1


def told(cells: pa.ChunkedArray) -> pa.Array:
    """The currency each amount says it is in."""
    encoded = cells.combine_chunks().dictionary_encode()
    currencies = pa.array([currency_of(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return currencies.take(encoded.indices)
