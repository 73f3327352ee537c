"""What stands open for longer than winning takes is the first thing to look at, and why expected value is low."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage import Session, Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.old_deals import old_deals
from kpi_engine.views.overview import Overview, overview_view

ALL = Who()
DAY = date(2026, 6, 30)
ASK = Ask(DAY, date(2025, 7, 1), DAY, date(2026, 6, 2))

Row = tuple[str, date, date | None]
"""Stage, day of creation, day of ending."""


def won(n: int, days: int = 30) -> list[Row]:
    """Deals won after so many days."""
    return [("Won", DAY - timedelta(days + i + 5), DAY - timedelta(i + 5)) for i in range(n)]


def opened(n: int, days: int) -> list[Row]:
    """Deals open for so many days."""
    return [("Proposal", DAY - timedelta(days), None)] * n


@contextmanager
def store_of(rows: list[Row], tmp_path: Path) -> Iterator[Session]:
    """A store with these deals, of 1,000 each, and the day of the export among them."""
    file = tmp_path / "deals.csv"
    lines = [f"D{n},Ann,{kind},1000,{start},{end or ''}" for n, (kind, start, end) in enumerate(rows)]
    lines.append(f"last,Ann,Lost,1,{DAY - timedelta(1)},{DAY}")
    file.write_text("\n".join(["Deal ID,Owner,Stage,Amount,Created Date,Closed Date", *lines]))
    with Store.in_memory() as store:
        reports = workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        assert [report.status for report in reports] == ["committed"]
        yield store.read()


def overview(rows: list[Row], tmp_path: Path) -> Overview:
    """The overview of a store with these deals."""
    with store_of(rows, tmp_path) as session:
        return overview_view(session, ASK, ALL)


def test_open_deals_older_than_won_ones_ever_were_come_first_and_explain_the_chances(tmp_path: Path) -> None:
    view = overview([*won(20), *opened(6, 200), *opened(4, 10)], tmp_path)
    said = "Look first at 6 open deals older than 30 days, worth 6.0k: nine in ten won deals were won by then."
    assert said in view.sentence
    assert any(note.startswith("6 of 10 open deals are older than nine in ten won deals") for note in view.notes)


@pytest.mark.parametrize(
    "rows",
    [
        [*won(20), *opened(5, 200), *opened(5, 10)],
        [*won(19), *opened(10, 200)],
        [*won(20), *opened(10, 30)],
        [*won(15, days=10), *won(5), *opened(10, 20)],
        won(20),
    ],
    ids=["half of them", "too few won", "just as old", "younger than the slow ones", "none open"],
)
def test_where_most_are_not_older_or_nobody_knows_nothing_is_said(rows: list[Row], tmp_path: Path) -> None:
    with store_of(rows, tmp_path) as session:
        assert old_deals(session, ASK, ALL) == ("", "")


def test_a_rep_hears_of_their_own_deals_alone(tmp_path: Path) -> None:
    with store_of([*won(20), *opened(10, 200)], tmp_path) as session:
        assert old_deals(session, ASK, ALL)[0]
        assert old_deals(session, ASK, Who("Ben", ("Ben",))) == ("", "")


def test_where_no_deal_is_open_that_is_what_is_said(tmp_path: Path) -> None:
    long_won: list[Row] = [("Won", DAY - timedelta(90), DAY - timedelta(60))] * 20
    assert overview(long_won, tmp_path).sentence == "No deal is open: there is nothing to expect yet."


def test_a_deal_that_took_next_to_nothing_is_not_the_first_to_look_at(tmp_path: Path) -> None:
    lost: list[Row] = [("Lost", DAY - timedelta(100), DAY - timedelta(1))]
    for others, is_named in ((200, False), (10, True)):
        view = overview([*opened(others, 100), *lost], tmp_path)
        assert "lost" in set(view.movers["cause"])
        assert ("Look first" in view.sentence) == is_named


def test_where_nothing_ever_had_an_amount_open_deals_are_counted_and_no_noughts_are_drawn(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    rows = [f"D{n},Ann,Won,{DAY - timedelta(90)},{DAY - timedelta(30 * (n % 2))}" for n in range(6)]
    file.write_text("\n".join(["Deal ID,Owner,Stage,Created Date,Closed Date", *rows]))
    with Store.in_memory() as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        view = overview_view(store.read(), ASK, ALL)
    assert not view.has_amounts
    assert view.sentence == "No deal is open: there is nothing to expect yet."
    assert view.trend["open_deals"].max() == 6


def test_a_number_that_is_not_known_has_no_small_line_beside_it(tmp_path: Path) -> None:
    # All are won by the last day, and with nothing open there is no EV/TV.
    view = overview([("Won", DAY - timedelta(60), DAY - timedelta(1))] * 20, tmp_path)
    assert [bool(one.spark) for one in view.headlines] == [True, True, False]
