"""The Targets page: agree, change, review; the second of two is told; a rep sees only their own."""

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest

from kpi_engine import workspace
from kpi_engine.agreements.targets import Agreement, agree, subject
from kpi_engine.views.ask import Who
from tests.pages.conftest import open_page, words_of

Move = Callable[[Path], None]
AGREE = "Agree on a target"


def said(app: AppTest) -> str:
    return "\n".join([words_of(app), *(str(box.value) for box in app.success)]).replace("\\", "")


@pytest.fixture
def home(tmp_path: Path, at_home: Move, own_sample: Path) -> Path:
    """The sample's store as somebody's own, which may be written to."""
    shutil.copytree(own_sample, tmp_path / "home")
    at_home(tmp_path / "home")
    return tmp_path / "home"


def on_trial(**more: str) -> AppTest:
    return open_page(
        "targets", data="My files", targets_tab=AGREE, for_rep="Maren Solvik", for_kpi="Qualified meetings",
        for_period="2026-Q3", **more,
    )  # fmt: skip


def fill(app: AppTest, **typed: object) -> AppTest:
    """Type into the form; returns the app, not run yet."""
    for name, value in typed.items():
        boxes = [*app.text_input, *app.date_input]
        next(box for box in boxes if str(box.key).startswith(f"agree_{name}_")).set_value(value)
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def test_a_target_is_agreed_stands_on_the_page_and_is_reviewed(home: Path) -> None:
    app = on_trial()
    assert not app.exception
    assert "28 comes from a file" in said(app)
    assert "Suggested:" in said(app)
    app.slider(key="target_at").set_value(13.0).run()
    assert "13 for Maren Solvik in 2026-Q3: " in said(app)
    press(app, "Agree")
    assert "write both names" in said(app)
    app.text_input(key="my_name").set_value("Mia").run()
    app = press(fill(app, why="lean winter"), "Agree")
    assert not app.exception
    assert "Agreed: Qualified meetings, 2026-Q3, Maren Solvik." in said(app)
    assert "13 was agreed" in said(app)
    shown = open_page("targets", data="My files", rep="Maren Solvik")
    why = "Agreed by Maren Solvik and Mia on 31 Aug 2026: lean winter. A file says 28; what was agreed counts."
    assert why in said(shown)
    assert "1 of them was agreed, the others come from a file." in said(shown)
    box = next(one for one in shown.text_input if str(one.key).startswith("review_with_"))
    box.set_value("Mia")
    press(shown, "Keep it")
    assert "reviewed and kept" in said(shown)
    assert "Reviewed by Maren Solvik and Mia" in said(shown)


def test_of_two_people_on_the_page_the_second_is_told_what_the_other_wrote(home: Path) -> None:
    one, other = on_trial(), on_trial()
    press(fill(one, why="first", **{"with": "Mia"}), "Agree")
    press(fill(other, why="second", **{"with": "Bea"}), "Agree")
    assert "Meanwhile Mia agreed on 28" in said(other)
    assert "Nothing of yours was written" in said(other)
    assert "28 was agreed" in said(other)


def test_a_rep_sees_nothing_of_anybody_else(at_home: Move, sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_home(sample_home)
    monkeypatch.setattr("ui.session.who", lambda: Who("Aroha Keating", ("Aroha Keating",)))
    for tab in ("Targets", AGREE):
        app = open_page("targets", targets_tab=tab, for_rep="Maren Solvik")
        assert not app.exception
        everything = said(app) + "".join(str(frame.value.to_dict()) for frame in app.dataframe)
        everything += "".join(str(box.options) for box in app.selectbox)
        assert "Aroha Keating" in everything
        for name in ("Maren", "Dane", "Lucia", "Tobias", "Joss", "middle half"):
            assert name not in everything


def test_on_an_export_without_activities_it_builds_on_what_is_there(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("targets", targets_tab=AGREE)
    assert not app.exception
    assert "Nothing was agreed yet" in said(app)
    assert "Won deals" in app.selectbox(key="for_kpi").options
    assert "Meetings held" not in app.selectbox(key="for_kpi").options


def test_the_people_stand_by_name_and_never_by_result(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    headings = [m.value.removeprefix("#### ") for m in open_page("targets").markdown if m.value.startswith("#### ")]
    assert headings == sorted(headings)
    assert len(headings) == 6


def test_a_review_that_is_due_stands_first_whichever_targets_are_shown(home: Path) -> None:
    said_then = Agreement("Maren Solvik", "Mia", date(2026, 7, 1), "a start", date(2026, 8, 3), "Mia", None, 0)
    with workspace.open_store(home / "own" / "tideline.duckdb") as store:
        about = subject(store.read(), "Maren Solvik", "qualified_meetings", "2026-Q3")
        workspace.decide(store, lambda session: agree(session, about, Decimal(20), said_then))
    app = open_page("targets", data="My files", shown="Coming")
    assert "lie ahead" in said(app)
    assert "1 review is due." in said(app)
    assert "Reviews that are due" in said(app)
    assert "**Maren Solvik** · Qualified meetings, 2026-Q3: review was due on 3 Aug 2026." in said(app)


def test_a_target_in_money_is_not_agreed_on_while_its_amounts_are_an_index(home: Path) -> None:
    def buttons(kpi: str, amounts: str) -> list[str]:
        app = open_page(
            "targets", data="My files", targets_tab=AGREE, share="Maren Solvik", amounts=amounts, for_kpi=kpi,
            for_period="2026-Q3",
        )  # fmt: skip
        assert not app.exception
        assert ("show amounts as they are" in said(app)) == ("Agree" not in [one.label for one in app.button])
        return [one.label for one in app.button]

    assert "Agree" not in buttons("Won value", "index")
    assert "Agree" in buttons("Won value", "shown")
    assert "Agree" in buttons("Qualified meetings", "index")  # a count is itself


def test_on_a_shared_screen_who_is_overtaken_is_not_told_by_whom(home: Path) -> None:
    one, other = on_trial(), on_trial(share="Maren Solvik", amounts="shown")
    press(fill(one, why="first", **{"with": "Bea"}), "Agree")
    press(fill(other, why="second", **{"with": "Mia"}), "Agree")
    assert "Somebody else wrote here meanwhile" in said(other)
    assert "Bea" not in said(other)


def test_an_agreed_target_beyond_what_is_likely_is_on_the_slider_as_it_was_agreed(home: Path) -> None:
    said_then = Agreement("Maren Solvik", "Mia", date(2026, 7, 1), "a dream", date(2026, 9, 30), "Mia", None, 0)
    with workspace.open_store(home / "own" / "tideline.duckdb") as store:
        about = subject(store.read(), "Maren Solvik", "qualified_meetings", "2026-Q3")
        workspace.decide(store, lambda session: agree(session, about, Decimal(700), said_then))
    app = on_trial()
    assert not app.exception
    assert app.slider(key="target_at").value == 700
    assert "700 for Maren Solvik in 2026-Q3: " in said(app)


def test_another_person_can_be_chosen_while_a_target_stands_in_the_address(home: Path) -> None:
    app = on_trial(target_at="20")
    assert app.slider(key="target_at").value == 20
    app.selectbox(key="for_rep").set_value("Dane Whitlock").run()
    assert not app.exception
    assert "for Dane Whitlock in 2026-Q3: " in said(app)
    assert not app.warning


def test_a_target_that_is_put_on_trial_is_not_told_a_default_beside_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[object] = []
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)  # it is given once in the life of a process
    monkeypatch.setattr(policies._LOGGER, "warning", lambda *said, **more: warned.append(said))
    # A few days before the quarter ends the next one is proposed, and is no first choice of the list.
    app = open_page("targets", data="My files", as_of="2026-06-25")
    next(button for button in app.button if str(button.key).startswith("change_")).click().run()
    assert not app.exception
    assert app.selectbox(key="for_period").value == "2026-Q2"
    assert warned == []
