"""Win chances are decided once, stay decided, and every number follows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_engine import workspace
from kpi_engine.agreements import books, journal
from kpi_engine.agreements.probabilities import (
    ChanceRefused,
    Decision,
    ProposalMovedOn,
    accept,
    in_force,
    override,
    seen_now,
    take_back_override,
    withdraw,
)
from kpi_engine.agreements.versions import Version, read_versions
from kpi_engine.errors import UnknownName
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.movement import movement, movement_deals
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.trend import trend
from kpi_engine.storage.store import Store
from tests.agreements.chances import AS_OF, DEALS, FIRST, LATER, a_week_later, bring_in, estimated
from tests.conftest import PROJECT
from tests.copies import copied
from tests.test_workspace import damaged_log

ANN = Decision("Ann", datetime(2026, 2, 1, 9, 30))
EV_FIRST, EV_LATER = 1000 * 0.1 + 2000 * 0.5 + 500 * 0.5, 1000 * 0.2 + 2000 * 0.4 + 500 * 0.5
"""Land has no history: a ladder with one rung, 50 %, whatever is accepted for Boats."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deals whose history said FIRST at their import, and says LATER since it was counted again."""
    folder = tmp_path_factory.mktemp("made")
    with workspace.open_store(folder / "tideline.duckdb") as opened:
        with estimated(FIRST):
            bring_in(opened, folder)
        with estimated(LATER):
            workspace.rebuild(opened)
    return folder / "tideline.duckdb"


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    with workspace.open_store(copied(made, tmp_path)) as opened:
        yield opened


def ev(store: Store, **when: date) -> float:
    return float(measure(store.read(), ["expected_value"], **when)["value"].iloc[0])


def table(store: Store) -> dict[tuple[str, str], tuple[float, str]]:
    rows = store.read().rows("select pipeline, stage, probability::double, how from dim_stage_probability")
    return {(pipeline, stage): (chance, how) for pipeline, stage, chance, how in rows}


def decide(store: Store, what, decision: Decision = ANN, *args, **more):
    with store.transaction() as session:
        return what(session, decision, *args, **more)


def test_the_first_estimate_with_enough_history_is_accepted_by_itself_and_the_next_is_only_a_proposal(store):
    held = table(store)
    assert held["Boats", "Lead"] == (0.1, "automatic")
    assert held["Boats", "Offer"] == (0.5, "automatic")
    assert held["Land", "Lead"] == (0.5, "stand_in")
    assert ev(store) == EV_FIRST
    proposed = store.read().rows("select probability::double from dim_stage_estimate where stage = 'Offer'")
    assert proposed == [(0.4,)]
    (version,) = read_versions(store.read())
    assert (version.how, version.effective_date, version.as_of, version.pipeline) == ("automatic", None, AS_OF, "Boats")


def test_accepting_changes_expected_value_today_and_the_movement_says_that_it_was_no_work(store):
    before = store.data_version
    version = decide(store, accept)
    assert store.data_version > before
    assert (version.how, version.effective_date, version.decided_by) == ("accepted", AS_OF, "Ann")
    assert ev(store) == EV_LATER
    found = movement(store.read(), Slice(), AS_OF - timedelta(days=1), AS_OF)
    assert {c: float(v) for c, v in found.causes.items() if v} == {"recalibrated": EV_LATER - EV_FIRST}
    deals = movement_deals(store.read(), Slice(), AS_OF - timedelta(days=1), AS_OF, "recalibrated")
    assert {row["deal_id"]: float(row["change"]) for row in deals.to_dict("records")} == {"1": 100, "2": -200}


def test_the_trend_has_todays_chances_throughout_or_those_of_the_time(store):
    decide(store, accept)
    week = AS_OF - timedelta(days=6)
    now, then = (trend(store.read(), chances=chances).set_index("period_end") for chances in ("today", "then"))
    assert now["expected_value"].iloc[-1] == then["expected_value"].iloc[-1] == EV_LATER
    assert then["expected_value"].loc[week] == EV_FIRST
    assert now["expected_value"].loc[week] == EV_LATER


def test_looking_from_an_earlier_day_the_chances_of_that_day_count(store):
    decide(store, accept)
    earlier = AS_OF - timedelta(days=1)
    assert ev(store, as_of=earlier) == EV_FIRST
    assert trend(store.read(), as_of=earlier)["expected_value"].iloc[-1] == EV_FIRST


def test_taking_an_acceptance_back_at_once_is_as_if_it_had_never_been_and_leaves_both_decisions_on_record(store):
    decide(store, accept)
    taken = decide(store, withdraw)
    assert ev(store) == EV_FIRST
    assert movement(store.read(), Slice(), date(2026, 1, 1), AS_OF).recalibrated == 0
    assert [v.how for v in read_versions(store.read())] == ["automatic", "accepted", "withdrawn"]
    assert taken.takes_back == 2
    with pytest.raises(ChanceRefused, match="Nobody has accepted any"):
        decide(store, withdraw)


def test_taken_back_a_week_later_the_week_keeps_what_it_had(store, tmp_path):
    decide(store, accept)
    rows, day = a_week_later()
    with estimated(LATER):
        bring_in(store, tmp_path, rows, day)
    decide(store, withdraw)
    middle = AS_OF + timedelta(days=3)
    between, after = movement(store.read(), Slice(), AS_OF, middle), movement(store.read(), Slice(), middle, day)
    assert (float(between.start), between.recalibrated) == (EV_LATER, 0)
    assert float(after.recalibrated) == pytest.approx(EV_FIRST - EV_LATER)
    assert ev(store) == 1000 * 0.1 + 2500 * 0.5 + 500 * 0.5


def test_one_pipeline_or_one_stage_can_be_accepted_alone(store):
    decide(store, accept, ANN, "Boats", "Lead")
    assert (table(store)["Boats", "Lead"], table(store)["Boats", "Offer"]) == ((0.2, "accepted"), (0.5, "automatic"))
    decide(store, accept, ANN, "Boats")
    assert table(store)["Boats", "Offer"] == (0.4, "accepted")


def test_where_too_few_deals_ended_there_is_nothing_to_accept(store):
    with pytest.raises(ChanceRefused, match="Too few deals have ended in the pipeline 'Land'"):
        decide(store, accept, ANN, "Land")
    with pytest.raises(UnknownName, match="Did you mean 'Boats'"):
        decide(store, accept, ANN, "Boat")
    with pytest.raises(UnknownName, match="Did you mean 'Offer'"):
        decide(store, accept, ANN, None, "Ofer")
    with pytest.raises(ChanceRefused, match="Several pipelines have a stage called 'Lead'"):
        decide(store, accept, ANN, None, "Lead")


def test_a_proposal_that_has_moved_on_is_not_accepted(store, tmp_path):
    seen = seen_now(store.read())
    decide(store, override, Decision("Bo"), "Boats", "Lead", Decimal("0.3"), "a new price list")
    before = ev(store)
    with pytest.raises(ProposalMovedOn, match="moved on since you saw it"):
        decide(store, accept, Decision("Ann", seen=seen))
    seen = seen_now(store.read())
    rows, day = a_week_later()
    with estimated(LATER):
        bring_in(store, tmp_path, rows, day)
    with pytest.raises(ProposalMovedOn):
        decide(store, accept, Decision("Ann", seen=seen))
    assert len(read_versions(store.read())) == 2
    assert ev(store) == before + 500 * 0.5
    decide(store, accept, Decision("Ann", seen=seen_now(store.read())))


def test_an_undo_takes_back_what_was_on_screen_or_nothing(store):
    first = decide(store, accept)
    decide(store, accept, Decision("Bo"))
    with pytest.raises(ProposalMovedOn, match="Somebody else"):
        decide(store, withdraw, ANN, first.version_id)
    assert decide(store, withdraw).takes_back == 3
    assert decide(store, withdraw).takes_back == first.version_id


def test_an_undo_takes_back_the_last_decision_whichever_it_was(store):
    first = decide(store, accept)
    by_hand = decide(store, override, ANN, "Boats", "Offer", Decimal("0.7"), "a letter")
    again = decide(store, override, ANN, "Boats", "Offer", Decimal("0.8"), "two letters")
    assert decide(store, withdraw, ANN, again.version_id).takes_back == again.version_id
    assert table(store)["Boats", "Offer"] == (0.7, "override")
    assert decide(store, withdraw).takes_back == by_hand.version_id
    assert table(store)["Boats", "Offer"] == (0.4, "accepted")
    assert decide(store, withdraw).takes_back == first.version_id
    assert table(store)["Boats", "Offer"] == (0.5, "automatic")
    with pytest.raises(ChanceRefused, match="nothing to take back"):
        decide(store, withdraw)


def test_a_stage_of_deals_that_are_not_open_cannot_be_set_by_hand(store):
    with pytest.raises(ChanceRefused, match="a deal in 'Won' is won: a chance set by hand would change no number"):
        decide(store, override, ANN, "Boats", "Won", Decimal("0.5"), "hope")
    assert len(read_versions(store.read())) == 1


def test_a_stage_set_by_hand_keeps_its_chance_until_it_is_taken_back(store):
    decide(store, override, ANN, "Boats", "Offer", Decimal("0.7"), "  two big\n customers signed a letter ")
    assert table(store)["Boats", "Offer"] == (0.7, "override")
    assert read_versions(store.read())[-1].reason == "two big customers signed a letter"
    decide(store, accept)
    assert table(store)["Boats", "Offer"] == (0.7, "override")
    assert table(store)["Boats", "Lead"] == (0.2, "accepted")
    decide(store, override, ANN, None, "Offer", Decimal("0.75"), "a third one")
    decide(store, take_back_override, ANN, None, "Offer")
    assert table(store)["Boats", "Offer"] == (0.4, "accepted")
    with pytest.raises(ChanceRefused, match="not set by hand"):
        decide(store, take_back_override, ANN, "Boats", "Offer")


def test_accepting_this_very_stage_ends_what_was_set_by_hand_and_undoing_that_brings_it_back(store):
    decide(store, override, ANN, "Boats", "Offer", Decimal("0.7"), "hope")
    decide(store, accept, ANN, "Boats", "Offer")
    assert table(store)["Boats", "Offer"] == (0.4, "accepted")
    decide(store, withdraw)
    assert table(store)["Boats", "Offer"] == (0.7, "override")


def test_a_stage_without_history_can_be_set_by_hand(store):
    decide(store, override, ANN, "Land", "Lead", Decimal("0.25"), "we sell one in four")
    assert table(store)["Land", "Lead"] == (0.25, "override")
    assert ev(store) == EV_FIRST - 500 * 0.25


@pytest.mark.parametrize(
    ("chance", "reason", "sentence"),
    [
        ("0.4", " \n", "Give a reason"),
        ("1", "sure", "Nothing is certain before the money is in"),
        ("0.9999999", "sure", "Nothing is certain before the money is in"),
        ("1.2", "sure", "between 0 and 100"),
        ("-0.1", "sure", "between 0 and 100"),
        ("NaN", "sure", "between 0 and 100"),
    ],
)
def test_a_chance_that_cannot_be_is_refused_and_nothing_is_written(store, chance, reason, sentence):
    before, version = table(store), store.data_version
    with pytest.raises(ChanceRefused, match=sentence):
        decide(store, override, ANN, "Boats", "Offer", Decimal(chance), reason)
    assert (table(store), store.data_version, len(read_versions(store.read()))) == (before, version, 1)


def test_an_earlier_day_can_be_chosen_but_none_before_the_table_in_force(store):
    decide(store, accept, Decision("Ann", effective=date(2026, 1, 10)))
    assert movement(store.read(), Slice(), date(2026, 1, 9), date(2026, 1, 10)).recalibrated == -100
    with pytest.raises(ChanceRefused, match="hold since 2026-01-10"):
        decide(store, accept, Decision("Ann", effective=date(2026, 1, 9)))


def test_a_day_to_come_changes_nothing_until_the_data_reach_it(store, tmp_path):
    rows, day = a_week_later()
    decide(store, accept, Decision("Ann", effective=day))
    assert ev(store) == EV_FIRST
    with estimated(LATER):
        bring_in(store, tmp_path, rows, day)
    assert ev(store) == EV_LATER + 500 * 0.4
    assert in_force(store.read(), AS_OF)["Boats", "Offer"].chance.probability == Decimal("0.5")


def test_what_was_decided_survives_the_undo_of_every_import_and_a_new_one(store, tmp_path):
    decide(store, accept)
    decide(store, override, ANN, "Boats", "Lead", Decimal("0.3"), "reason")
    held = table(store)
    workspace.undo_import(store, 1)
    assert table(store) == {}
    assert [v.how for v in read_versions(store.read())] == ["automatic", "accepted", "override"]
    with estimated(FIRST):
        bring_in(store, tmp_path)
    assert table(store) == held
    workspace.rebuild(store)
    assert table(store) == held


def test_what_nobody_decided_goes_with_the_import_it_came_from(store, tmp_path):
    workspace.undo_import(store, 1)
    with estimated(LATER):
        bring_in(store, tmp_path)
    assert table(store)["Boats", "Offer"] == (0.4, "automatic")
    assert [v.how for v in read_versions(store.read())] == ["automatic", "withdrawn", "automatic"]


def test_a_stage_that_appears_later_is_filled_in_and_said_to_be_not_accepted(store, tmp_path):
    rows = DEALS + "6,Raft,Ann,Boats,Demo,100,2026-02-02,\n"
    day = AS_OF + timedelta(days=7)
    with estimated(LATER | {"Demo": 0.35}):
        bring_in(store, tmp_path, rows, day)
    assert table(store)["Boats", "Demo"] == (0.35, "not_accepted")
    assert table(store)["Boats", "Offer"] == (0.5, "automatic")
    with estimated(LATER):
        workspace.rebuild(store)
    chance, how = table(store)["Boats", "Demo"]
    assert how == "not_accepted"
    assert 0.1 <= chance <= 0.99
    with estimated(LATER | {"Demo": 0.35}):
        workspace.rebuild(store)
        decide(store, accept)
    assert table(store)["Boats", "Demo"] == (0.35, "accepted")
    # Lead rises by a tenth of 1,000, Offer falls by a tenth of 2,000; Demo has what it had.
    assert movement(store.read(), Slice(), date(2026, 2, 6), day).recalibrated == 100 - 200
    # What is estimated of it later says nothing of the days before: nobody had decided another chance for them.
    with estimated(LATER | {"Demo": 0.6}):
        workspace.rebuild(store)
    assert movement(store.read(), Slice(), date(2026, 2, 6), day).recalibrated == 100 - 200


def test_a_stage_that_is_gone_does_no_harm(store, tmp_path):
    decide(store, override, ANN, "Boats", "Offer", Decimal("0.7"), "hope")
    workspace.undo_import(store, 1)
    with estimated({"Lead": 0.2}):
        bring_in(store, tmp_path, "1,Ferry,Ann,Boats,Lead,1000,2026-01-05,\n")
    assert ("Boats", "Offer") not in table(store)
    assert ev(store) == 100
    decide(store, take_back_override, ANN, "Boats", "Offer")


def test_nothing_is_certain_before_the_money_is_in_whatever_the_estimate_says(tmp_path):
    with workspace.open_store(tmp_path / "sure.duckdb") as store, estimated({"Lead": 1.0, "Won": 1.0}):
        bring_in(store, tmp_path)
        assert table(store)["Boats", "Lead"] == (0.99, "automatic")
        assert table(store)["Boats", "Won"] == (0.99, "automatic")


def test_without_deals_there_is_nothing_to_decide():
    with Store.in_memory() as empty, pytest.raises(ChanceRefused, match="no deals yet"):
        decide(empty, accept)


def test_decisions_come_back_when_a_store_is_filled_again_from_its_originals(store, tmp_path):
    workspace.decide(store, lambda session: accept(session, ANN))
    workspace.decide(store, lambda session: override(session, ANN, "Boats", "Lead", Decimal("0.3"), "reason"))
    held, decided, path = table(store), read_versions(store.read()), store.path
    store.close()
    path.unlink()
    with workspace.open_store(path) as again, estimated(FIRST):
        assert workspace.rebuild_from_originals(again, reader=stage)[0].status == "committed"
        assert (table(again), read_versions(again.read())) == (held, decided)


def test_decisions_only_a_damaged_log_held_come_back_too(store, tmp_path):
    path = store.path
    saved = tmp_path / "saved.duckdb"
    store.close()
    shutil.copyfile(path, saved)
    with workspace.open_store(path) as lived:
        workspace.decide(lived, lambda session: accept(session, ANN))
        held = table(lived)
    shutil.copyfile(saved, path)
    damaged_log(path)
    with workspace.open_store(path) as again:
        assert table(again) == held
        assert "Decisions about win chances that the log had held were put back: 1." in again.notices


def test_a_file_of_decisions_that_tells_another_past_is_left_alone(store):
    other = [Version(1, "automatic", pipeline="Elsewhere"), Version(2, "accepted")]
    with store.transaction() as session:
        assert journal.restore(session, books.CHANCES, other) == 0
    assert len(read_versions(store.read())) == 1


def test_a_file_of_decisions_that_tells_another_past_is_set_aside_and_not_written_over(store, tmp_path):
    """A store of the same name is begun anew: what the old one had decided can still be read."""
    workspace.decide(store, lambda session: accept(session, ANN))
    file = next(store.originals.glob("*.decisions"))
    old, path = file.read_text(encoding="utf-8"), store.path
    store.close()
    path.unlink()
    with workspace.open_store(path) as other:
        with estimated(LATER):
            bring_in(other, tmp_path, DEALS.replace("1000", "1500"))
        workspace.decide(other, lambda session: override(session, ANN, "Boats", "Lead", Decimal("0.3"), "reason"))
        (aside,) = other.originals.glob("*.decisions.other-*")
        assert aside.read_text(encoding="utf-8") == old
        assert [v.how for v in journal.kept(other, books.CHANCES)] == ["automatic", "override"]
        (said,) = [notice for notice in other.notices if "set aside" in notice]
        assert aside.name in said
        workspace.rebuild_from_originals(other, reader=stage)
        assert [v.how for v in journal.kept(other, books.CHANCES)][:2] == ["automatic", "override"]
        assert len(list(other.originals.glob("*.other-*"))) == 1


def test_decisions_the_store_has_lost_are_not_written_over_by_an_import(store, tmp_path):
    workspace.decide(store, lambda session: accept(session, ANN))
    old, path = next(store.originals.glob("*.decisions")).read_text(encoding="utf-8"), store.path
    store.close()
    path.unlink()
    with workspace.open_store(path) as other, estimated(FIRST):
        bring_in(other, tmp_path)
        assert [aside.read_text(encoding="utf-8") for aside in other.originals.glob("*.other-*")] == [old]


def test_deals_first_and_their_stage_history_a_minute_later_are_accepted_as_both_at_once(tmp_path):
    files = [Upload(PROJECT / "data" / "sample" / name, name) for name in ("deals.csv", "stage_history.csv")]
    with (
        workspace.open_store(tmp_path / "at_once.duckdb") as at_once,
        workspace.open_store(tmp_path / "two.duckdb") as two,
    ):
        workspace.import_files(at_once, files, reader=stage)
        workspace.import_files(two, files[:1], reader=stage)
        on_half = table(two)
        workspace.import_files(two, files[1:], reader=stage)
        assert table(two) == table(at_once) != on_half
        assert "automatic" in {how for _, how in table(two).values()}
        assert {v.how for v in read_versions(two.read())} == {"automatic", "withdrawn"}


@pytest.mark.parametrize("is_decided", [False, True])
def test_more_files_of_the_same_day_replace_what_nobody_decided_and_nothing_else(tmp_path, is_decided):
    with workspace.open_store(tmp_path / "t.duckdb") as store:
        with estimated(FIRST):
            bring_in(store, tmp_path)
        if is_decided:
            decide(store, override, ANN, "Boats", "Lead", Decimal("0.3"), "reason")
        people = tmp_path / "people.csv"
        people.write_text("Name,Team\nAnn,North\nBo,South\n", encoding="utf-8")
        with estimated(LATER):
            (report,) = workspace.import_files(store, [Upload(people, people.name)], reader=stage)
        assert report.status == "committed", report
        assert table(store)["Boats", "Offer"] == (0.5 if is_decided else 0.4, "automatic")
        rows, day = a_week_later()
        with estimated(FIRST | {"Offer": 0.7}):
            bring_in(store, tmp_path, rows, day)
        assert table(store)["Boats", "Offer"] == (0.5 if is_decided else 0.4, "automatic")


def test_a_decision_raises_the_data_version_and_leaves_that_of_the_facts(store):
    data, facts = store.data_version, store.facts_version
    decide(store, accept)
    assert (store.data_version, store.facts_version) == (data + 1, facts)
    workspace.rebuild(store)
    assert (store.data_version, store.facts_version) == (data + 2, facts + 1)
