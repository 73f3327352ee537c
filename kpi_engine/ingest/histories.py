"""What only stage histories need: which way down the file time runs, and changes told twice over."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_HEAD = 20_000
_USER_ID = re.compile(r"00[5G][0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?")


def runs_backwards(table: pa.Table) -> bool:
    """Whether a history is written newest first: down the file no deal's time ever rises, and one deal's falls.

    Its changes of one instant then stand in the file the last one first, too.
    """
    return _falls_only(table.slice(0, _HEAD)) is not False and bool(_falls_only(table))


def _falls_only(table: pa.Table) -> bool | None:
    """True: some time falls and none rises within a deal. False: one rises. None: nothing moves."""
    known = table.filter(pc.and_(table["deal_id"].is_valid(), table["changed_at"].is_valid()))
    if known.num_rows < 2:
        return None
    deals = known["deal_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    times = known["changed_at"].cast(pa.int64()).to_numpy()
    by_deal = np.argsort(deals, kind="stable")
    moves = np.diff(times[by_deal])[np.diff(deals[by_deal]) == 0]
    if (moves > 0).any():
        return False
    return True if (moves < 0).any() else None


def backwards(table: pa.Table) -> pa.Table:
    """The same rows with their lines counted down (line 7 is -7), so that the order of lines is the order of time."""
    at = table.schema.get_field_index("line")
    return table.set_column(at, "line", pc.negate(table["line"]))


def told_in_ids(deal_id: pa.Array, changed_at: pa.Array, owner: pa.Array) -> dict[int, int]:
    """Rows that name a change's new owner by a Salesforce id → the row that names the owner of the same deal and
    instant in words. Salesforce writes both for every change of owner."""
    rows = np.flatnonzero(owner.is_valid().to_numpy(zero_copy_only=False))
    if not len(rows):
        return {}
    names = owner.take(pa.array(rows)).to_pylist()
    is_id = [_USER_ID.fullmatch(name) is not None for name in names]
    if all(is_id) or not any(is_id):
        return {}
    moments = list(
        zip(deal_id.take(pa.array(rows)).to_pylist(), changed_at.take(pa.array(rows)).to_pylist(), strict=True)
    )
    in_words = {moment: int(row) for moment, row, coded in zip(moments, rows, is_id, strict=True) if not coded}
    return {
        int(row): in_words[moment]
        for moment, row, coded in zip(moments, rows, is_id, strict=True)
        if coded and moment in in_words
    }
