"""Open deals without an amount, at the typical won amount: what they would add, apart from what is known."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage import Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.overview import overview_view
from kpi_engine.views.typical import Typical, typical_view

ALL, BEN = Who(), Who("Ben", ("Ben",))
DAY = date(2026, 6, 30)
ASK = Ask(DAY, date(2025, 7, 1), DAY, date(2026, 6, 2))
HEADER = "Deal ID,Owner,Stage,Amount,Product,Created Date,Closed Date"


def won(product: str, *amounts: int, day: str = "2026-05-01") -> list[str]:
    """Won deals of a product with these amounts."""
    return [f"Ann,Won,{amount},{product},2026-01-02,{day}" for amount in amounts]


def view_of(rows: list[str], tmp_path: Path, who: Who = ALL, ask: Ask = ASK) -> Typical:
    """What is said of a store with these deals; one that ends on the last day makes it the store's newest."""
    file = tmp_path / "deals.csv"
    lines = [f"D{n},{row}" for n, row in enumerate([*rows, "Ann,Lost,1,X,2026-06-29,2026-06-30"])]
    file.write_text("\n".join([HEADER, *lines]))
    with Store.in_memory() as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        view = typical_view(store.read(), ask, who)
        # What is known is as the three numbers have it: the estimate never gets in there.
        total = overview_view(store.read(), ask, who).trend["total_value"].fillna(0)
        assert view.bars.empty or view.bars["known"].iloc[0] == total.iloc[-1]
        return view


OPEN = ["Ann,Proposal,,Boat,2026-03-01,", "Ben,Proposal,,Tour,2026-03-01,", "Ann,Proposal,700,Boat,2026-03-01,"]


def test_each_is_worth_the_mean_won_amount_of_its_product_else_of_its_pipeline(tmp_path: Path) -> None:
    rows = [*OPEN, *won("Boat", 80, 90, 100, 110, 120), *won("Tour", 1000, 2000, 3000, 4000)]
    view = view_of(rows, tmp_path)
    # Five boats were won, of 100 on average; four tours only, so a tour counts as the mean of all nine: 10,500 / 9.
    assert view.n == 2
    assert view.bars["estimated"].iloc[0] == pytest.approx(100 + 10500 / 9, abs=0.01)
    assert view.bars["known"].iloc[0] == 700
    assert view.stages["deals"].tolist() == [2]
    assert 0 < view.bars["estimated"].iloc[1] < view.bars["estimated"].iloc[0]


def test_what_was_won_later_is_not_known_yet(tmp_path: Path) -> None:
    rows = [*OPEN, *won("Boat", 80, 90, 100, 110, 120), *won("Boat", 9000, 9000, day="2026-06-20")]
    earlier = replace(ASK, as_of=date(2026, 5, 31), date_to=date(2026, 5, 31))
    assert view_of(rows, tmp_path, ask=earlier).bars["estimated"].iloc[0] == pytest.approx(200, abs=0.01)
    assert view_of(rows, tmp_path).bars["estimated"].iloc[0] > 4000


def test_with_too_few_wins_nothing_is_estimated_and_it_is_said(tmp_path: Path) -> None:
    view = view_of([*OPEN, *won("Boat", 80, 90, 100, 110)], tmp_path)
    assert view.n == 2
    assert view.bars.empty
    assert view.sentence == "Fewer than 5 won deals carry an amount, so nobody can say what a typical one is."


def test_where_every_deal_carries_an_amount_there_is_nothing_to_estimate(tmp_path: Path) -> None:
    assert view_of([OPEN[2], *won("Boat", 80, 90, 100, 110, 120)], tmp_path).n == 0


def test_a_rep_sees_their_own_deals_alone(tmp_path: Path) -> None:
    assert view_of([*OPEN, *won("Boat", 80, 90, 100, 110, 120)], tmp_path, BEN).n == 1


def test_the_real_export_without_open_amounts_is_worth_what_its_products_are(
    shared_data: Path, tmp_path: Path
) -> None:
    file = shared_data / "maven-crm" / "sales_pipeline.csv"
    deals = pd.read_csv(file)
    mean = deals[deals["deal_stage"] == "Won"].groupby("product")["close_value"].mean().round(2)
    opened = deals[deals["deal_stage"].isin(["Prospecting", "Engaging"])]
    with workspace.open_store(tmp_path / "store.duckdb") as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        day = date(2017, 12, 31)
        view = typical_view(store.read(), Ask(day, date(2017, 1, 1), day, date(2017, 12, 3)), ALL)
    assert view.n == len(opened) == 2089
    assert view.bars["estimated"].iloc[0] == pytest.approx(opened["product"].map(mean).sum(), abs=0.01)
