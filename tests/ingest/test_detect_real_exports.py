"""Detection on exports nobody here wrote."""

from pathlib import Path

import pytest

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Detection, Staged
from kpi_engine.ingest.stage import stage
from kpi_engine.names import Kind

DEALS, CHANGES, ACTIVITIES, CONTACTS = Kind.DEALS, Kind.STAGE_CHANGES, Kind.ACTIVITIES, Kind.CONTACTS
TARGETS, PEOPLE, STAGES = Kind.TARGETS, Kind.PEOPLE, Kind.STAGES

# file: kind, CRM, and the headers of the columns that matter
EXPECTED: dict[str, tuple[Kind | None, str | None, dict[str, str]]] = {
    "maven-crm/sales_pipeline.csv": (
        DEALS,
        None,
        {
            "deal_id": "opportunity_id",
            "owner": "sales_agent",
            "stage": "deal_stage",
            "amount": "close_value",
            "created_at": "engage_date",
            "closed_at": "close_date",
            "expected_close_date": "close_date",
            "product": "product",
        },
    ),
    "maven-crm/sales_teams.csv": (PEOPLE, None, {"owner": "sales_agent", "team": "manager"}),
    "maven-crm/accounts.csv": (None, None, {}),
    "maven-crm/products.csv": (None, None, {}),
    "zoho-demo/Potentials.csv": (
        DEALS,
        "zoho",
        {
            "owner": "Potential Owner",
            "amount": "Amount",
            "stage": "Stage",
            "deal_name": "Potential Name",
            "closed_at": "Closing Date",
            "expected_close_date": "Closing Date",
            "crm_probability": "Probability",
        },
    ),
    "zoho-demo/Calls.csv": (
        ACTIVITIES,
        "zoho",
        {
            "owner": "Call Owner",
            "occurred_at": "Call Start Time",
            "minutes": "Call Duration (in seconds)",
            "direction": "Call Type",
            "deal_id": "POTENTIALID",
        },
    ),
    "zoho-demo/Events.csv": (
        ACTIVITIES,
        "zoho",
        {"owner": "Event Owner", "occurred_at": "Start DateTime", "activity_id": "EVENTID"},
    ),
    "zoho-demo/Tasks.csv": (ACTIVITIES, "zoho", {"owner": "Task Owner", "occurred_at": "Due Date", "done": "Status"}),
    "zoho-demo/Leads.csv": (CONTACTS, "zoho", {"contact_id": "LEADID", "status": "Lead Status", "owner": "Lead Owner"}),
    "zoho-demo/Contacts.csv": (CONTACTS, "zoho", {"contact_id": "CONTACTID", "owner": "Contact Owner"}),
    "zoho-demo/Users.csv": (PEOPLE, "zoho", {"owner_id": "USER_ID", "email": "Email"}),
    "zoho-demo/Accounts.csv": (None, None, {}),
    "zoho-demo/Campaigns.csv": (None, None, {}),
    "pipedrive-enpal/deal_changes.csv": (CHANGES, "pipedrive", {"deal_id": "deal_id", "changed_at": "change_time"}),
    "pipedrive-enpal/activity.csv": (
        ACTIVITIES,
        "pipedrive",
        {
            "owner": "assigned_to_user",
            "occurred_at": "due_to",
            "activity_type": "type",
            "done": "done",
        },
    ),
    "pipedrive-enpal/stages.csv": (STAGES, None, {"stage": "stage_name", "stage_id": "stage_id"}),
    "pipedrive-enpal/users.csv": (PEOPLE, "pipedrive", {"owner": "name", "owner_id": "id"}),
    "pipedrive-enpal/fields.csv": (None, None, {}),
    "pipedrive-enpal/activity_types.csv": (None, None, {}),
    "revops-mattsun/opportunities.csv": (
        DEALS,
        None,
        {
            "deal_id": "opp_id",
            "owner": "owner",
            "stage": "stage",
            "amount": "amount",
            "crm_probability": "probability",
            "closed_at": "close_date",
            "created_at": "created_date",
            "is_won": "is_won",
            "is_closed": "is_closed",
        },
    ),
    "revops-mattsun/opp_stage_history.csv": (
        CHANGES,
        None,
        {"deal_id": "opp_id", "stage": "stage", "changed_at": "changed_date"},
    ),
    "revops-mattsun/activities.csv": (
        ACTIVITIES,
        None,
        {
            "deal_id": "opp_id",
            "activity_type": "activity_type",
            "occurred_at": "activity_date",
            "owner": "owner",
        },
    ),
    "revops-mattsun/quota_targets.csv": (
        TARGETS,
        None,
        {"owner": "rep_name", "period": "quarter", "target": "quota_amount"},
    ),
    "revops-mattsun/accounts.csv": (None, None, {}),
    "revops-mattsun/closed_deals.csv": (None, None, {}),
    "crm-and-sales-pipelines/CRM-and-Sales-Pipelines.csv": (
        DEALS,
        None,
        {
            "account": "Organization",
            "owner": "Owner",
            "stage": "Stage",
            "status": "Status",
            "amount": "Deal Value, $",
            "crm_probability": "Probability, %",
            "created_at": "Lead acquisition date",
            "closed_at": "Actual close date",
            "expected_close_date": "Expected close date",
        },
    ),
    "salesforce-dataexport/Opportunity.csv": (
        DEALS,
        "salesforce",
        {
            "deal_id": "Id",
            "owner": "OwnerId",
            "stage": "StageName",
            "amount": "Amount",
            "closed_at": "CloseDate",
            "created_at": "CreatedDate",
        },
    ),
    "salesforce-dataexport/OpportunityHistory.csv": (
        CHANGES,
        "salesforce",
        {
            "deal_id": "OpportunityId",
            "changed_at": "CreatedDate",
            "stage": "StageName",
            "amount": "Amount",
        },
    ),
    "salesforce-dataexport/FieldHistory.csv": (None, None, {}),
    "salesforce-dataexport/Account.csv": (None, None, {}),
    "salesforce-dataexport/Lead.csv": (CONTACTS, "salesforce", {"contact_id": "Id", "status": "Status"}),
    "skygeni-b2b/skygeni_sales_data.csv": (
        DEALS,
        None,
        {
            "deal_id": "deal_id",
            "owner": "sales_rep_id",
            "stage": "deal_stage",
            "status": "outcome",
            "amount": "deal_amount",
            "created_at": "created_date",
            "closed_at": "closed_date",
        },
    ),
    "uci-bank-marketing/bank-full.csv": (None, None, {}),
    "hotel-bookings/hotel_bookings.csv": (None, None, {}),
    "salesforce-warehouse/sf_opportunity_data.csv": (
        DEALS,
        "salesforce",
        {"deal_id": "id", "stage": "stage_name", "amount": "amount"},
    ),
    "salesforce-warehouse/sf_task_data.csv": (
        ACTIVITIES,
        "salesforce",
        {"activity_type": "task_subtype", "owner": "owner_id"},
    ),
    "salesforce-warehouse/sf_event_data.csv": (ACTIVITIES, "salesforce", {"occurred_at": "start_date_time"}),
    "salesforce-warehouse/sf_user_data.csv": (PEOPLE, "salesforce", {"owner": "name", "owner_id": "id"}),
    "hubspot-warehouse/deal_data.csv": (DEALS, "hubspot", {"deal_id": "deal_id", "amount": "property_amount"}),
    "hubspot-warehouse/deal_stage_data.csv": (CHANGES, "hubspot", {"changed_at": "date_entered", "stage": "value"}),
    "hubspot-warehouse/owner_data.csv": (PEOPLE, "hubspot", {"owner_id": "owner_id"}),
}


def _seen(shared_data: Path, name: str) -> tuple[Staged, Detection]:
    path = shared_data / name
    if not path.is_file():
        pytest.skip(f"{name} is not among the real exports on this machine")
    staged = stage(path, path.name)
    return staged, detect(staged)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_export_is_recognised_without_an_answer(shared_data: Path, name: str) -> None:
    kind, crm, columns = EXPECTED[name]
    staged, detection = _seen(shared_data, name)
    assert (detection.kind, detection.crm) == (kind, crm)
    mapped = {c: staged.header[p] for c, p in detection.mapping.items()}
    assert {c: mapped.get(c) for c in columns} == columns
    assert detection.open_questions == ()
    assert (detection.why_not is None) == (kind is not None)


def test_every_real_export_can_be_looked_at(shared_data: Path) -> None:
    for path in sorted(shared_data.rglob("*.csv")):
        if len(path.read_bytes().splitlines()) > 1:  # one is a header alone, and is refused before detection
            assert detect(stage(path, path.name)).header_signature


def test_dates_of_real_exports_are_ordered_as_they_are_written(shared_data: Path) -> None:
    _, american = _seen(shared_data, "crm-and-sales-pipelines/CRM-and-Sales-Pipelines.csv")
    assert set(american.date_orders.values()) == {"mdy"}
    _, named = _seen(shared_data, "zoho-demo/Potentials.csv")
    assert set(named.date_orders.values()) == {"ymd"}


def test_the_deals_of_zohos_demo_get_a_key_that_tells_all_of_them_apart(shared_data: Path) -> None:
    staged, detection = _seen(shared_data, "zoho-demo/Potentials.csv")
    assert detection.key is not None
    names = [f"c{position}" for position in detection.key]
    assert staged.table.select(names).group_by(names).aggregate([]).num_rows == 3632
    assert not {staged.header[p] for p in detection.key} & {"Stage", "Amount", "Closing Date", "Probability"}


def test_zohos_calls_of_zero_seconds_stay_zero_and_others_become_minutes(shared_data: Path) -> None:
    staged, detection = _seen(shared_data, "zoho-demo/Calls.csv")
    assert detection.constants == {"activity_type": "call"}
    assert detection.factors == {staged.header.index("Call Duration (in seconds)"): 1 / 60}
