"""Headers to canonical columns by the contract of a CRM, where one fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from kpi_engine.ingest.by_names import by_names
from kpi_engine.ingest.columns import Cells
from kpi_engine.ingest.contracts import CONTRACTS, Contract
from kpi_engine.ingest.contracts.any_file import NAME_SURE
from kpi_engine.ingest.contracts.contract import spellings
from kpi_engine.ingest.formats import parse_number
from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.match import Match, positions
from kpi_engine.names import Kind


def by_contract(header: tuple[str, ...], cells: Cells, kind: Kind | None = None) -> Match | None:
    """The contract that explains most of the file, where all its marks and needed columns are there."""
    where = positions(header)
    best: tuple[int, Match] | None = None
    for contract in CONTRACTS:
        if kind is not None and contract.kind != kind:
            continue
        match = _contract_match(contract, where, cells)
        if match is None or match.missing():
            continue
        explained = len({p for p, _ in match.found.values()}) + len(contract.marks) + len(match.fields)
        if best is None or explained > best[0]:
            best = (explained, _with_own_columns(match, contract, header, cells))
    return best[1] if best else None


def _contract_match(contract: Contract, where: Mapping[str, int], cells: Cells) -> Match | None:
    if any(normal(name) in where for name in contract.absent):
        return None
    if not all(any(name in where for name in spellings(mark)) for mark in contract.marks):
        return None
    found: dict[str, tuple[int, float]] = {}
    instead: dict[str, tuple[int, ...]] = {}
    for canonical, names in contract.columns.items():
        there_are = [where[name] for name in spellings(names) if name in where]
        if canonical in contract.row_by_row and len(there_are) > 1:
            instead[canonical] = tuple(there_are)
        if there_are:
            # An empty column gives way to the next one that is filled.
            position = next((p for p in there_are if len(there_are) == 1 or cells.spread(p)), there_are[0])
            found[canonical] = (position, 1.0)
    joined: dict[str, tuple[int, ...]] = {}
    for canonical, parts in contract.joined.items():
        there = tuple(where[normal(part)] for part in parts if normal(part) in where)
        whole = canonical in found and found[canonical][0] not in there
        if there and not whole:
            found[canonical] = (there[0], 1.0)
            if len(there) > 1:
                joined[canonical] = there
    for role, names in contract.fields.items():
        there_are = [where[name] for name in dict.fromkeys(spellings(names)) if name in where]
        if role in contract.row_by_row and len(there_are) > 1:
            instead[role] = tuple(there_are)
    fields = {
        role: next((where[n] for n in spellings(names) if n in where), None) for role, names in contract.fields.items()
    }
    return Match(
        kind=contract.kind,
        found=found,
        form=contract.form,
        crm=contract.crm,
        joined=joined,
        constants=dict(contract.constants),
        fields={role: position for role, position in fields.items() if position is not None},
        instead=instead,
        inverted=frozenset(where[normal(name)] for name in contract.inverted if normal(name) in where),
        factors=_factors(contract, where, cells),
        home=_home(contract, where),
        lost_when={where[normal(name)]: says for name, says in contract.lost_when.items() if normal(name) in where},
    )


def _factors(contract: Contract, where: Mapping[str, int], cells: Cells) -> dict[int, float]:
    factors = {where[normal(name)]: factor for name, factor in contract.factors.items() if normal(name) in where}
    for name, out in contract.written_out.items():
        if normal(name) in where and normal(out) in where and _in_cents(cells, where[normal(name)], where[normal(out)]):
            factors[where[normal(name)]] = 0.01
    return factors


def _in_cents(cells: Cells, position: int, written_out: int) -> bool:
    """Whether an amount is always a hundred times what is written out beside it ('$1,200 monthly')."""
    pairs = zip(cells.column(position).to_pylist(), cells.column(written_out).to_pylist(), strict=True)
    numbers = [(parse_number(plain), parse_number(re.sub(r"\s+[a-z]+$", "", said))) for plain, said in pairs]
    known = [(plain, said) for plain, said in numbers if plain is not None and said]
    return bool(known) and all(plain == said * 100 for plain, said in known)


def _home(contract: Contract, where: Mapping[str, int]) -> tuple[int, int | None] | None:
    amount = next((where[name] for name in spellings(contract.home_amount) if name in where), None)
    currency = next((where[name] for name in spellings(contract.home_currency) if name in where), None)
    return None if amount is None else (amount, currency)


def _with_own_columns(match: Match, contract: Contract, header: tuple[str, ...], cells: Cells) -> Match:
    """A company's own fields (Budget, Next step date …) beside the CRM's: only by names that mean little else."""
    if match.form != "rows":
        return match
    taken = {p for p, _ in match.found.values()} | {p for parts in match.joined.values() for p in parts}
    taken |= {p for p, name in enumerate(header) if normal(name) in {normal(n) for n in contract.never}}
    more = by_names(match.kind, header, cells, taken=frozenset(taken))
    extra = {
        canonical: at for canonical, at in more.found.items() if canonical not in match.found and at[1] >= NAME_SURE
    }
    return replace(match, found={**match.found, **extra})
