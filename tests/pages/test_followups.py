"""The page Follow-ups: the list and the story of the deal that is chosen, for everybody and for one rep alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

import ui.session
from kpi_engine.views.ask import Who
from tests.pages.conftest import open_page, own_store, words_of

Move = Callable[[Path], None]


def test_the_list_is_there_with_its_values_and_reasons(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("followups")
    assert not app.exception
    slipping, movers = (frame.value for frame in app.dataframe)
    assert slipping["at_stake"].iloc[0] > slipping["at_stake"].iloc[1] > 0
    assert slipping["why"].iloc[0].startswith("Next step 21 days overdue")
    assert movers["gain"].gt(0).all()
    assert f"{len(slipping)} of 391 open deals need somebody" in words_of(app)


def test_a_chance_in_the_list_stands_in_per_cent(at_home: Move, sample_home: Path) -> None:
    """The column writes a per cent sign behind the number it is given: 0.31 would read as less than a third of one."""
    at_home(sample_home)
    app = open_page("followups")
    chances = app.dataframe[0].value["own_chance"].dropna()
    assert len(chances) > 20
    assert chances.between(0, 100).all()
    assert chances.max() > 10


def test_a_rep_in_the_address_narrows_the_list(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("followups", rep="Lucia Ferrand")
    assert set(app.dataframe[0].value["owner"]) == {"Lucia Ferrand"}


def test_a_deal_that_is_chosen_tells_its_story(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("followups")
    app.selectbox(key="deal").set_value("D-11729").run()
    assert not app.exception
    said = words_of(app).replace("\\", "")
    assert "Its expected close date has been moved later 4 times." in said
    assert "Corrindale Legal · Proposal Sent · A$54,500 · Lucia Ferrand" in said
    assert len(app.get("plotly_chart")) == 1
    assert any("detail" in frame.value for frame in app.dataframe)


def test_a_deal_that_another_filter_leaves_out_is_let_go_of(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("followups")
    app.selectbox(key="deal").set_value("D-11729").run()
    app.selectbox(key="rep").set_value("Aroha Keating").run()
    assert not app.exception
    assert app.selectbox(key="deal").value is None
    assert "Corrindale" not in words_of(app)


def test_a_rep_who_sees_only_their_own_work_sees_no_other_name(
    at_home: Move, sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home(sample_home)
    monkeypatch.setattr(ui.session, "who", lambda: Who("Aroha", ("Aroha Keating",)))
    app = open_page("followups")
    assert not app.exception
    assert set(app.dataframe[0].value["owner"]) == {"Aroha Keating"}
    shown = words_of(app) + " ".join(map(str, app.selectbox(key="deal").options))
    assert not any(name in shown for name in ("Ferrand", "Solvik", "Whitlock", "Merriweather", "Achterberg"))


def test_exports_that_cannot_say_are_told_what_to_add(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("followups")
    said = words_of(app)
    assert "These exports cannot say which deals need somebody" in said
    assert "Not looked at\\: next steps overdue and deals without a dated next step" in said
    assert "open deals need somebody\\:" not in said


def test_where_everything_is_in_hand_the_page_says_so(at_home: Move, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(
        "Deal ID,Owner,Stage,Amount,Create Date,Next Step Date\nD-1,Ann,Lead,100,2026-03-01,2026-05-20\n"
        "D-2,Ann,Lead,200,2026-03-31,2026-05-20\n"
    )
    own_store(tmp_path / "home", file)
    at_home(tmp_path / "home")
    app = open_page("followups")
    assert not app.exception
    assert "Nothing is slipping" in words_of(app)
