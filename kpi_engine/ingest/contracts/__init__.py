"""How each CRM names its columns: one module per CRM, one contract per kind of export it makes."""

from functools import cache

from kpi_engine.ingest.contracts import (
    close,
    dynamics,
    freshsales,
    hubspot,
    odoo,
    pipedrive,
    salesforce,
    spreadsheet,
    zoho,
)
from kpi_engine.ingest.contracts.any_file import meanings_of
from kpi_engine.ingest.contracts.contract import Contract, spellings
from kpi_engine.names import Kind

CONTRACTS: tuple[Contract, ...] = (
    *salesforce.CONTRACTS,
    *hubspot.CONTRACTS,
    *pipedrive.CONTRACTS,
    *zoho.CONTRACTS,
    *odoo.CONTRACTS,
    *dynamics.CONTRACTS,
    *freshsales.CONTRACTS,
    *close.CONTRACTS,
    *spreadsheet.CONTRACTS,
)

__all__ = ["CONTRACTS", "Contract", "known_headers"]


@cache
def known_headers() -> frozenset[str]:
    """Every header, normalised, that means something in some kind of file."""
    said = {name for contract in CONTRACTS for names in contract.columns.values() for name in spellings(names)}
    return frozenset(said.union(*(meanings_of(kind) for kind in Kind)))
