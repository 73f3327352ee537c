"""How each CRM names its columns: one module per CRM, one contract per kind of export it makes."""

from kpi_engine.ingest.contracts import close, hubspot, odoo, pipedrive, salesforce, spreadsheet, zoho
from kpi_engine.ingest.contracts.contract import Contract

CONTRACTS: tuple[Contract, ...] = (
    *salesforce.CONTRACTS,
    *hubspot.CONTRACTS,
    *pipedrive.CONTRACTS,
    *zoho.CONTRACTS,
    *odoo.CONTRACTS,
    *close.CONTRACTS,
    *spreadsheet.CONTRACTS,
)

__all__ = ["CONTRACTS", "Contract"]
