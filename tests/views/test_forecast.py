"""The forecast page's views: nobody sees what is not theirs, and what is said is what the numbers say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpi_engine import workspace
from kpi_engine.forecasting.chances import chances
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage import Store
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.forecast import forecast_view
from kpi_engine.views.forecast_by import forecast_by_view
from kpi_engine.views.forecast_words import amount_of, date_risk
from kpi_engine.views.track_record import _band, track_view
from tests.commands.test_forecast import TARGETS, deals

DAY = date(2026, 2, 28)
ASK = Ask(DAY, DAY, DAY, DAY, currency="EUR")
ALL = Who()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("views")
    (folder / "deals.csv").write_text(deals())
    (folder / "targets.csv").write_text(TARGETS)
    uploads = [Upload(folder / name, name) for name in ("deals.csv", "targets.csv")]
    with Store.in_memory() as filled:
        reports = workspace.import_files(filled, uploads, {"deals.csv": Answers(as_of=DAY)}, reader=stage)
        assert [report.status for report in reports] == ["committed", "committed"]
        yield filled


@pytest.fixture(scope="module")
def sample(sample_store: Store) -> Store:
    return sample_store


def test_a_viewer_gets_a_forecast_of_their_own_deals_only(store: Store) -> None:
    session = store.read()
    ann = forecast_view(session, ASK, Who("Ann", ("Ann",)))
    assert ann.is_ready
    assert set(ann.deals["2026-03"]["owner"]) == {"Ann"}
    asked = forecast_view(session, replace(ASK, slice=Slice(owners=("Ann",))), ALL)
    assert ann.months.equals(asked.months)
    bo = forecast_view(session, replace(ASK, slice=Slice(owners=("Ann",))), Who("Bo", ("Bo",)))
    assert not bo.is_ready
    assert all(frame.empty for frame in bo.deals.values())
    rows = forecast_by_view(session, replace(ASK, choice="won_deals owner"), Who("Ann", ("Ann",))).rows
    assert list(rows["name"]) == ["Ann"]
    assert track_view(session, ASK, Who("Bo", ("Bo",))).made["1"]["actual"].max() < ann.months["value"].max()


def test_the_months_before_are_what_came_and_those_ahead_what_is_forecast(store: Store) -> None:
    view = forecast_view(store.read(), ASK, ALL)
    assert list(view.months["is_ahead"]) == [False] * 6 + [True] * 4
    assert list(view.choices) == ["2026-03", "2026-04", "2026-05", "2026-06"]
    march = view.months[view.months["key"] == "2026-03"].iloc[0]
    assert march["won"] + march["open"] + march["new"] == pytest.approx(march["value"])
    assert view.sentence.startswith(f"March: about {amount_of(march['value'], ASK, True)}, between ")
    assert "The target is €9.0k." in view.sentence
    assert view.deals["2026-03"]["worth"].sum() == pytest.approx(march["open"])
    assert view.sums["label"].tolist() == ["Quarter to 31 Mar 2026", "Quarter to 30 Jun 2026", "Year to 31 Dec 2026"]
    assert view.sums["target"].iloc[1] == 20_000  # Ann's: Bo has none for it


def test_each_deal_behind_a_month_has_its_own_chance_and_not_its_stages(sample: Store) -> None:
    session = sample.read()
    day = date(2026, 8, 31)
    said = chances(session)
    listed = forecast_view(session, Ask(day, day, day, day), ALL).deals["2026-09"]
    named = dict(session.rows("select deal_name, min(deal_id) from fct_deals group by all having count(*) = 1"))
    own = dict(zip(said.deal_id, said.ninety, strict=True))
    shown = listed[listed["deal_name"].isin(named)]
    assert len(shown) > 50
    assert list(shown["ninety"]) == pytest.approx([own[named[name]] for name in shown["deal_name"]])
    assert (shown["chance"] <= shown["ninety"] + 1e-9).all()  # September is over within 90 days
    # Deals of one stage differ: the chance is not the stage's.
    assert shown.groupby("stage")["ninety"].nunique().max() > 10


def test_deals_are_counted_in_deals(store: Store) -> None:
    view = forecast_view(store.read(), replace(ASK, choice="won_deals"), ALL)
    assert "€" not in view.sentence
    assert view.deals["2026-03"]["worth"].sum() == pytest.approx(
        float(view.months.loc[view.months["key"] == "2026-03", "open"].iloc[0])
    )
    track = track_view(store.read(), replace(ASK, choice="won_deals"), ALL)
    assert track.scores["all"]["model"].iloc[0] == "Tideline"
    assert "“Same month last year” was nearer than Tideline." in track.sentences["all"]
    assert set(track.made["1"]["actual"]) == {12}  # twelve deals are won every month, of about 1,000 each


def test_the_track_records_headline_is_of_the_months_ahead_that_are_picked(sample: Store) -> None:
    day = date(2026, 8, 31)
    track = track_view(sample.read(), Ask(day, day, day, day), ALL)
    for key, scores in track.scores.items():
        ours = scores.iloc[0]
        said = track.sentences[key]
        # How many there were is said where Tideline was nearest, and the name of the rule where one was nearer.
        assert (f"{int(ours['n'])} forecasts" in said) is ("was nearer than Tideline" not in said)
        assert "leans on it: it now makes up 2 %" not in said  # nobody leans on so little
        if key != "all":
            assert f"{words.many(int(key), 'month')} ahead" in said
        held = float(ours["coverage"])
        assert ("The band has been too wide: it held" in said) is (held > 0.92)
        assert ("The band has been too narrow: it held" in said) is (held < 0.72)
        assert ours["lean"] == f"{words.share(abs(ours['bias']))} too {'high' if ours['bias'] > 0 else 'low'}"
    assert len(set(track.sentences.values())) == 4


@pytest.mark.parametrize(
    ("held", "said"),
    [(0.95, "too wide: it held 95 % of the months, and is meant to hold 80 %"), (0.92, ""), (0.72, ""),
     (0.5, "too narrow: it held 50 % of the months")],
)  # fmt: skip
def test_a_band_that_held_too_many_or_too_few_months_is_said_to_be_off(held: float, said: str) -> None:
    assert (said in _band(held)) if said else _band(held) == ""


def test_a_date_is_as_firm_as_such_dates_have_been() -> None:
    row = {"others": 0, "expected_close_date": date(2026, 3, 9), "pushes": 2, "slip_share": 0.625, "slip_n": 40}
    march = date(2026, 3, 1)
    assert date_risk(row, march) == "pushed 2×: 62 % of 40 slipped"
    assert date_risk(row | {"slip_n": 9, "pushes": 0}, march) == "never pushed"
    assert date_risk(row, date(2026, 2, 1)) == "expected in Mar 2026"
    assert date_risk(row, date(2026, 4, 1)) == "date is past: 9 Mar 2026"
    assert date_risk(row | {"expected_close_date": None}, march) == "no date"
    assert date_risk(row | {"others": 3}, march) == ""
