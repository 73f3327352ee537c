"""Close: the opportunities export."""

from kpi_engine.ingest.contracts.contract import Contract
from kpi_engine.names import Kind

CONTRACTS = (
    Contract(
        crm="close",
        kind=Kind.DEALS,
        marks=("lead_name", "status_label", "status_type"),
        columns={
            "deal_id": ("id", "opportunity_id"),
            "deal_name": ("note", "name"),
            "account": "lead_name",
            "contact": "contact_name",
            "owner": ("user_name", "user_id"),
            "pipeline": "pipeline_name",
            "stage": "status_label",
            "status": "status_type",
            "amount": "value",
            "currency": "value_currency",
            "crm_probability": "confidence",
            "created_at": "date_created",
            # Close keeps the expected date of an open opportunity in date_won.
            "expected_close_date": ("date_expected", "date_won"),
            "won_at": "date_won",
            "lost_at": "date_lost",
        },
        written_out={"value": "value_formatted"},
        never=("expected_value", "annualized_value", "annualized_expected_value", "value_formatted"),
    ),
)
