"""The currencies that amounts and headers name by a code (ISO 4217), in small letters."""

from __future__ import annotations

CODES: tuple[str, ...] = (
    "usd", "eur", "gbp", "chf", "jpy", "cny", "inr", "aud", "cad", "nzd", "sek", "nok", "dkk", "pln", "czk",
    "huf", "ron", "bgn", "try", "zar", "brl", "mxn", "ars", "clp", "cop", "pen", "sgd", "hkd", "krw", "twd",
    "thb", "idr", "myr", "php", "vnd", "ils", "aed", "sar", "egp", "ngn", "kes", "uah", "rub", "isk",
)  # fmt: skip
