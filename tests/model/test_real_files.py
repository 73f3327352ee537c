"""The facts of real exports that nobody here wrote."""

from pathlib import Path

import pytest

from kpi_engine.forecasting.stand_in import choose_now
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.metrics.query import measure
from kpi_engine.storage.store import Session, Store
from kpi_engine.workspace import import_files


def facts(folder: Path, *names: str, **answers: Answers) -> Session:
    """The facts of some files of a folder."""
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not on this machine")
    store = Store.in_memory()
    by_name = {f"{key}.csv": answer for key, answer in answers.items()}
    reports = import_files(store, [Upload(folder / name, name) for name in names], by_name)
    assert [(r.file, r.status) for r in reports] == [(name, "committed") for name in names]
    return store.read()


def outcomes(session: Session) -> dict[str, tuple[int, float | None]]:
    rows = session.rows("select status, count(*), sum(amount)::double from fct_deals group by status")
    return {status: (n, value) for status, n, value in rows}


@pytest.fixture(scope="module")
def maven(shared_data):
    return facts(shared_data / "maven-crm", "sales_pipeline.csv", "sales_teams.csv")


def test_maven_deals_end_as_its_readme_says(maven):
    assert outcomes(maven) == {"won": (4238, 10005534.0), "lost": (2473, 0.0), "open": (2089, None)}
    by_stage = dict(maven.rows("select stage, count(*) from fct_deals where status = 'open' group by stage"))
    assert by_stage == {"Engaging": 1589, "Prospecting": 500}


def test_maven_win_rate_and_the_trap_of_its_first_quarter(maven):
    whole = measure(maven, ["win_rate"])
    assert whole["value"].iloc[0] == pytest.approx(0.6315, abs=0.00005)
    by_quarter = measure(maven, ["win_rate"], by=["quarter"])
    assert [round(value * 100) for value in by_quarter["value"]] == [82, 62, 61, 60]


def test_maven_wins_per_closing_month(maven):
    rows = maven.rows("select month(closed_date), count(*) from fct_deals where status = 'won' group by 1 order by 1")
    assert rows == list(zip(range(3, 13), [531, 285, 438, 531, 308, 446, 503, 279, 406, 511], strict=True))


def test_maven_deals_without_a_created_date_are_counted_and_stay_out_of_the_trend(maven):
    assert ("deals_without_created_date", 500) in maven.rows("select code, n from model_notes")
    assert maven.value("select sum(deals_change) from fct_pipeline_day where is_undated") == 500


def test_maven_agents_have_the_team_of_their_manager(maven):
    assert maven.value("select count(*) from fct_deals where team is null") == 0


def test_maven_steps_are_in_the_order_of_a_sale(maven):
    rows = maven.rows("select stage, kind from dim_stages where stage_order > 0 order by stage_order")
    assert rows == [("Prospecting", "open"), ("Engaging", "open"), ("Won", "won"), ("Lost", "lost")]


@pytest.fixture(scope="module")
def revops(shared_data):
    names = ("opportunities.csv", "opp_stage_history.csv", "activities.csv", "quota_targets.csv")
    return facts(shared_data / "revops-mattsun", *names)


def test_revops_deals_end_as_its_readme_says(revops):
    assert outcomes(revops) == {"won": (44, 849666.44), "lost": (22, 422864.47), "open": (434, 13978556.76)}


def test_revops_last_stage_is_the_current_one_on_all_deals(revops):
    assert (
        revops.value("select count(*) from fct_deals d join raw_deals r using (deal_id) where d.stage = r.stage") == 500
    )
    assert revops.rows("select distinct evidence from fct_transitions") == [("history",)]


def test_revops_activities_and_quotas(revops):
    rows = revops.rows("select activity_type, count(*) from fct_activities group by 1 order by 1")
    assert rows == [("call", 1622), ("email", 1614), ("meeting", 831)]
    assert revops.rows("select count(*), sum(target)::double from fct_targets where kpi = 'won_value'") == [
        (80, 40794877.68)
    ]


def test_revops_probabilities_that_stand_in_are_the_crms_own(revops):
    told = [(c.stage, float(c.probability)) for c in choose_now(revops) if c.source == "crm"]
    assert sorted(told, key=lambda one: one[1]) == [
        ("Prospecting", 0.1),
        ("Qualification", 0.25),
        ("Proposal", 0.5),
        ("Negotiation", 0.75),
    ]


@pytest.fixture(scope="module")
def pipedrive(shared_data):
    names = ("deal_changes.csv", "stages.csv", "users.csv", "activity.csv")
    return facts(shared_data / "pipedrive-enpal", *names)


def test_pipedrive_deals_reach_as_far_as_its_readme_says(pipedrive):
    rows = pipedrive.rows(
        "select stage_order, count(distinct deal_id) from fct_transitions where kind = 'open' group by 1 order by 1"
    )
    assert rows == list(enumerate([1995, 1479, 1305, 1086, 894, 741, 588, 479, 324], start=1))


def test_pipedrive_deals_move_back_eight_times(pipedrive):
    # A re-used id interleaves two deals: some of its steps back come after a loss, as a deal that is reopened.
    n = pipedrive.value(
        """
        select count(*) from (
            select stage_order, lag(stage_order) over (partition by deal_id order by sequence) as before
            from fct_transitions where kind = 'open'
        ) where stage_order < before
        """
    )
    assert n == 8


def test_five_pipedrive_ids_were_used_again_and_it_is_said(pipedrive):
    assert ("deals_created_twice", 5) in pipedrive.rows("select code, n from model_notes")


def test_every_pipedrive_deal_ends_lost(pipedrive):
    assert outcomes(pipedrive) == {"lost": (1995, None)}


@pytest.fixture(scope="module")
def salesforce(shared_data):
    return facts(shared_data / "salesforce-dataexport", "Opportunity.csv", "OpportunityHistory.csv")


def test_salesforce_wins_are_as_its_readme_says(salesforce):
    assert outcomes(salesforce)["won"] == (18, 3645000.0)
    assert salesforce.value("select sum(amount)::double from fct_deals") == 5760000.0


def test_no_salesforce_deal_is_open_for_less_than_no_time(salesforce):
    assert salesforce.value("select count(*) from fct_changes where left_date <= change_date") == 0
    assert salesforce.value("select min(cycle_days) from fct_deals") >= 0


def test_skygeni_deals_end_by_their_outcome_and_not_by_their_stage(shared_data):
    session = facts(shared_data / "skygeni-b2b", "skygeni_sales_data.csv")
    assert outcomes(session) == {"won": (2263, 60589278.0), "lost": (2737, 70843186.0)}
    assert session.rows("select distinct stage from fct_deals order by 1") == [("Lost",), ("Won",)]


@pytest.fixture(scope="module")
def flat(shared_data):
    return facts(shared_data / "crm-and-sales-pipelines", "CRM-and-Sales-Pipelines.csv")


def test_the_flat_exports_win_rate_is_of_what_was_closed_not_of_its_opportunities(flat):
    rate = measure(flat, ["win_rate"])
    assert (rate["n"].iloc[0], rate["value"].iloc[0]) == (144, pytest.approx(0.576, abs=0.0005))
    said = dict(flat.rows("select code, n from model_notes"))
    assert said["deals_ended_without_outcome"] == 348


def test_zoho_names_repeat_up_to_ten_times_and_each_row_stays_a_deal(shared_data):
    session = facts(shared_data / "zoho-demo", "Potentials.csv")
    repeated = session.value("select max(n) from (select count(*) as n from fct_deals group by deal_name)")
    assert (session.value("select count(*) from fct_deals"), repeated) == (3632, 10)


def test_zoho_times_are_read_in_both_their_forms(shared_data):
    session = facts(shared_data / "zoho-demo", "Potentials.csv", "Calls.csv", "Events.csv", "Tasks.csv")
    assert session.value("select count(*) from fct_deals where created_date is null") == 0
    assert session.value("select count(*) from fct_activities where occurred_at is null") == 0
    assert session.value("select count(*) from fct_activities") == 4100 + 2978 + 2978


def test_zoho_probabilities_are_not_believed(shared_data):
    session = facts(shared_data / "zoho-demo", "Potentials.csv", Potentials=Answers(key=("row",)))
    won = outcomes(session)
    assert won["won"] == (1425, 89066200.0)
    assert won["lost"] == (485, 32059400.0)
    assert session.value("select sum(amount)::double from fct_deals") == 231380900.0
    assert "crm" not in {c.source for c in choose_now(session)}
