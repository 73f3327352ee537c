"""Activities, people, stages, rates and contacts as CRMs and spreadsheets write them: what each row comes to."""

import datetime as dt

import pytest

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.validate import validate
from kpi_engine.names import Kind
from tests.ingest.files import write

DAY = dt.datetime(2026, 1, 15, 10)


def _first(tmp_path, content, kind, crm=None, row=0):
    staged = stage(write(tmp_path, content, "export.csv"), "export.csv")
    detection = detect(staged)
    assert (detection.kind, detection.crm, detection.why_not, detection.open_questions) == (kind, crm, None, ())
    validated = validate(staged, detection, Answers())
    assert validated.read == validated.accepted
    return validated.tables[f"raw_{kind}"].to_pylist()[row]


# name: CRM, file, and what its first row is
ACTIVITIES = {
    "HubSpot calls": (
        "hubspot",
        "Record ID,Call Title,Call direction,Call duration (HH:mm:ss),Call outcome,Activity date,Activity assigned to,"
        "Associated Deal IDs\n1,Hi,Outbound,00:02:30,Connected,2026-01-15 10:00,Ann,501\n",
        {"activity_type": "call", "deal_id": "501", "owner": "Ann", "minutes": 2.5, "outcome": "Connected"},
    ),
    "HubSpot meetings": (
        "hubspot",
        "Record ID,Meeting name,Meeting outcome,Meeting start time,Activity date,Activity assigned to,"
        "Associated Deal IDs\n1,Demo,Completed,2026-01-15 10:00,2026-01-10 09:00,Ann,501\n",
        {"activity_type": "meeting", "deal_id": "501", "owner": "Ann", "occurred_at": DAY},
    ),
    "HubSpot emails": (
        "hubspot",
        "Record ID,Email subject,Email send status,Activity date,Activity assigned to\n"
        "1,Hi,SENT,2026-01-15 10:00,Ann\n",
        {"activity_type": "email", "owner": "Ann", "occurred_at": DAY},
    ),
    "HubSpot tasks": (
        "hubspot",
        "Record ID,Task Title,Task Type,Task status,Due date,Completed at,Assigned to\n"
        "1,Ring,Call,Not started,2026-01-15 10:00,,Ann\n",
        {"activity_type": "Call", "done": False, "occurred_at": DAY},
    ),
    "HubSpot's tables": (
        "hubspot",
        "hs_object_id,hs_call_title,hs_call_duration,hs_timestamp,hubspot_owner_id\n"
        "1,Hi,60000,2026-01-15T10:00:00Z,77\n",
        {"activity_type": "call", "minutes": 1.0, "owner": "77", "occurred_at": DAY},
    ),
    "Close calls": (
        "close",
        "id,lead_id,lead_name,user_id,user_name,direction,duration,disposition,date_created\n"
        "a1,l1,ACME,u1,Ann,outbound,120,answered,2026-01-15T10:00:00+00:00\n",
        {"activity_type": "call", "account": "ACME", "owner": "Ann", "minutes": 2.0, "occurred_at": DAY},
    ),
    "Close emails are no deals": (
        "close",
        "id,lead_id,lead_name,user_name,direction,subject,status,date_created,date_sent\n"
        "a1,l1,ACME,Ann,outgoing,Hi,sent,2026-01-14T10:00:00+00:00,2026-01-15T10:00:00+00:00\n",
        {"activity_type": "email", "account": "ACME", "owner": "Ann", "occurred_at": DAY},
    ),
    "Close activities": (
        "close",
        "_type,id,lead_id,lead_name,user_name,date_created,opportunity_id\n"
        "Meeting,a1,l1,ACME,Ann,2026-01-15T10:00:00+00:00,oppo_1\n",
        {"activity_type": "Meeting", "deal_id": "oppo_1", "owner": "Ann"},
    ),
    "Odoo activities": (
        "odoo",
        "Document Name,Activity Type,Summary,Due Date,Assigned to,State\nBig deal,Call,ring,2026-01-15,Ann,Planned\n",
        {"activity_type": "Call", "deal_id": "Big deal", "owner": "Ann", "done": False},
    ),
    "Odoo meetings": (
        "odoo",
        "Meeting Subject,Start,Stop,Duration,Organizer,Opportunity\n"
        "Demo,2026-01-15 10:00:00,2026-01-15 11:30:00,1.5,Ann,Big deal\n",
        {"activity_type": "meeting", "deal_id": "Big deal", "owner": "Ann", "minutes": 90.0, "occurred_at": DAY},
    ),
    "Dynamics, not yet done": (
        "dynamics",
        "Subject,Activity Type,Activity Status,Regarding,Owner,Due Date,Actual End\n"
        "Demo,Appointment,Open,Big deal,Ann,2026-01-15 10:00,\n"
        "Ring,Phone Call,Completed,Big deal,Ann,,2026-01-16 10:00\n",
        {"activity_type": "Appointment", "deal_id": "Big deal", "done": False, "occurred_at": DAY},
    ),
    "Zoho task, not yet done": (
        "zoho",
        "Record Id,Task Owner,Subject,Due Date,Status,Related To,Closed Time\n"
        "1,Ann,Ring,2026-01-15 10:00:00,Not Started,Big deal,\n"
        "2,Ann,Ring,2026-01-15,Completed,Big deal,2026-01-16 10:00:00\n",
        {"activity_type": "task", "done": False, "occurred_at": DAY},
    ),
    "a calendar": (
        None,
        "Subject,Start Date,Start Time,End Date,End Time,Meeting Organizer\n"
        "Demo,1/15/2026,10:00:00 AM,1/15/2026,11:00:00 AM,Ann\n",
        {"activity_type": "meeting", "owner": "Ann", "occurred_at": DAY},
    ),
    "HubSpot, German": (
        "hubspot",
        "Datensatz-ID,Aktivitätstyp,Aktivitätsdatum,Aktivität zugewiesen zu,Zugeordnete Deal-IDs\n"
        "1,Anruf,15.01.2026 10:00,Ann,501\n",
        {"activity_type": "Anruf", "owner": "Ann", "deal_id": "501", "occurred_at": DAY},
    ),
    "a Salesforce report, German": (
        "salesforce",
        "Zugewiesen;Thema;Datum;Status;Firma / Account;Opportunity;Aufgabenuntertyp\n"
        "Ann;Anruf;15.01.2026 10:00;Abgeschlossen;ACME;Big;Anruf\n",
        {"activity_type": "Anruf", "owner": "Ann", "deal_id": "Big", "done": True, "occurred_at": DAY},
    ),
    "a Spanish list": (
        None,
        "Fecha;Comercial;Tipo de actividad;Cliente;Resultado\n15/01/2026 10:00;Ann;Llamada;ACME;hablado\n",
        {"activity_type": "Llamada", "owner": "Ann", "outcome": "hablado", "occurred_at": DAY},
    ),
    "a German list": (
        None,
        "Datum;Mitarbeiter;Art;Kunde;Ergebnis;Dauer (Min.)\n15.01.2026 10:00;Ann;Anruf;ACME;erreicht;12\n",
        {"activity_type": "Anruf", "owner": "Ann", "account": "ACME", "minutes": 12.0, "occurred_at": DAY},
    ),
}


@pytest.mark.parametrize("name", ACTIVITIES)
def test_activities_of_every_crm_are_understood(tmp_path, name):
    crm, content, expected = ACTIVITIES[name]
    found = _first(tmp_path, content, Kind.ACTIVITIES, crm)
    assert {key: found.get(key) for key in expected} == expected


OTHERS = {
    "HubSpot owners go by the id that deals name": (
        Kind.PEOPLE,
        "hubspot",
        "id,email,firstName,lastName,userId,archived\n77,ann@x.com,Ann,Lee,99,false\n",
        {"owner": "Ann Lee", "owner_id": "77"},
    ),
    "Dynamics users": (
        Kind.PEOPLE,
        "dynamics",
        "(Do Not Modify) User,Full Name,Primary Email,Business Unit,Title,Status,Manager\n"
        "1,Ann Lee,ann@x.com,North,AE,Disabled,Mia\n",
        {"owner": "Ann Lee", "team": "North", "active": False},
    ),
    "Odoo users": (
        Kind.PEOPLE,
        "odoo",
        "id,name,login,sale_team_id/name,active\n2,Ann Lee,ann@x.com,North,True\n",
        {"owner": "Ann Lee", "owner_id": "2", "team": "North", "email": "ann@x.com"},
    ),
    "German stages": (
        Kind.STAGES,
        None,
        "Phase;Reihenfolge;Wahrscheinlichkeit\nAngebot;2;50 %\nGewonnen;3;100 %\n",
        {"stage": "Angebot", "stage_order": 2.0, "probability": 0.5},
    ),
    "Salesforce stages": (
        Kind.STAGES,
        "salesforce",
        "Id,MasterLabel,ApiName,SortOrder,IsClosed,IsWon,DefaultProbability\n1,Proposal,Proposal,3,0,0,60.0\n",
        {"stage": "Proposal", "stage_order": 3.0, "probability": 0.6},
    ),
    "Pipedrive stages": (
        Kind.STAGES,
        "pipedrive",
        "id,order_nr,name,active_flag,deal_probability,pipeline_id,pipeline_name\n7,2,Proposal,true,50,1,Main\n",
        {"stage": "Proposal", "stage_id": "7", "pipeline": "Main", "probability": 0.5},
    ),
    "Close statuses": (
        Kind.STAGES,
        "close",
        "id,label,type,pipeline_id,pipeline_name\ns1,Signed,won,p1,Sales\n",
        {"stage": "Signed", "kind": "won", "pipeline": "Sales"},
    ),
    "German rates": (
        Kind.RATES,
        None,
        "Währung;Datum;Kurs\nUSD;15.01.2026;0,92\n",
        {"currency": "USD", "date": DAY.date(), "rate": 0.92},
    ),
    "Salesforce rates say what the company's currency is worth in the other": (
        Kind.RATES,
        "salesforce",
        "Id,IsoCode,StartDate,NextStartDate,ConversionRate\n1,USD,2026-01-15,2026-02-01,1.25\n",
        {"currency": "USD", "date": DAY.date(), "rate": 0.8},
    ),
    "LinkedIn's connections are contacts and no reps": (
        Kind.CONTACTS,
        None,
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAl,Bo,https://x,,ACME,CEO,15 Jan 2026\n",
        {"name": "Al Bo", "account": "ACME", "level": "CEO"},
    ),
    "contacts with an owner are no reps": (
        Kind.CONTACTS,
        None,
        "id,first_name,last_name,email,owner_id,company,status\n1,Al,Bo,a@b.c,77,ACME,new\n",
        {"name": "Al Bo", "account": "ACME", "owner": "77"},
    ),
    "German contacts": (
        Kind.CONTACTS,
        None,
        "Kontakt-ID;Vorname;Nachname;Firma;Position;Betreuer;Erstellt am\n1;Al;Bo;ACME;Leitung;Ann;15.01.2026\n",
        {"contact_id": "1", "name": "Al Bo", "account": "ACME", "owner": "Ann"},
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_people_stages_rates_and_contacts_are_understood(tmp_path, name):
    kind, crm, content, expected = OTHERS[name]
    found = _first(tmp_path, content, kind, crm)
    assert {key: found.get(key) for key in expected} == expected


def test_an_event_without_a_status_beside_completed_tasks_is_not_undone(tmp_path):
    report = (
        "Assigned,Subject,Date,Status,Opportunity,Activity Type\nAnn,Call,1/15/2026,Completed,Big,Call\n"
        "Ann,Demo,1/16/2026,,Big,Meeting\n"
    )
    assert _first(tmp_path, report, Kind.ACTIVITIES, "salesforce", row=1).get("done") is None
