"""The walk through the past: what is scored, what it is measured against, and that files cut off say the same."""

import csv
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pipelines import history_of, simulate
from kpi_engine import workspace
from kpi_engine.forecasting import backtest as backtests
from kpi_engine.forecasting.backtest import MODELS, OURS, backtest, backtest_of, by_stage, day_of
from kpi_engine.forecasting.baselines import Ended, naive_bayes, stage_owner_rate
from kpi_engine.forecasting.chances import Teacher
from kpi_engine.forecasting.known import WON, day_number, load
from kpi_engine.forecasting.snapshots import Snapshots, take
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Store
from tests.conftest import PROJECT
from tests.forecasting.histories import DAY, Deal, cut_off, history

HISTORY = history_of(simulate(per_month=12, months=20, seed=3))
FOUND = backtest(HISTORY)


def test_each_deal_open_at_a_month_start_is_scored_once_against_what_came_of_it():
    pairs = list(zip(FOUND.cutoff.tolist(), FOUND.deal.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs) > 100
    won_on: dict[int, list[int]] = {}
    for deal, day, state in zip(HISTORY.deal, HISTORY.day, HISTORY.state, strict=True):
        if state == WON:
            won_on.setdefault(int(deal), []).append(int(day))
    for (cutoff, deal), is_won in zip(pairs, FOUND.is_won, strict=True):
        assert day_of(cutoff).day == 1
        assert bool(is_won) == any(cutoff <= day < cutoff + 90 for day in won_on.get(deal, []))
        assert cutoff + 90 <= HISTORY.day.max() + 1


def test_months_are_scored_once_thirty_deals_have_ended_and_five_of_them_were_won():
    first = int(FOUND.cutoff.min())
    for cutoff in {int(c) for c in FOUND.cutoff}:
        past = HISTORY.day < cutoff
        assert np.unique(HISTORY.deal[past & (HISTORY.state < 0)]).size >= 30
        assert np.unique(HISTORY.deal[past & (HISTORY.state == WON)]).size >= 5
    before = HISTORY.day < first - 31
    ended, won = before & (HISTORY.state < 0), before & (HISTORY.state == WON)
    assert np.unique(HISTORY.deal[ended]).size < 30 or np.unique(HISTORY.deal[won]).size < 5


@settings(deadline=None, max_examples=5)
@given(st.sampled_from(sorted({int(c) for c in FOUND.cutoff})))
def test_no_model_sees_what_comes_after_its_cutoff(cutoff):
    # The outcomes need the 90 days after; what is said at the cutoff itself needs nothing of them.
    without = Teacher(cut_off(HISTORY, cutoff)).at(cutoff)
    here = FOUND.cutoff == cutoff
    assert without.deal_id.tolist() == FOUND.deal_id[here].tolist()
    assert np.array_equal(without.ninety, FOUND.said[OURS][here])
    # Something has to have happened after them, for that is how far the data reach.
    shorter = backtest(cut_off(HISTORY, cutoff + 105))
    for name in set(MODELS) - {"crm"}:
        assert np.array_equal(shorter.said[name][shorter.cutoff == cutoff], FOUND.said[name][here]), name


def test_ours_beats_every_plain_rule_on_made_up_deals():
    summary = FOUND.summary()
    assert set(summary) == set(MODELS) - {"crm"}
    assert all(summary[OURS].brier < score.brier for name, score in summary.items() if name in MODELS[3:])


def test_too_little_history_scores_nothing():
    h = history(*[Deal([(i, "Lead"), (i + 5, "won")]) for i in range(10)], last_day=400)
    assert len(backtest(h)) == 0
    assert backtest(h).summary() == {}
    assert by_stage(backtest(h)) == []


def test_promised_against_happened_adds_up_stage_by_stage():
    told = by_stage(FOUND)
    assert [r.stage for r in told] == [f"Stage {i}" for i in range(1, 6)]
    assert sum(r.n for r in told) == len(FOUND)
    assert sum(r.happened * r.n for r in told) == pytest.approx(FOUND.is_won.sum())
    assert all(r.lower <= r.happened <= r.upper and r.n_deals <= r.n for r in told)


def ended(won, stages, owners):
    nothing = np.zeros(len(won), dtype=np.int64)
    return Ended(np.array(won, dtype=bool), np.array(stages), np.array(owners), nothing, nothing, nothing)


def opened(stages, owners):
    one = Snapshots.newcomer(DAY, 0)
    n = np.zeros(len(stages), dtype=np.int64)
    many = one.where(n)
    return Snapshots(**{**many.__dict__, "stage": np.array(stages), "owner": np.array(owners)})


def test_the_raw_rate_is_that_of_stage_and_rep_then_stage_then_all():
    past = ended([1, 0, 0, 1, 1, 0], [1, 1, 1, 2, 2, 2], [7, 7, 8, 7, 7, 8])
    assert stage_owner_rate(past, opened([1, 1, 2, 3], [7, 9, 8, 7])).tolist() == [0.5, pytest.approx(1 / 3), 0.0, 0.5]


def test_odoos_naive_bayes_by_hand():
    # 2 won, 2 lost. Stage 1: 1 won, 2 lost; stage 2: 1 won, 0 lost. Owners are not known.
    past = ended([1, 1, 0, 0], [1, 2, 1, 1], [0, 0, 0, 0])
    one = (2 * 1.1 / 2) / (2 * 1.1 / 2 + 2 * 2.1 / 2)
    two = (2 * 1.1 / 2) / (2 * 1.1 / 2 + 2 * 0.1 / 2)
    assert naive_bayes(past, opened([1, 2, 3], [0, 0, 0])) == pytest.approx([one, two, 0.5])


def test_both_kpis_of_the_chances_rest_on_one_walk_through_the_past(sample, monkeypatch):
    walks = []
    monkeypatch.setattr(backtests, "backtest", lambda *args: walks.append(args) or backtest(*args))
    session = sample.read()
    day = date(2026, 8, 30)  # a day no other test asks for
    first = measure(session, ["brier_score", "calibration_gap"], as_of=day)
    again = measure(session, ["calibration_gap"], Slice(owners=("Aroha Keating",)), as_of=day)
    assert list(first["status"]) == ["ok", "ok"]
    assert again["n"].iloc[0] < first["n"].iloc[1]
    assert len(walks) == 1


def test_a_slice_keeps_its_deals_and_what_was_said_of_them(sample):
    session = sample.read()
    everything = backtest_of(session)
    mine = backtest_of(session, Slice(owners=("Aroha Keating",)))
    ids = {deal_id for (deal_id,) in session.rows("select deal_id from fct_deals where owner = 'Aroha Keating'")}
    kept = np.array([d in ids for d in everything.deal_id])
    assert mine.deal_id.tolist() == everything.deal_id[kept].tolist()
    assert np.array_equal(mine.said[OURS], everything.said[OURS][kept])
    assert everything.said["crm"].mean() > 2 * everything.is_won.mean()  # far too rosy
    assert everything.summary()[OURS].brier < 0.09 < everything.summary()["last_90_days"].brier
    assert [r.stage for r in by_stage(everything)][-2:] == ["Proposal Sent", "Verbal Yes"]


CUT = date(2025, 3, 1)


@pytest.fixture(scope="module")
def cut_sample(tmp_path_factory):
    """The sample's deals and history as they would have been exported at the end of the day before CUT."""
    source, folder = PROJECT / "data" / "sample", tmp_path_factory.mktemp("cut")

    def read(name):
        with (source / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def write(name, rows):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

    changes = [row for row in read("stage_history") if row["Changed At"][:10] < CUT.isoformat()]
    newest = {row["Deal ID"]: row for row in changes}
    kinds = {row["Stage"]: row["Kind"] for row in read("stages")}
    deals = []
    for row in read("deals"):
        if row["Deal ID"] not in newest:
            continue
        last = newest[row["Deal ID"]]
        kind = kinds[last["Stage"]].lower()
        status = {"open": "Open", "lost": "Lost"}.get(kind, "Won")
        deals.append(
            row | {name: last[name] for name in ("Stage", "Amount", "Expected Close Date")}
            | {"Deal Owner": last["Owner"], "Status": status, "Probability (%)": "", "Last Activity Date": "",
               "Closed Date": "" if status == "Open" else last["Changed At"][:10], "Lost Reason": ""}
        )  # fmt: skip
    write("deals", deals)
    write("stage_history", changes)
    write("stages", read("stages"))
    with workspace.open_store(folder / "cut.duckdb") as store:
        files = [folder / f"{name}.csv" for name in ("deals", "stage_history", "stages")]
        reports = workspace.import_files(store, [Upload(f, f.name) for f in files], reader=stage)
        assert [r.status for r in reports] == ["committed"] * 3
        yield store


def test_files_cut_off_at_a_day_give_the_chances_the_whole_ones_give_for_it(sample: Store, cut_sample: Store):
    cutoff = day_number(CUT)
    whole, cut = (Teacher(load(store.read())).at(cutoff) for store in (sample, cut_sample))
    assert len(whole.deal) > 200
    assert dict(zip(cut.deal_id, cut.stage, strict=True)) == dict(zip(whole.deal_id, whole.stage, strict=True))
    said = dict(zip(cut.deal_id, cut.ninety, strict=True))
    assert [said[d] for d in whole.deal_id] == pytest.approx(whole.ninety.tolist(), abs=1e-9)
    ever = dict(zip(cut.deal_id, cut.ever, strict=True))
    assert [ever[d] for d in whole.deal_id] == pytest.approx(whole.ever.tolist(), abs=1e-9)
    assert take(cut.history, 0, [cutoff]).deal.size == len(cut.deal)
