"""Salesforce writes an id with 15 characters or with 18: the same record, and here the same id."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

_SUFFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_suffix(short: str) -> str:
    """The three characters that make a 15-character Salesforce id safe where case is lost.

    >>> salesforce_suffix("0064600000J5S5T")
    'AAV'
    """
    parts = (short[i : i + 5] for i in (0, 5, 10))
    return "".join(_SUFFIX_LETTERS[sum(1 << i for i, c in enumerate(p) if "A" <= c <= "Z")] for p in parts)


def long_salesforce_ids(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lengthen 15-character ids to 18 where a column holds Salesforce ids; every other column is left alone.

    It does where all ids are 15 or 18 letters and digits, those of 18 end in their own checksum, and those of 15 begin
    with a known kind of record (00…). A column of 18-character ids whose checksums do not hold is not Salesforce's.
    """
    lengths = pc.utf8_length(cells)
    if (
        not pc.any(pc.equal(lengths, 15)).as_py()
        or not pc.all(pc.is_in(lengths, pa.array([0, 15, 18, None], pa.int32()))).as_py()
    ):
        return cells
    distinct = [c for c in pc.unique(cells).to_pylist() if c]
    short = [c for c in distinct if len(c) == 15]
    long = [c for c in distinct if len(c) == 18]
    if not short or not all(re.fullmatch(r"00[0-9A-Za-z]{13}", c) for c in short):
        return cells
    if not all(c.isalnum() and salesforce_suffix(c[:15]) == c[15:].upper() for c in long):
        return cells
    lengthened = pa.array([c + salesforce_suffix(c) for c in short])
    at = pc.index_in(cells, pa.array(short))
    return pc.if_else(pc.is_valid(at), lengthened.take(at), cells)
