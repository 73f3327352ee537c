"""Microsoft Dynamics 365 Sales: opportunities exported to Excel (labels), and its table with logical names."""

from kpi_engine.ingest.contracts.contract import Contract
from kpi_engine.names import Kind

CONTRACTS = (
    Contract(
        crm="dynamics",
        kind=Kind.DEALS,
        marks=(
            "Topic",
            ("Est. Revenue", "Estimated Revenue", "Actual Revenue", "Est. Close Date", "Estimated Close Date"),
            "Owner",
            ("Status", "Status Reason", "Pipeline Phase", "Sales Stage"),
        ),
        columns={
            "deal_id": ("(Do Not Modify) Opportunity", "Opportunity ID", "Opportunity"),
            "deal_name": "Topic",
            "account": ("Potential Customer", "Account", "Company Name"),
            "contact": "Contact",
            "owner": "Owner",
            "team": ("Owning Team", "Owning Business Unit"),
            # Which columns a view shows differs; the stage is the first of these that is filled.
            "stage": ("Pipeline Phase", "Sales Stage", "Process Stage", "Active Stage", "Status Reason", "Status"),
            "status": "Status",
            # Not weighted.
            "amount": ("Est. Revenue", "Estimated Revenue"),
            "currency": "Currency",
            "crm_probability": "Probability",
            "source": ("Lead Source", "Source Campaign"),
            "segment": "Industry",
            "created_at": "Created On",
            "expected_close_date": ("Est. Close Date", "Estimated Close Date"),
            "closed_at": ("Actual Close Date", "Actual Closing Date"),
            "lost_reason": "Lost Reason",
        },
        never=("Weighted Revenue", "Budget Amount", "(Do Not Modify) Modified On"),
        home_amount=("Est. Revenue (Base)", "Estimated Revenue (Base)"),
    ),
    Contract(
        crm="dynamics",
        kind=Kind.DEALS,
        marks=("opportunityid", ("estimatedvalue", "estimatedclosedate"), ("statecode", "statecodename", "stepname")),
        columns={
            "deal_id": "opportunityid",
            "deal_name": "name",
            "account": ("parentaccountidname", "customeridname", "parentaccountid", "customerid"),
            "owner": ("owneridname", "ownerid", "_ownerid_value"),
            "stage": ("stepname", "salesstagename", "salesstage", "statuscodename", "statuscode", "statecodename"),
            "status": ("statecodename", "statecode"),
            "amount": "estimatedvalue",
            "currency": ("transactioncurrencyidname", "transactioncurrencyid"),
            "crm_probability": "closeprobability",
            "created_at": "createdon",
            "expected_close_date": "estimatedclosedate",
            "closed_at": "actualclosedate",
        },
        never=("actualvalue", "budgetamount"),
        home_amount="estimatedvalue_base",
    ),
    Contract(
        crm="dynamics",
        kind=Kind.ACTIVITIES,
        marks=("Activity Type", "Subject", "Regarding", ("Activity Status", "Status", "Status Reason", "Owner")),
        columns={
            "activity_id": ("(Do Not Modify) Activity", "Activity ID"),
            "deal_id": "Regarding",
            "owner": "Owner",
            "activity_type": "Activity Type",
            "subject": "Subject",
            "occurred_at": (
                "Actual End",
                "Actual Start",
                "Start Date",
                "Start Time",
                "Scheduled Start",
                "Due Date",
                "Date Created",
                "Created On",
            ),
            "minutes": ("Actual Duration", "Duration"),
            "done": ("Activity Status", "Status", "Status Reason"),
        },
        row_by_row=("occurred_at",),
    ),
    Contract(
        crm="dynamics",
        kind=Kind.PEOPLE,
        marks=("Full Name", "Business Unit", ("Primary Email", "User Name", "Title")),
        columns={
            "owner": "Full Name",
            "owner_id": ("(Do Not Modify) User", "User"),
            "email": "Primary Email",
            "team": "Business Unit",
            "role": ("Title", "Job Title", "Position"),
            "active": "Status",
        },
    ),
)
