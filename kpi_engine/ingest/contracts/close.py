"""Close: opportunities, their status changes, activities, statuses."""

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
    Contract(
        crm="close",
        kind=Kind.STAGE_CHANGES,
        form="events",
        marks=("opportunity_id", "new_status_label", ("date_created", "activity_at")),
        columns={
            "deal_id": "opportunity_id",
            "changed_at": ("activity_at", "date_created"),
            "stage": "new_status_label",
            "old_stage": "old_status_label",
            "status": "new_status_type",
            "pipeline": ("new_pipeline_name", "pipeline_name"),
            "amount": ("opportunity_value", "value"),
        },
    ),
    *(
        Contract(
            crm="close",
            kind=Kind.ACTIVITIES,
            marks=(("lead_id", "lead_name"), ("user_name", "user_id"), marks, ("date_created", "activity_at")),
            absent=("status_label", "new_status_label", "_type"),
            columns={
                "activity_id": "id",
                "deal_id": "opportunity_id",
                "account": ("lead_name", "lead_id"),
                "contact": ("contact_name", "contact_id"),
                "owner": ("user_name", "user_id"),
                "subject": ("subject", "title"),
                "occurred_at": ("starts_at", "activity_at", "date_sent", "date_created"),
                "outcome": ("outcome", "outcome_name", "disposition"),
                "minutes": "duration",
                "direction": "direction",
            },
            row_by_row=("occurred_at",),
            constants={"activity_type": what},
            # Seconds.
            factors={"duration": 1 / 60},
        )
        for what, marks in (
            ("call", ("disposition", "voicemail_duration", "recording_url", "call_method")),
            ("email", ("date_sent", "email_account_id", "opens_summary", "envelope")),
            ("meeting", ("starts_at", "ends_at", "attendees")),
        )
    ),
    Contract(
        crm="close",
        kind=Kind.ACTIVITIES,
        marks=("_type", ("lead_id", "lead_name"), ("user_name", "user_id"), ("date_created", "activity_at")),
        columns={
            "activity_id": "id",
            "deal_id": "opportunity_id",
            "account": ("lead_name", "lead_id"),
            "contact": ("contact_name", "contact_id"),
            "owner": ("user_name", "user_id"),
            "activity_type": "_type",
            "subject": ("subject", "title"),
            "occurred_at": ("starts_at", "activity_at", "date_sent", "date_created"),
            "outcome": ("outcome", "outcome_name", "disposition"),
            "minutes": "duration",
            "direction": "direction",
        },
        row_by_row=("occurred_at",),
        factors={"duration": 1 / 60},
    ),
    Contract(
        crm="close",
        kind=Kind.STAGES,
        marks=("id", "label", "type", ("pipeline_id", "pipeline_name")),
        columns={"stage": "label", "stage_id": "id", "pipeline": ("pipeline_name", "pipeline_id"), "kind": "type"},
    ),
)
