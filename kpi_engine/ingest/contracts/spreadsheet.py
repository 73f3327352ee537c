"""Forms no CRM owns: a history of fields kept in a spreadsheet or a database, a calendar, LinkedIn's connections."""

from kpi_engine.ingest.contracts.contract import Contract
from kpi_engine.names import Kind

_DEAL = (
    "Deal ID",
    "Opportunity ID",
    "Opp ID",
    "Object ID",
    "Item ID",
    "Deal",
    "Record ID",
    "Record",
    "Item name",
)
_WHEN = (
    "Date changed",
    "Date of change",
    "Change timestamp",
    "Changed at",
    "Changed on",
    "Change date",
    "Changed date",
    "Change time",
    "Date",
    "Timestamp",
    "Modified",
    "Created date",
)
_FIELD = ("Field", "Field name", "Changed field", "Property", "Property name", "Attribute", "Column", "Column name")
_OLD = ("Old value", "From value", "Previous value", "From", "Before")
_NEW = ("New value", "To value", "Current value", "Property value", "Value", "To", "After")

CONTRACTS = (
    Contract(
        crm=None,
        kind=Kind.STAGE_CHANGES,
        form="field_history",
        marks=(_DEAL, _WHEN, _FIELD, _OLD, _NEW),
        columns={"deal_id": _DEAL, "changed_at": _WHEN},
        fields={"field": _FIELD, "old_value": _OLD, "new_value": _NEW},
    ),
    Contract(
        crm=None,
        kind=Kind.STAGE_CHANGES,
        form="change_log",
        marks=(_DEAL, _WHEN, _FIELD, _NEW),
        columns={"deal_id": _DEAL, "changed_at": _WHEN},
        fields={"field": _FIELD, "new_value": _NEW},
    ),
    Contract(
        crm=None,
        kind=Kind.ACTIVITIES,
        marks=("Subject", "Start Date", "Start Time", ("End Time", "End Date"), ("Meeting Organizer", "Organizer")),
        columns={
            "owner": ("Meeting Organizer", "Organizer"),
            "subject": "Subject",
            "occurred_at": "Start Date",
            "contact": ("Required Attendees", "Attendees"),
        },
        joined={"occurred_at": ("Start Date", "Start Time")},
        constants={"activity_type": "meeting"},
    ),
    Contract(
        crm=None,
        kind=Kind.CONTACTS,
        marks=("First Name", "Last Name", "Company", "Position", "Connected On"),
        columns={
            "contact_id": ("URL", "Profile URL", "Email Address"),
            "account": "Company",
            "level": "Position",
            "created_at": "Connected On",
        },
        joined={"name": ("First Name", "Last Name")},
        constants={"source": "LinkedIn"},
    ),
)
