"""Rows that repeat: identical rows, repeated ids, and keys made from columns where a file has no id."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.cores import on_all_cores

_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_PIECE = 500_000


def row_hashes(columns: Sequence[pa.ChunkedArray | pa.Array]) -> np.ndarray:
    """A 64-bit number per row that is the same for rows with the same cells (text, or fixed-width values).

    Different rows may share a number, if hardly ever: whoever uses it compares the cells themselves.
    """
    total: np.ndarray | None = None
    for column in columns:
        part = np.concatenate(on_all_cores(_hashes, _pieces(column)) or [np.zeros(0, np.uint64)])
        total = part if total is None else _mixed(total * np.uint64(31) ^ part)
    return np.zeros(0, np.uint64) if total is None else total


def _pieces(column: pa.ChunkedArray | pa.Array) -> list[pa.Array]:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return [chunk.slice(start, _PIECE) for chunk in chunks for start in range(0, len(chunk), _PIECE)]


def _mixed(values: np.ndarray) -> np.ndarray:
    values = values * _MIX
    return cast(np.ndarray, values ^ (values >> _SHIFT))


def _hashes(chunk: pa.Array) -> np.ndarray:
    """Texts eight bytes at a time, whole columns at once."""
    if not pa.types.is_string(chunk.type):
        return _mixed(pc.fill_null(pc.cast(chunk, pa.int64()), -1).to_numpy(zero_copy_only=False).astype(np.uint64))
    if chunk.null_count:
        chunk = pc.fill_null(chunk, "")
    n = len(chunk)
    offsets = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset : chunk.offset + n + 1].astype(np.int64)
    begin, end = (int(offsets[0]), int(offsets[-1])) if n else (0, 0)
    offsets = offsets - begin
    data = np.zeros(end - begin + 8, np.uint8)
    if end > begin:
        data[: end - begin] = np.frombuffer(chunk.buffers()[2], np.uint8)[begin:end]
    words = np.ndarray(buffer=data.data, dtype="<u8", shape=(len(data) - 7,), strides=(1,))
    starts, lengths = offsets[:-1], np.diff(offsets)
    total = _mixed(lengths.astype(np.uint64) + np.uint64(1))
    shortest = int(lengths.min()) if n else 0
    for done in range(0, int(lengths.max(initial=0)), 8):
        if done + 8 <= shortest:  # ids and times: every text has all eight bytes, and nothing has to be cut or picked
            total = _mixed(total * np.uint64(31) ^ words[starts + done])
            continue
        left = lengths - done
        at = slice(None) if done < shortest else np.flatnonzero(left > 0)
        word = words[starts[at] + done]
        short = 8 - np.minimum(left[at], 8)
        word = word & (np.uint64(0xFFFFFFFFFFFFFFFF) >> (short.astype(np.uint64) * np.uint64(8)))
        total[at] = _mixed(total[at] * np.uint64(31) ^ word)
    return total


def repeated(hashes: np.ndarray) -> np.ndarray:
    """Indices of all rows whose number occurs more than once, ascending."""
    ordered = np.sort(hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.flatnonzero(np.isin(hashes, np.unique(twice))) if len(twice) else np.zeros(0, np.int64)


def first_identical(columns: Sequence[pa.ChunkedArray], among: np.ndarray) -> dict[int, int]:
    """Row → the first row with exactly the same cells, for every later one. Only rows in ``among`` are compared."""
    if len(among) < 2:
        return {}
    parts = [c.take(pa.array(among)) for c in columns]
    candidates = repeated(row_hashes(parts))
    cells = list(zip(*(p.take(pa.array(candidates)).to_pylist() for p in parts), strict=True))
    seen: dict[tuple[str, ...], int] = {}
    later: dict[int, int] = {}
    for row, key in zip(among[candidates], cells, strict=True):
        first = seen.setdefault(key, int(row))
        if first != int(row):
            later[int(row)] = first
    return later


def groups(ids: pa.ChunkedArray, among: np.ndarray) -> list[list[int]]:
    """Rows that share an id, among the given ones: lists of at least two, as in the file. Blank ids never group."""
    part = ids.take(pa.array(among))
    candidates = among[repeated(row_hashes([part]))]
    by_id: dict[str, list[int]] = {}
    for row, key in zip(candidates, ids.take(pa.array(candidates)).to_pylist(), strict=True):
        if key:
            by_id.setdefault(key, []).append(int(row))
    return [rows for rows in by_id.values() if len(rows) > 1]


def keys(columns: Sequence[pa.ChunkedArray]) -> list[str | None]:
    """Ids made from cells: a readable beginning and ten letters that stand for them all. Blank where all are blank.

    The same cells give the same id in every file.
    """
    made: dict[tuple[str, ...], str | None] = {}
    ids: list[str | None] = []
    for cells in zip(*(c.to_pylist() for c in columns), strict=True):
        if cells not in made:
            made[cells] = _key(cells) if any(cells) else None
        ids.append(made[cells])
    return ids


def _key(cells: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\x1f".join(cells).encode("utf-8")).hexdigest()[:10]
    first = next(c for c in cells if c)
    readable = re.sub(r"[^0-9a-z]+", "-", first.lower()).strip("-")[:24]
    return f"{readable}-{digest}" if readable else digest


def numbered(ids: list[str | None], rows: Sequence[int]) -> None:
    """Give the given rows of ``ids`` a running number behind an id that came before, so that each is its own deal."""
    seen: dict[str, int] = {}
    wanted = set(rows)
    for row, key in enumerate(ids):
        if key is None:
            continue
        seen[key] = seen.get(key, 0) + 1
        if row in wanted:
            ids[row] = f"{key}-{seen[key]}"
