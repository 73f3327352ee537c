"""What the Data page says of files before they are imported, and after they were taken out again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine import workspace
from kpi_engine.agreements.meetings import Said, hold
from kpi_engine.agreements.qualification import DEFAULT
from kpi_engine.agreements.qualification import agree as agree_on_rule
from kpi_engine.agreements.targets import Agreement, agree, subject
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from tests.pages.conftest import open_page, own_store, switch, words_of


def _page(*files: tuple[str, str]) -> AppTest:
    """The cards of these files (name, text), as the Data page shows them."""

    def page(files: tuple[tuple[str, str], ...]) -> None:
        import streamlit as st

        from ui.mapping import file_card
        from ui.uploads import incoming

        class Dropped:
            def __init__(self, name: str, text: str) -> None:
                self.name, self._text = name, text

            def getbuffer(self) -> bytes:
                return self._text.encode()

        uploads = incoming([Dropped(*file) for file in files])
        st.text(f"cards: {len([file_card(upload) for upload in uploads])}")

    return AppTest.from_function(page, default_timeout=120, args=(files,)).run()


_UNDATED = "Deal ID,Deal name,Owner,Stage,Amount\nD1,Ferry,Mia,Proposal,100\n"

_GOOD = "Deal ID,Deal name,Owner,Stage,Amount,Created,Close date\nD1,Ferry,Mia,Won,100,2026-01-05,2026-02-05\n"


def test_the_same_file_twice_is_one_card_and_a_sentence(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    at_home(tmp_path)
    app = _page(("deals.csv", _GOOD), ("again.csv", _GOOD), ("deals.csv", _GOOD))
    assert not app.exception
    assert "again.csv is the same file as deals.csv: it is counted once." in words_of(app)
    assert "deals.csv is the same file as deals.csv" in words_of(app)
    assert "cards: 1" in words_of(app)


def test_lines_that_cannot_be_read_are_listed_before_the_import(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    at_home(tmp_path)
    bad = _GOOD + "D2,Barge,Mia,Won,much,2026-01-06,2026-02-06\nD3,Tug,Mia,Won,300,someday,2026-02-07\n"
    app = _page(("deals.csv", bad))
    assert not app.exception
    assert "2 of 3 rows cannot be read" in words_of(app)
    assert " ready" not in words_of(app)
    listed = next(frame.value for frame in app.dataframe if "what_to_do" in frame.value)
    assert list(listed["line"]) == [3, 4]
    assert list(listed["value"]) == ["much", "someday"]
    assert listed["why"].str.len().min() > 0
    assert listed["what_to_do"].str.len().min() > 0


def test_a_row_that_is_listed_whole_is_cut_to_be_read(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    at_home(tmp_path)
    row_too_wide = "D4,Skiff,Mia,Won,10,2026-01-06,2026-02-06" + ",word" * 20 + "\n"
    app = _page(("deals.csv", _GOOD + row_too_wide))
    listed = next(frame.value for frame in app.dataframe if "what_to_do" in frame.value)
    assert list(listed["value"]) == ["D4 | Skiff | Mia | Won | 10 | 2026-01-0…"]


_MIXED = "Deal ID,Owner,Stage,Amount,Created\nD1,Mia,Proposal,#N/A,03/04/2026\nD2,Mia,Proposal,50,04/05/2026\n"


def test_what_was_noted_about_a_file_is_said_on_its_card(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    at_home(tmp_path)
    noted = _GOOD + "D2,Barge,Mia,Won,#N/A,2026-01-06,2026-02-06\n"
    captions = [caption.value.replace("\\", "") for caption in _page(("deals.csv", noted)).caption]
    assert ":material/info: Amount: '#N/A' is taken as blank (line 3)." in captions


def test_an_answer_stays_in_sight_and_can_be_changed_until_the_import(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    at_home(tmp_path)
    app = _page(("deals.csv", _MIXED))
    assert "First rows, as they stand in the file" in [one.label for one in app.expander]
    assert app.radio[0].value is None
    app.radio[0].set_value("dmy").run()
    assert (len(app.radio), app.radio[0].value) == (1, "dmy")
    assert "as of 4 May 2026" in words_of(app)
    assert "First rows, as they will be understood" in [one.label for one in app.expander]
    app.radio[0].set_value("mdy").run()
    assert (len(app.radio), app.radio[0].value) == (1, "mdy")
    assert "as of 5 Apr 2026" in words_of(app)


def test_an_answer_remembered_of_last_weeks_file_is_in_sight_too(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "own" / "tideline.duckdb"
    path.parent.mkdir(parents=True)
    (tmp_path / "week_1.csv").write_text(_MIXED, encoding="utf-8")
    with workspace.open_store(path) as store:
        last_week = Upload(tmp_path / "week_1.csv", "week_1.csv")
        workspace.import_files(store, [last_week], {"week_1.csv": Answers(date_order="mdy")}, reader=stage)
    at_home(tmp_path)
    app = _page(("week_2.csv", _MIXED + "D3,Mia,Proposal,60,05/06/2026\n"))
    assert " ready" in words_of(app)
    assert app.radio[0].value == "mdy"
    app.radio[0].set_value("dmy").run()
    assert "as of 5 Jun 2026" in words_of(app)


def test_an_answer_about_the_export_before_stays_in_sight_too(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    header = "Deal ID,Owner,Stage,Amount,Created\n"
    before = tmp_path / "before.csv"
    before.write_text(header + "".join(f"D{n},Mia,Lead,5,2026-01-0{n}\n" for n in range(1, 9)), encoding="utf-8")
    own_store(tmp_path, before)
    at_home(tmp_path)
    app = _page(("after.csv", header + "D1,Mia,Lead,5,2026-01-01\nD9,Mia,Lead,5,2026-01-20\n"))
    assert "Was this export filtered, or are those deals gone?" in app.radio[0].label.replace("\\", "")
    app.radio[0].set_value("filtered").run()
    assert " ready" in words_of(app)
    assert (len(app.radio), app.radio[0].value) == (1, "filtered")


def test_rows_that_repeat_another_can_be_dropped_where_it_is_said_that_they_are_kept(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    at_home(tmp_path)
    app = _page(("calls.csv", "Owner,Type,Date\nMia,Call,2026-03-04\nMia,Call,2026-03-04\nBo,Call,2026-03-05\n"))
    assert "3 of 3 rows of activities can be imported." in words_of(app)
    assert "1 row repeats another row in every cell without an id; kept as activities of their own" in words_of(
        app
    ).replace("\\", "")
    app.radio[0].set_value("drop").run()
    assert "2 of 3 rows of activities can be imported; 1 repeated." in words_of(app)
    app.radio[0].set_value("keep").run()
    assert "3 of 3 rows" in words_of(app)


def test_files_and_answers_wait_while_another_page_is_looked_at(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    at_home(tmp_path)
    app = open_page("data", data="My files")
    app.file_uploader[0].set_value(("deals.csv", _MIXED.encode(), "text/csv")).run()
    assert "deals.csv" in words_of(app).replace("\\", "")
    app.radio[0].set_value("mdy").run()
    app = switch(switch(app, "kpi_guide"), "data")
    assert not app.exception
    assert "**deals.csv** ready" in words_of(app).replace("\\", "")
    assert app.radio[0].value == "mdy"
    app.button(key="import").click().run()
    assert "**deals.csv**: 2 of 2 rows of deals imported." in app.success[0].value.replace("\\", "")
    assert not app.radio
    assert not [file for file in (tmp_path / "incoming").rglob("*") if file.is_file()]


def test_a_file_can_be_left_out_again(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    def page() -> None:
        import streamlit as st

        from kpi_engine.ingest.shapes import Upload
        from ui.uploads import incoming, leave_out

        class Dropped:
            name = "deals.csv"

            def getbuffer(self) -> bytes:
                return b"Deal ID"

        is_first = "seen" not in st.session_state
        st.session_state["seen"] = True
        waiting = incoming([Dropped()] if is_first else [])
        st.text(f"waiting: {[upload.name for upload in waiting]}")
        for upload in waiting:
            st.button("out", on_click=leave_out, args=(Upload(upload.path, upload.name),))

    at_home(tmp_path)
    app = AppTest.from_function(page).run()
    app.run()
    assert "waiting: ['deals.csv']" in words_of(app)
    app.button[0].click().run()
    assert "waiting: []" in words_of(app)
    assert not [file for file in (tmp_path / "incoming").rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    ("states", "label", "can_press"),
    [
        (["committed"], "Import this file", True),
        (["needs_answer"], "Import this file", False),
        (["committed", "committed"], "Import 2 files", True),
        (["committed", "needs_answer"], "Import 1 of 2 files", True),
        (["already_imported", "needs_answer"], "Import 1 file", False),
        (["committed", "not_used"], "Import 1 file", True),
        (["not_used", "already_imported"], None, None),
    ],
)
def test_the_button_counts_the_files_that_can_still_be_imported(
    states: list[str], label: str | None, can_press: bool | None
) -> None:
    def page(states: list[str]) -> None:
        from ui.mapping import import_button

        import_button([None] * len(states), states, on_click=lambda: None)  # type: ignore[list-item, arg-type]

    app = AppTest.from_function(page, args=(states,)).run()
    assert [(button.label, not button.disabled) for button in app.button] == ([(label, can_press)] if label else [])


def test_a_report_has_the_colour_of_what_happened_and_tells_what_was_noted() -> None:
    def page() -> None:
        from datetime import date

        from kpi_engine.ingest.shapes import ImportReport, Issue
        from kpi_engine.names import Kind
        from ui.history import reports_block

        note = Issue(3, "Amount", "#N/A", "note", "'#N/A' is taken as blank.", "Nothing to do, if that is right.")
        bad = Issue(4, "Amount", "x", "rejected", "No number.", "Correct it.")
        counts = {"status": "committed", "read": 3, "as_of": date(2026, 1, 1)}
        reports_block(
            [
                ImportReport("whole.csv", Kind.DEALS, None, 1, accepted=3, message="whole", issues=(note,), **counts),
                ImportReport(
                    "part.csv", Kind.DEALS, None, 2, accepted=2, rejected=1, message="part", issues=(bad,), **counts
                ),
            ]
        )

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [box.value.split(": ")[1] for box in app.success] == ["whole"]
    assert [box.value.split(": ")[1] for box in app.warning] == ["part"]
    assert [caption.value.replace("\\", "") for caption in app.caption] == [
        ":material/info: Amount: '#N/A' is taken as blank (line 3)."
    ]
    assert [button.label for button in app.get("download_button")] == ["What was not taken, and why (CSV)"]


def test_while_a_question_is_open_no_line_is_called_unreadable(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    at_home(tmp_path)
    mixed = _GOOD.splitlines()[0] + "\n"
    mixed += "D1,Ferry,Mia,Won,100,13/01/2026,20/02/2026\nD2,Tug,Mia,Won,50,01/13/2026,02/20/2026\n"
    app = _page(("deals.csv", mixed))
    assert "needs an answer" in words_of(app)
    assert not [frame for frame in app.dataframe if "what_to_do" in frame.value]
    assert [option.replace("\\", "").split(" (")[0] for option in app.radio[0].options] == [
        "Day first: 13/01/2026 is 13 January 2026",
        "Month first: 01/13/2026 is 13 January 2026",
    ]


def test_a_file_all_of_whose_lines_can_be_read_lists_none(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    at_home(tmp_path)
    app = _page(("deals.csv", _GOOD))
    assert "cannot be read" not in words_of(app)
    assert not [frame for frame in app.dataframe if "what_to_do" in frame.value]


def test_an_undo_says_which_file_was_taken_out_again(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(_GOOD, encoding="utf-8")
    own_store(tmp_path, file)
    at_home(tmp_path)
    app = open_page("data")
    assert not app.success
    next(button for button in app.button if button.key.startswith("undo_")).click().run()
    assert not app.exception
    assert app.success[0].value.startswith("**deals\\.csv** was taken out again")
    assert not app.run().success


def test_an_undo_says_which_day_is_the_newest_now_and_what_was_agreed_after_it(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    more = _GOOD + "D2,Barge,Mia,Won,50,2026-02-06,2026-03-09\n"
    for name, text in (("deals.csv", _GOOD), ("newer.csv", more)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    own_store(tmp_path, tmp_path / "deals.csv", tmp_path / "newer.csv")
    at_home(tmp_path)
    with workspace.open_store(tmp_path / "own" / "tideline.duckdb") as store:
        for day in (date(2026, 1, 20), date(2026, 3, 9)):
            workspace.decide(store, lambda s, day=day: hold(s, "Mia", day, "Notes", Said("Ann", datetime(2026, 3, 9))))
        said = Agreement("Mia", "Ann", date(2026, 3, 8), "why", date(2026, 4, 1))
        workspace.decide(store, lambda s: agree(s, subject(s, "Mia", "won_deals", "2026-Q2"), Decimal(3), said))
        workspace.decide(store, lambda s: agree_on_rule(s, replace(DEFAULT, effective_date=date(2026, 3, 1))))
    app = open_page("data")
    assert "2 deals in 2 files, as of 9 Mar 2026" in words_of(app).replace("\\", "")
    app.button(key="undo_2").click().run()
    assert not app.exception
    assert app.success[0].value.replace("\\", "").endswith(
        "The newest day known is now 5 Feb 2026. What was agreed after it stays: 1 target, 1 one-on-one and 1 rule."
    )
    assert "1 deal in 1 file, as of 5 Feb 2026" in words_of(app).replace("\\", "")
    rule = words_of(open_page("quality", data="My files", quality_tab="The rule")).replace("\\", "")
    assert "A rule is agreed from 1 Mar 2026 on, after the newest day in the data, 5 Feb 2026." in rule
    assert "Until then this default holds." in rule
    talk = words_of(open_page("one_on_one", data="My files", rep="Mia")).replace("\\", "")
    assert "Since the meeting on 20 Jan 2026. The one on 9 Mar 2026 lies after the day one looks from." in talk
    running = words_of(open_page("targets", data="My files")).replace("\\", "")
    assert "No target is running; 1 lies ahead: see Coming." in running
    targets = words_of(open_page("targets", data="My files", shown="Coming")).replace("\\", "")
    assert "Agreed by Mia and Ann on 8 Mar 2026, after the data end" in targets
    app = open_page("data", data="My files")
    app.button(key="undo_1").click().run()
    assert "No deals with a date are left" in app.success[0].value.replace("\\", "")


def test_deals_without_a_date_are_asked_for_their_day_and_can_be_imported_without(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    at_home(tmp_path)
    app = _page(("deals.csv", _UNDATED))
    assert "1 of 1 rows of deals can be imported. No date in it says up to which day it speaks" in words_of(app)
    (asked,) = [one for one in app.date_input if one.label == "Which day does this export show?"]
    asked.set_value(date(2026, 3, 1)).run()
    assert not app.exception
    assert not app.warning  # of one field that is told two days
    assert "Deals, as of 1 Mar 2026. 1 of 1 rows of deals can be imported." in words_of(app)
    assert "No date in it" not in words_of(app)
    # What was said can be mended where the columns are.
    assert [one.value for one in app.date_input] == [date(2026, 3, 1)]


def test_the_day_of_an_undated_export_can_be_said_beside_its_columns(
    at_home: Callable[[Path], None], tmp_path: Path
) -> None:
    at_home(tmp_path)
    app = _page(("deals.csv", _UNDATED))
    (beside,) = [one for one in app.date_input if one.label.startswith("As of")]
    beside.set_value(date(2026, 3, 1))
    next(button for button in app.button if button.label == "Use these columns").click().run()
    assert "Deals, as of 1 Mar 2026." in words_of(app)


def test_a_page_over_deals_without_a_date_says_how_to_go_on(at_home: Callable[[Path], None], tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(_UNDATED, encoding="utf-8")
    own_store(tmp_path / "home", file)
    at_home(tmp_path / "home")
    said = words_of(open_page("overview")).replace("\\", "")
    assert "Your deals are in, but no date in them says up to which day they speak." in said
    assert "undo the import, drop the file again and say which day it shows" in said
    assert "1970" not in words_of(open_page("data"))
    other = tmp_path / "calls.csv"
    other.write_text("Activity ID,Owner,Type,Date\n1,Ann,Call,2026-01-05\n", encoding="utf-8")
    own_store(tmp_path / "other", other)
    at_home(tmp_path / "other")
    assert "Your activities are in, and no deals yet" in words_of(open_page("overview"))
