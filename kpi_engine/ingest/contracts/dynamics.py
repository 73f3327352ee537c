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
)
