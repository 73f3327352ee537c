"""Which columns name a deal where an export has no deal id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from kpi_engine.ingest.columns import Cells, different
from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.repeats import row_hashes
from kpi_engine.ingest.shapes import Option, Question

# What stays the same from one export to the next, the steadiest first.
# Never a stage, an amount, a closing date or a probability.
_STEADY = (
    "deal_name",
    "account",
    "created_at",
    "owner",
    "contact",
    "product",
    "source",
    "segment",
    "pipeline",
    "currency",
    "team",
)
_LOOKUPS = ("leadid", "contactid", "accountid", "campaignid", "personid", "customerid", "quoteid")

_SEPARATOR = "\n"


def key_answer(value: str) -> tuple[str, ...]:
    """The chosen option of a key question as ``Answers.key``."""
    return tuple(value.split(_SEPARATOR))


def find_key(
    cells: Cells, mapping: Mapping[str, int], answer: tuple[str, ...] | None
) -> tuple[tuple[int, ...] | None, tuple[Question, ...]]:
    """Positions that together name a deal, and the question where that is not plain. None: every row is its own deal.

    Rows that are the same in every column cannot be told apart by any key and do not count against one.
    """
    header = cells.staged.header
    if answer is not None:
        if answer == ("row",):
            return None, ()
        chosen = tuple(p for name in answer for p in [_position(header, name)] if p is not None)
        if len(chosen) == len(answer) and chosen:
            return chosen, ()
        return None, (
            _question(
                header, (), "The columns chosen as key are not all in this file. Which columns together name a deal?"
            ),
        )
    different = _different(cells, range(len(header)))
    for key in _candidates(header, mapping):
        if _different(cells, key) == different:
            return key, (
                _question(header, key, "This file has no deal id. Which columns together name a deal?", must=False),
            )
    suggestion = tuple(mapping[name] for name in ("deal_name", "account", "owner", "created_at") if name in mapping)
    return None, (
        _question(
            header, suggestion, "This file has no deal id, and no columns tell all its rows apart. What names a deal?"
        ),
    )


def _candidates(header: Sequence[str], mapping: Mapping[str, int]) -> list[tuple[int, ...]]:
    """Keys worth trying, the best first: a name and the day it was created, then one or two steady columns more."""
    names = [name for name in ("deal_name", "account") if name in mapping]
    created = [mapping["created_at"]] if "created_at" in mapping else []
    # A lookup (the lead a deal came from) hardly ever changes; who owns the deal may.
    lookups = [p for p, name in enumerate(header) if normal(name) in _LOOKUPS and p not in mapping.values()]
    steady = [mapping[name] for name in _STEADY if name in mapping]
    name = [mapping[n] for n in names[:1]]
    owner = [mapping["owner"]] if "owner" in mapping else []
    others = [mapping[n] for n in ("account", "contact") if n in mapping]
    keys: list[tuple[int, ...]] = [(mapping[n], *created) for n in names] if created else []
    keys += [(*name, *created, extra) for extra in (*others, *lookups) if extra not in name]
    base = (*name, *owner, *created)
    keys.append(base)
    more = [p for p in dict.fromkeys([*others, *lookups, *steady]) if p not in base]
    keys += [(*base, extra) for extra in more]
    keys += [(*base, *pair) for pair in combinations(more, 2)]
    if names and not created:
        keys.insert(0, (mapping[names[0]],))
    return [key for key in dict.fromkeys(keys) if key and (names or len(key) > 1)]


def _different(cells: Cells, positions: Sequence[int]) -> int:
    columns = [f"c{position}" for position in dict.fromkeys(positions)]
    return different(row_hashes([cells.staged.table.column(name) for name in columns]))


def _position(header: Sequence[str], name: str) -> int | None:
    if name in header:
        return list(header).index(name)
    return next((p for p, h in enumerate(header) if normal(h) == normal(name)), None)


def _question(header: Sequence[str], key: Sequence[int], text: str, *, must: bool = True) -> Question:
    options = []
    if key:
        joined = " + ".join(header[p] for p in key)
        options.append(Option(_SEPARATOR.join(header[p] for p in key), f"{joined} together name a deal"))
    options.append(Option("row", "Every row is a deal of its own"))
    return Question("key", text, tuple(options), options[0].value, must)
