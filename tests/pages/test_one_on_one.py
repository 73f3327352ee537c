"""The page One-on-one: a conversation written down, two who write at once, what a shared screen leaves out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine import workspace
from kpi_engine.agreements.meetings import Said, agree_action, hold, read_actions, read_meetings
from kpi_engine.storage.store import Store
from tests.pages.conftest import open_page, words_of

Move = Callable[[Path], None]
REP, OTHER = "Aroha Keating", "Dane Whitlock"


@pytest.fixture
def home(tmp_path: Path, at_home: Move, own_sample: Path) -> Path:
    """A home of its own that may be written to."""
    shutil.copytree(own_sample, tmp_path / "home")
    at_home(tmp_path / "home")
    return tmp_path / "home"


def page(**more: str) -> AppTest:
    app = open_page("one_on_one", data="My files", **{"rep": REP, **more})
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def box(app: AppTest, label: str, key: str = ""):
    every = [*app.text_input, *app.text_area, *app.date_input]
    return next(one for one in every if one.label == label and key in str(one.key))


def said(app: AppTest) -> str:
    boxes = [*app.success, *app.error, *app.warning]
    return "\n".join([words_of(app), *(str(one.value) for one in boxes)]).replace("\\", "")


def held(home: Path) -> Store:
    """The store the app has open, which nobody else may open."""
    from ui.session import _open

    return _open(str(home / "own" / "tideline.duckdb"))


def test_with_no_rep_there_is_one_calm_question_and_choosing_answers_it(home: Path) -> None:
    app = open_page("one_on_one", data="My files")
    assert "With whom do you sit down?" in said(app)
    assert not app.metric
    app.selectbox(key="one_on_one_rep").set_value(REP).run()
    assert not app.exception
    assert app.selectbox(key="rep").value == REP
    assert "What leads" in said(app)


def test_a_conversation_is_written_down_and_carried_over(home: Path) -> None:
    app = page()
    box(app, "Your name").set_value("Helena").run()
    box(app, "What", "action_what").set_value("Invite two prospects")
    box(app, "Who", "action_who").set_value("Aroha")
    press(app, "Agree")
    box(app, "Notes").set_value("Holiday in June\n- wants visits")
    press(app, "Save notes")
    assert "Notes saved." in said(app)
    (action,), (notes,) = read_actions(held(home).read()), read_meetings(held(home).read())
    assert (action.what, action.who, action.recorded_by) == ("Invite two prospects", "Aroha", "Helena")
    assert (notes.notes, notes.owner, notes.held_on) == ("Holiday in June\n- wants visits", REP, date(2026, 8, 31))
    assert box(app, "What", "action_what").value == ""
    assert box(app, "Notes").value == "Holiday in June\n- wants visits"  # the running meeting's, to go on writing
    again = page()
    assert "Invite two prospects" in said(again)
    box(again, "Your name").set_value("Helena").run()
    press(again, "Done")
    assert "Done: Invite two prospects" in said(again)
    assert "Nothing is open." in said(again)
    assert [one.how for one in read_actions(held(home).read())] == ["agreed", "done"]


def test_without_a_name_nothing_is_written_and_what_was_typed_stays(home: Path) -> None:
    app = page()
    box(app, "What", "action_what").set_value("Call")
    box(app, "Who", "action_who").set_value("Aroha")
    press(app, "Agree")
    assert "Write your name first" in said(app)
    assert box(app, "What", "action_what").value == "Call"
    assert read_actions(held(home).read()) == []


def test_of_two_sessions_the_second_is_told_what_the_first_wrote(home: Path) -> None:
    first, second = page(), page()
    box(first, "Your name").set_value("Helena").run()
    box(second, "Your name").set_value("Ivo").run()
    box(first, "Notes").set_value("Helena's words")
    press(first, "Save notes")
    box(second, "Notes").set_value("Ivo's words")
    press(second, "Save notes")
    assert "are there already, by Helena: “Helena's words”" in said(second)
    assert "Ivo's words" in said(second)  # what was typed is still in sight
    assert [one.notes for one in read_meetings(held(home).read())] == ["Helena's words"]
    # Ivo now sees Helena's; both go on, and again the second is told.
    box(first, "Notes").set_value("Helena again")
    press(first, "Save notes")
    box(second, "Notes").set_value("Ivo again")
    press(second, "Save notes")
    assert "were changed, by Helena: “Helena again”" in said(second)
    assert [one.notes for one in read_meetings(held(home).read())] == ["Helena's words", "Helena again"]


def test_a_shared_screen_keeps_the_actions_and_loses_the_notes(home: Path) -> None:
    page()
    told = Said("Helena", datetime(2026, 8, 31))
    store = held(home)
    workspace.decide(store, lambda s: hold(s, REP, date(2026, 8, 3), "She seems tired", told))
    workspace.decide(
        store, lambda s: agree_action(s, REP, None, f"Ask {OTHER} for his list", "Aroha", date(2026, 8, 9), told)
    )
    plain = said(page())
    assert "She seems tired" in plain
    assert "overdue since 9 Aug 2026" in plain
    app = open_page("one_on_one", data="My files", share=REP)
    assert not app.exception
    shared = said(app) + "".join(one.label for one in app.expander)
    assert "Ask a colleague for his list" in shared
    assert all(word not in shared for word in ("tired", "Helena", OTHER, "Notes"))
    assert [one.label for one in app.text_area] == []


def test_text_of_notes_and_actions_is_never_markup(home: Path) -> None:
    page()
    told = Said("![x](http://h)", datetime(2026, 8, 31))
    evil = "![x](http://evil) $a$ :red[b]"
    workspace.decide(held(home), lambda s: agree_action(s, REP, None, evil, evil, date(2026, 9, 9), told))
    workspace.decide(held(home), lambda s: hold(s, REP, date(2026, 8, 3), evil, told))
    app = page()
    texts = [str(one.value) for one in (*app.markdown, *app.caption)] + [one.label for one in app.expander]
    assert not [text for text in texts if "![x](" in text or "$a$" in text or ":red[b]" in text]


def test_the_sheet_is_offered_under_a_name_of_ours(home: Path) -> None:
    app = page()
    offered = [one.proto.label for one in app.get("download_button")]
    assert offered == ["Sheet as PDF", "Sheet as HTML"]
    assert not [one for one in app.checkbox if one.label == "With my notes"]  # there are none
    workspace.decide(held(home), lambda s: hold(s, REP, date(2026, 8, 3), "Tired", Said("H", datetime(2026, 8, 31))))
    (notes,) = [one for one in page().checkbox if one.label == "With my notes"]
    assert notes.value is False
    assert not [one for one in page(share=REP).checkbox if one.label == "With my notes"]


def test_an_export_without_activities_says_what_it_lacks(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("one_on_one", rep="Anna Snelling")
    assert not app.exception
    told = said(app)
    assert "new deals" in told
    assert "Worth asking" in told
    assert "How good, beside how much" not in told


def test_what_is_masked_on_a_shared_screen_is_never_written(home: Path) -> None:
    page()
    told, store = Said("Helena", datetime(2026, 8, 31)), held(home)
    for what in (f"Ask {OTHER} for his list", "Call the harbour"):
        workspace.decide(store, lambda s, what=what: agree_action(s, REP, None, what, OTHER, date(2026, 9, 9), told))
    app = open_page("one_on_one", data="My files", share=REP)
    box(app, "Your name").set_value("Helena").run()
    assert "It names somebody else" in said(app)
    for typed in [one for one in app.text_input if one.key.startswith(("what_", "who_"))]:
        assert typed.disabled
    for day in [one for one in app.date_input if one.key.startswith("due_")]:
        day.set_value(date(2026, 9, 20))
    press(app, "Save")
    last = read_actions(held(home).read())[-1]
    assert (last.what, last.who, last.due_date) == (f"Ask {OTHER} for his list", OTHER, date(2026, 9, 20))


def test_what_is_typed_about_one_rep_is_not_there_for_another(home: Path) -> None:
    app = page()
    box(app, "Notes").set_value("She seems tired")
    press(app, "Save notes")  # without a name: what was typed stays
    assert box(app, "Notes").value == "She seems tired"
    box(app, "What", "action_what").set_value("Only about Aroha")
    press(app, "Agree")
    assert box(app, "What", "action_what").value == "Only about Aroha"
    app.selectbox(key="rep").set_value(OTHER).run()
    assert "She seems tired" not in said(app)
    assert box(app, "Notes").value == ""
    assert box(app, "What", "action_what").value == ""
