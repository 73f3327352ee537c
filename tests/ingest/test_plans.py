"""Targets as people plan them: a column per month or KPI, periods in any words, totals that are nobody's."""

import pytest

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.validate import validate
from kpi_engine.names import Kind
from kpi_engine.periods import parse
from tests.ingest.files import write

JANUARY_AND_FEBRUARY = [("Ann Lee", "2026-01", 1000), ("Ann Lee", "2026-02", 1100)]


def _validated(tmp_path, content, name="quota.csv", **answers):
    staged = stage(write(tmp_path, content, name), name)
    detection = detect(staged, Answers(**answers))
    assert detection.kind is Kind.TARGETS
    assert detection.why_not is None
    return detection, validate(staged, detection, Answers(**answers))


def _targets(validated):
    return [
        (row["owner"], parse(row["period"]).label, row["target"]) for row in validated.tables["raw_targets"].to_pylist()
    ]


PLANS = {
    "months in words": "Rep,Jan 2026,Feb 2026\nAnn Lee,1000,1100\n",
    "months as a spreadsheet shows them": "Rep,Jan-26,Feb-26\nAnn Lee,1000,1100\n",
    "months in numbers": "Rep,2026-01,2026-02\nAnn Lee,1000,1100\n",
    "days that begin months, month first": "Rep,1/1/2026,2/1/2026\nAnn Lee,1000,1100\n",
    "days that begin months, day first": "Rep,01/01/2026,01/02/2026\nAnn Lee,1000,1100\n",
    "German": "Verkäufer;Januar 2026;Februar 2026\nAnn Lee;1.000,00;1.100,00\n",
    "months under a title with the year": "Plan 2026,,\nRep,January,February\nAnn Lee,1000,1100\n",
    "with a sum, a team and a year": "Rep,Team,Jan 2026,Feb 2026,Total,FY 2026\nAnn Lee,North,1000,1100,2100,9\n",
    "with a total for all": "Rep,Jan 2026,Feb 2026\nAnn Lee,1000,1100\nTotal,1000,1100\n",
    "long, German": "Mitarbeiter;Monat;Ziel\nAnn Lee;Januar 2026;1.000,00\nAnn Lee;Feb. 26;1.100,00\n",
    "long, French": "Commercial;Mois;Objectif\nAnn Lee;janv. 2026;1 000,00\nAnn Lee;févr. 2026;1 100,00\n",
    "long, days": "Rep,Month,Quota\nAnn Lee,1/1/2026,1000\nAnn Lee,2/1/2026,1100\n",
    "long, the year apart": "Rep,Year,Month,Quota\nAnn Lee,2026,1,1000\nAnn Lee,2026,February,1100\n",
    "Salesforce": "Id,QuotaOwnerId,StartDate,QuotaAmount\n1,Ann Lee,2026-01-01,1000\n2,Ann Lee,2026-02-01,1100\n",
}


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_in_any_form_gives_the_same_targets(tmp_path, plan):
    detection, validated = _validated(tmp_path, PLANS[plan])
    assert detection.open_questions == ()
    assert _targets(validated) == JANUARY_AND_FEBRUARY
    assert validated.read == validated.accepted + validated.duplicate + validated.skipped


def test_a_column_per_quarter_is_taken_and_its_days_are_no_months(tmp_path):
    wide = _validated(tmp_path, "Rep,Q1 2026,Q2 2026\nAnn Lee,5,6\n")[1]
    long = _validated(tmp_path, "Rep,Quarter,Quota\nAnn Lee,2026-01-01,5\nAnn Lee,2026-04-01,6\n")[1]
    fiscal = _validated(tmp_path, "Owner,Fiscal Year,Quarter,Quota\nAnn Lee,2026,Q1,5\nAnn Lee,2026,Q2,6\n")[1]
    assert (
        _targets(wide) == _targets(long) == _targets(fiscal) == [("Ann Lee", "2026-Q1", 5), ("Ann Lee", "2026-Q2", 6)]
    )


def test_numbers_per_month_that_nothing_calls_targets_are_asked_about(tmp_path):
    content, name = "Rep,Jan 2026,Feb 2026\nAnn Lee,1000,1100\n", "sheet.csv"
    detection, _ = _validated(tmp_path, content, name)
    assert [q.id for q in detection.open_questions] == ["kind"]
    detection, validated = _validated(tmp_path, content, name, kind=Kind.TARGETS)
    assert detection.open_questions == ()
    assert _targets(validated) == JANUARY_AND_FEBRUARY


def test_a_period_that_cannot_be_told_is_rejected_and_said(tmp_path):
    _, validated = _validated(tmp_path, "Rep,Month,Quota\nAnn,Jan 2026,1\nAnn,someday,2\nAnn,March,3\n")
    assert (validated.accepted, validated.rejected) == (1, 2)
    assert {issue.why for issue in validated.issues} == {
        "'someday' is no period that is understood.",
        "'March' names no year.",
    }


def test_a_goal_of_deals_is_no_goal_of_money(tmp_path):
    goals = "Assignee,Type,Period start,Target\nAnn,deals won,2026-01-01,10\nAnn,Revenue,2026-01-01,5000\n"
    _, validated = _validated(tmp_path, goals, "goals.csv")
    kpis = {row["kpi"]: row["target"] for row in validated.tables["raw_targets"].to_pylist()}
    assert kpis == {"won_deals": 10, "won_value": 5000}


def test_a_column_per_kpi_gives_a_target_for_each(tmp_path):
    _, validated = _validated(tmp_path, "Owner,Month,Won value,Calls\nAnn,2026-01,1000,90\n", "targets.csv")
    kpis = {row["kpi"]: row["target"] for row in validated.tables["raw_targets"].to_pylist()}
    assert kpis == {"won_value": 1000, "calls": 90}


def test_a_type_that_names_no_kpi_is_none(tmp_path):
    _, validated = _validated(tmp_path, "Rep,Type,Month,Quota\nAnn,Inside,2026-01,5\nBob,Field,2026-01,6\n")
    assert {row["kpi"] for row in validated.tables["raw_targets"].to_pylist()} == {"won_value"}


def test_a_kpi_goes_by_its_label_too(tmp_path):
    _, validated = _validated(tmp_path, "Rep,Metric,Month,Target\nAnn,Qualified meetings,2026-01,5\n")
    assert validated.tables["raw_targets"]["kpi"].to_pylist() == ["qualified_meetings"]
