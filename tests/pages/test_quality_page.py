"""The Quality page: each tab says something true on the sample, on an export that lacks much, and on nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.conftest import open_page, own_store, words_of

Move = Callable[[Path], None]
TABS = ["Meetings", "Funnel", "Much or good", "Exceptions", "What pays", "The rule"]

SAYS = {
    "Meetings": "62 % of 423 meetings held were qualified; 41 were hosted visits.",
    "Funnel": "3,760 dials reached somebody in 24 %; 423 of 487 meetings booked were held; 122 deals won.",
    "Much or good": "Meetings held a week and rep: fewer than in Sep–Dec 2025, and about as good.",
    "Exceptions": "Deals that began with a hosted visit were won in 58 %, those whose first meeting met the rule in 38",
    "What pays": "Proposals went with the most expected value gained",
    "The rule": "Nobody has agreed on a rule yet; this default holds.",
}
LACKS = {
    "Meetings": "No activities in this period",
    "Funnel": "deals won",
    "Much or good": "No path to draw",
    "Exceptions": "No deal has a meeting that was held",
    "What pays": "",
    "The rule": "Nobody has agreed on a rule yet",
}


def said(app: object) -> str:
    return words_of(app).replace("\\", "")  # type: ignore[arg-type]


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_says_what_the_sample_says(tab: str, at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("quality", quality_tab=tab)
    assert not app.exception
    assert SAYS[tab] in said(app)


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_is_honest_on_an_export_without_activities(tab: str, at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("quality", quality_tab=tab, period="All time")
    assert not app.exception
    assert LACKS[tab] in said(app)
    assert not re.search(r"(?<!\d)0 %", said(app))


def test_a_page_on_nothing_says_so(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("quality", data="My files", quality_tab="Funnel")
    assert not app.exception
    assert "None of your own files is in yet" in said(app)


@pytest.mark.parametrize("cut", ["owner", "team", "source", "segment", "week", "month"])
def test_a_ratio_drills_to_rows_that_add_up_to_it(cut: str, at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("quality", quality_tab="Funnel")
    app.segmented_control(key="ratio_by").set_value(cut).run()
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "base" in frame.value)
    rows = next(frame.value for frame in app.dataframe if "counted" in frame.value)
    assert rows["counted"].sum() == table["part"].sum() == 262
    assert table["base"].sum() == 423
    largest = int(table["part"].to_numpy().argmax())
    app.selectbox(key=f"behind_group_{cut}").select_index(largest).run()
    rows = next(frame.value for frame in app.dataframe if "counted" in frame.value)
    assert rows["counted"].sum() == table["part"].max() > 0


def test_two_other_steps_make_another_ratio(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("quality", quality_tab="Funnel", ratio_part="Won deals", ratio_base="Qualified meetings")
    assert not app.exception
    assert "Won deals per qualified meeting: 0.47 (0.40–0.54; 122 to 262)." in said(app)


def test_the_path_of_one_rep_shows_the_team_as_a_band_without_names(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("quality", quality_tab="Much or good", rep="Aroha Keating", period="All time")
    assert not app.exception
    assert "the middle half of the team is, nobody named" in said(app)
    assert "Dane" not in said(app) + app.get("plotly_chart")[0].proto.spec
    assert "half of the team" in app.get("plotly_chart")[0].proto.spec


ACTIVITIES = "Activity ID,Owner,Activity Type,Date,Outcome\n" + "".join(
    f"{i},Ann,{'Meeting' if i % 2 else 'Call'},2025-03-{1 + i % 28:02},Done\n" for i in range(40)
)
DEALS = "Deal ID,Owner,Stage,Amount,Created Date\nD1,Ann,Offer,100,2025-03-31\n"


@pytest.fixture(scope="module")
def untold_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An own store whose meetings say nothing of their quality."""
    home = tmp_path_factory.mktemp("untold")
    for name, text in (("deals.csv", DEALS), ("activities.csv", ACTIVITIES)):
        (home / name).write_text(text, encoding="utf-8")
    own_store(home, home / "deals.csv", home / "activities.csv")
    return home


def test_meetings_that_say_nothing_are_unknown_and_the_page_says_how_to_record_it(
    at_home: Move, untold_home: Path
) -> None:
    at_home(untold_home)
    app = open_page("quality")
    assert not app.exception
    assert "20 meetings held." in said(app)
    assert "Whether they were qualified cannot be said from these exports." in said(app)
    assert "To record it, let the CRM's meetings (or deals) carry columns for budget" in said(app)
    reps = next(frame.value for frame in app.dataframe if "unknown" in frame.value)
    assert list(reps["unknown"]) == [20]
    assert reps["rate"].isna().all()
    assert not re.search(r"(?<!\d)0 %", said(app))


def test_a_rule_is_saved_in_the_page_and_judges_at_once(at_home: Move, tmp_path: Path) -> None:
    told = "Activity ID,Owner,Activity Type,Date,Authority,Need,Budget,Timing\n" + "".join(
        f"{i},Ann,Meeting,2025-03-{1 + i:02},Yes,Yes,{'Yes' if i < 5 else 'No'},Yes\n" for i in range(20)
    )
    for name, text in (("deals.csv", DEALS), ("activities.csv", told)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    own_store(tmp_path, tmp_path / "deals.csv", tmp_path / "activities.csv")
    at_home(tmp_path)
    app = open_page("quality")
    assert "25 % of 20 meetings held were qualified" in said(app)
    app = open_page("quality", quality_tab="The rule")
    needs = next(group for group in app.button_group if group.label == "Must be known")
    needs.set_value([])
    app.button(key="save_rule").click().run()
    assert "at least one of budget, authority, need and timing\\. Who agreed for inside and field" in app.error[0].value
    needs = next(group for group in app.button_group if group.label == "Must be known")
    needs.set_value(["authority", "need"])
    app.date_input[-1].set_value("2025-03-11")
    next(box for box in app.text_input if box.label == "Agreed for inside sales by").set_value("*Inge*")
    app.button(key="save_rule").click().run()
    assert [box.value for box in app.error] == [
        "Who agreed for field sales? A rule is an agreement of both sides\\. Nothing was changed."
    ]
    next(box for box in app.text_input if box.label == "Agreed for field sales by").set_value("Fred")
    app.button(key="save_rule").click().run()
    assert not app.exception
    assert "Agreed by *Inge* and Fred, in force since 11 Mar 2025." in said(app)
    assert "For meetings and visits: authority and need are known." in said(app)
    assert [box.value for box in app.success] == ["Saved, and every meeting was judged anew."]
    app = open_page("quality")
    assert "75 % of 20 meetings held were qualified" in said(app)
    assert "Each meeting is judged by the rule in force on its day" in said(app)
    app = open_page("quality", judged_by="Today's rule")
    assert "100 % of 20 meetings held were qualified" in said(app)


def test_where_nobody_was_added_lately_the_last_month_is_told(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    told = said(open_page("quality", quality_tab="What pays"))
    assert "338 people came into the database in this period (the last in May 2026), 1,313 are in it" in told
