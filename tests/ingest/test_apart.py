"""Two CRMs side by side: the same numbers name other deals."""

from decimal import Decimal

import pytest

from kpi_engine import workspace
from kpi_engine.storage.store import Store
from tests.ingest.test_commit import take_in, upload

PIPEDRIVE = (
    "Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Stage,Deal - Status,Deal - Deal created\n"
    "1,Pier,Ann,100,Lead,Open,2026-01-05\n2,Quay,Ann,200,Lead,Open,2026-01-06\n"
)
ODOO = (
    "ID,Opportunity,Salesperson,Stage,Expected Revenue,Created on,Expected Closing\n"
    "1,Mast,Bob,New,10,2026-01-07,2026-05-01\n2,Keel,Bob,New,{},2026-01-08,2026-05-01\n"
)
MEETINGS = "Document Name,Activity Type,Due Date,Assigned to,State\n1,Call,2026-01-08,Bob,Done\n"


@pytest.fixture
def store():
    with Store.in_memory() as opened:
        yield opened


def _open(store):
    deals = store.read().rows("select deal_name, amount from fct_deals where status = 'open' order by deal_name")
    return dict(deals)


def test_deals_of_two_crms_with_the_same_ids_are_kept_apart_and_said(store, tmp_path):
    take_in(store, upload(tmp_path, PIPEDRIVE, "p.csv"))
    [report] = take_in(store, upload(tmp_path, ODOO.format(20), "o.csv"))
    assert _open(store) == {"Pier": 100, "Quay": 200, "Mast": 10, "Keel": 20}
    assert any("kept apart" in issue.why for issue in report.issues)


def test_next_weeks_export_and_the_activities_belong_to_the_same_deals(store, tmp_path):
    take_in(store, upload(tmp_path, PIPEDRIVE, "p.csv"))
    files = upload(tmp_path, MEETINGS, "m.csv"), upload(tmp_path, ODOO.format(20), "o.csv")
    assert [r.status for r in take_in(store, *files)] == ["committed", "committed"]
    later = ODOO.format(25) + "3,Sail,Bob,New,1,2026-01-15,2026-05-01\n"
    assert take_in(store, upload(tmp_path, later, "o2.csv"))[0].status == "committed"
    assert _open(store) == {"Pier": 100, "Quay": 200, "Mast": 10, "Keel": 25, "Sail": Decimal(1)}
    met = "select deal_name from fct_activities inner join fct_deals using (deal_id)"
    assert store.read().rows(met) == [("Mast",)]


def test_undone_and_imported_again_they_are_the_same(store, tmp_path):
    take_in(store, upload(tmp_path, PIPEDRIVE, "p.csv"))
    before = _open(store)
    [report] = take_in(store, upload(tmp_path, ODOO.format(20), "o.csv"))
    both = _open(store)
    workspace.undo_import(store, report.import_id)
    assert _open(store) == before
    take_in(store, upload(tmp_path, ODOO.format(20), "o.csv"))
    assert _open(store) == both


def test_the_same_deals_in_two_crms_stay_one(store, tmp_path):
    take_in(store, upload(tmp_path, PIPEDRIVE, "p.csv"))
    same = ODOO.format(20).replace("Mast", "Pier").replace("Keel", "Quay")
    take_in(store, upload(tmp_path, same, "o.csv"))
    assert len(_open(store)) == 2
    assert store.read().value("select count(*) from fct_deals") == 2
