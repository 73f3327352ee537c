"""Histories as CRMs write them: logs of fields, events, tracked values, and a column per stage."""

import datetime as dt
from decimal import Decimal

import pytest

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.validate import validate
from kpi_engine.names import Kind
from tests.ingest.files import write

FEBRUARY = dt.datetime(2026, 2, 15, 10)

HISTORIES = {
    "HubSpot's history of properties": (
        None,
        "Deal ID,Deal Name,Property Name,Old Value,New Value,Date changed\n"
        "7,Big,Deal Stage,Lead,Proposal,2026-02-15 10:00\n",
    ),
    "HubSpot's tables": (
        None,
        "objectId,propertyName,propertyValue,timestamp\n7,dealstage,Lead,1767607200000\n"
        "7,dealstage,Proposal,1771149600000\n",
    ),
    "Pipedrive's flow": (
        "pipedrive",
        "item_id,log_time,field_key,old_value,new_value\n7,2026-02-15 10:00:00,stage_id,Lead,Proposal\n",
    ),
    "Salesforce's field history": (
        "salesforce",
        "Id,OpportunityId,CreatedById,CreatedDate,Field,OldValue,NewValue\n"
        "1,7,u1,2026-02-15T10:00:00.000Z,StageName,Lead,Proposal\n",
    ),
    "Odoo's tracked values": (
        "odoo",
        "mail_message_id/res_id,mail_message_id/date,field_id/name,old_value_char,new_value_char,old_value_float,"
        "new_value_float\n7,2026-02-15 10:00:00,stage_id,Lead,Proposal,0,0\n"
        "7,2026-02-16 10:00:00,expected_revenue,,,50,100\n",
    ),
    "Close's status changes": (
        "close",
        "id,lead_id,opportunity_id,old_status_label,new_status_label,new_status_type,date_created,user_name\n"
        "a1,l1,7,Lead,Proposal,active,2026-02-15T10:00:00+00:00,Ann\n",
    ),
    "Freshsales": (
        "freshsales",
        "Deal id,Deal name,Previous stage,Deal stage,Stage updated at\n7,Big,Lead,Proposal,2026-02-15 10:00\n",
    ),
    "Dynamics' audit": (
        None,
        "Changed Date,Changed By,Event,Changed Field,Old Value,New Value,Record\n"
        "2/15/2026 10:00 AM,Ann,Update,Pipeline Phase,Lead,Proposal,7\n",
    ),
    "monday's log": (None, "Item ID,Item name,Column,From,To,Date\n7,Big,Stage,Lead,Proposal,2026-02-15 10:00\n"),
    "a German list": (None, "Deal-ID;Alte Phase;Neue Phase;Geändert am\n7;Lead;Proposal;15.02.2026 10:00\n"),
    "a Salesforce report, German": (
        "salesforce",
        "Opportunity-ID;Von Phase;Zu Phase;Betrag;Schlusstermin;Zuletzt geändert\n"
        "7;Lead;Proposal;1.000,00;31.05.2026;15.02.2026 10:00\n",
    ),
    "a French list": (
        None,
        "ID opportunité;Ancienne étape;Nouvelle étape;Modifié le\n7;Lead;Proposal;15/02/2026 10:00\n",
    ),
    "from and to": (None, "Deal,From,To,When\n7,Lead,Proposal,2026-02-15 10:00\n"),
    "entered and left": (None, "Deal ID,Stage,Entered,Left\n7,Proposal,2026-02-15 10:00,\n"),
}


def _understood(tmp_path, content, kind):
    staged = stage(write(tmp_path, content, "export.csv"), "export.csv")
    detection = detect(staged)
    assert (detection.kind, detection.why_not, detection.open_questions) == (kind, None, ())
    return detection, validate(staged, detection, Answers())


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_in_any_form_tells_the_move(tmp_path, name):
    crm, content = HISTORIES[name]
    detection, validated = _understood(tmp_path, content, Kind.STAGE_CHANGES)
    assert detection.crm == crm
    moves = [(row["deal_id"], row["changed_at"]) for row in validated.tables["raw_stage_changes"].to_pylist()
             if row["stage"] == "Proposal"]  # fmt: skip
    assert moves == [("7", FEBRUARY)]
    assert validated.accepted == validated.read


def test_a_tracked_amount_stands_in_the_column_of_its_type(tmp_path):
    _, validated = _understood(tmp_path, HISTORIES["Odoo's tracked values"][1], Kind.STAGE_CHANGES)
    amounts = [(row["old_amount"], row["amount"]) for row in validated.tables["raw_stage_changes"].to_pylist()]
    assert amounts == [(None, None), (Decimal(50), Decimal(100))]


DEALS = (
    "Deal ID,Deal name,Owner,Stage,Amount,Created,{}\n1,A,Ann,Proposal,9,2026-01-05,{}\n2,B,Ann,Demo,9,2026-01-05,{}\n"
)


@pytest.mark.parametrize(
    ("headers", "entered"),
    [
        ("Entered Lead,Entered Proposal", ["Lead", "Proposal", "Lead"]),
        ("Stage Proposal Date,Stage Demo Date", ["Proposal", "Demo", "Proposal"]),
        ("Proposal Date,Demo Date", []),
        ("Proposal since,Demo since", ["Proposal", "Demo", "Proposal"]),
        ("Demo Date,Note", []),
        ("Entered by,Note", []),
    ],
)
def test_a_column_per_stage_tells_when_it_was_entered(tmp_path, headers, entered):
    content = DEALS.format(headers, "2026-01-05,2026-02-15", "2026-01-05,")
    _, validated = _understood(tmp_path, content, Kind.DEALS)
    changes = validated.tables.get("raw_stage_changes")
    found = sorted(changes["stage"].to_pylist()) if changes is not None else []
    assert found == sorted(entered)


def test_three_days_called_after_stages_are_when_each_was_entered(tmp_path):
    content = (
        "Deal ID,Deal name,Owner,Stage,Amount,Created,Demo Date,Proposal Date,Won Date\n"
        "1,A,Ann,Demo,9,2026-01-05,2026-01-05,,\n2,B,Ann,Proposal,9,2026-01-05,2026-01-06,2026-01-20,\n"
        "3,C,Ann,Won,9,2026-01-05,2026-01-07,2026-01-21,2026-02-01\n"
    )
    _, validated = _understood(tmp_path, content, Kind.DEALS)
    changes = validated.tables["raw_stage_changes"].to_pylist()
    entered = sorted((row["deal_id"], row["changed_at"].day, row["stage"]) for row in changes)
    assert entered == [
        ("1", 5, "Demo"),
        ("2", 6, "Demo"),
        ("2", 20, "Proposal"),
        ("3", 7, "Demo"),
        ("3", 21, "Proposal"),
    ]
    assert validated.tables["raw_deals"]["won_at"].to_pylist()[2] == dt.datetime(2026, 2, 1)


def test_a_list_of_deals_with_the_day_they_were_entered_is_no_history(tmp_path):
    content = (
        "ID,Name,Assigned to,Sales Stage,Amount,Date Entered,Date Modified,Expected Close Date\n"
        "1,A,Ann,Lead,100,2026-01-05,2026-01-06,2026-05-01\n"
    )
    _, validated = _understood(tmp_path, content, Kind.DEALS)
    assert validated.tables["raw_deals"]["created_at"].to_pylist() == [dt.datetime(2026, 1, 5)]


def test_hubspots_internal_names_of_date_entered_columns_tell_the_stage(tmp_path):
    content = (
        "id,dealname,dealstage,pipeline,amount,hubspot_owner_id,createdate,hs_v2_date_entered_closedwon\n"
        "1,Big,closedwon,default,9,77,2026-01-05T10:00:00Z,2026-02-15T10:00:00Z\n"
    )
    _, validated = _understood(tmp_path, content, Kind.DEALS)
    rows = validated.tables["raw_stage_changes"].to_pylist()
    assert [(row["stage"], row["changed_at"]) for row in rows] == [("closedwon", FEBRUARY)]
