"""Notes and agreed actions are versions: nothing is overwritten, and nothing is lost on the way out and in again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine import workspace
from kpi_engine.agreements import books, journal
from kpi_engine.agreements.meetings import (
    MOST_NOTES,
    ActionVersion,
    MeetingMovedOn,
    MeetingRefused,
    MeetingVersion,
    Said,
    _notes,
    _words,
    action_of,
    actions_with,
    agree_action,
    astext,
    change_action,
    change_meeting,
    drop_action,
    finish_action,
    hold,
    meeting_of,
    meetings_with,
    read_actions,
    read_meetings,
    remove_meeting,
)
from kpi_engine.errors import UnknownName
from kpi_engine.ingest.cells import one_line
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage.store import Store
from kpi_engine.views.ask import Who
from kpi_engine.views.export import export_csv, export_xlsx
from kpi_engine.views.shared import session_for
from tests.copies import copied
from tests.test_workspace import damaged_log

DEALS = """Deal ID,Deal Name,Owner,Stage,Amount,Create Date,Close Date,Is Won,Is Closed
D-1,Harbour,Ann Lee,Won,1000.10,2025-01-02,2025-01-20,true,true
D-3,Quay,Bo Berg,Proposal,2000.25,2025-01-06,2025-04-01,false,false
"""
FIRST, LATER = date(2025, 2, 3), date(2025, 3, 3)
MIA, BEN = Said("Mia", datetime(2025, 2, 3, 10, 0)), Said("Ben", datetime(2025, 2, 4, 9, 0))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "deals.csv").write_text(DEALS)
    with workspace.open_store(folder / "tideline.duckdb") as opened:
        workspace.import_files(opened, [Upload(folder / "deals.csv", "deals.csv")], reader=stage)
    return folder / "tideline.duckdb"


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    with workspace.open_store(copied(made, tmp_path)) as opened:
        yield opened


def held(store: Store, notes: str = "Wants to try visits", day: date = FIRST, said: Said = MIA) -> MeetingVersion:
    return workspace.decide(store, lambda session: hold(session, "Ann Lee", day, notes, said))


def agreed(store: Store, what: str = "Call", due: date = LATER, meeting: str | None = None) -> ActionVersion:
    return workspace.decide(store, lambda session: agree_action(session, "Ann Lee", meeting, what, "Ann", due, MIA))


def seen(version: MeetingVersion | ActionVersion, by: str = "Ben") -> Said:
    return Said(by, datetime(2025, 2, 5), version.version_id)


def test_a_change_keeps_what_was_there_and_who_wrote_it(store: Store) -> None:
    first = held(store)
    later = "Tried one\n\n- it went well"
    workspace.decide(store, lambda s: change_meeting(s, first.meeting_id, LATER, later, seen(first)))
    versions = read_meetings(store.read())
    assert [(one.how, one.held_on, one.notes, one.recorded_by) for one in versions] == [
        ("held", FIRST, "Wants to try visits", "Mia"),
        ("changed", LATER, later, "Ben"),
    ]
    assert [one.notes for one in meetings_with(store.read(), "Ann Lee")] == [later]
    assert meetings_with(store.read(), "Bo Berg") == []


def test_an_action_is_open_until_it_is_done_or_dropped(store: Store) -> None:
    call, visit = agreed(store), agreed(store, "Visit the pier", FIRST)
    assert [one.what for one in actions_with(store.read(), "Ann Lee")] == ["Visit the pier", "Call"]
    workspace.decide(store, lambda s: finish_action(s, call.action_id, LATER, seen(call)))
    workspace.decide(store, lambda s: drop_action(s, visit.action_id, seen(visit)))
    (left,) = actions_with(store.read(), "Ann Lee")
    assert (left.what, left.is_open, left.done_date) == ("Call", False, LATER)
    with pytest.raises(MeetingRefused, match="was done on 2025-03-03 already"):
        workspace.decide(store, lambda s: finish_action(s, call.action_id, LATER, Said("Mia")))
    again = workspace.decide(store, lambda s: change_action(s, call.action_id, "Call again", "Ann", LATER, Said("Mia")))
    assert again.is_open
    assert again.done_date is None
    assert len(read_actions(store.read())) == 5


def test_the_second_of_two_who_change_the_same_is_told_what_the_first_wrote(store: Store) -> None:
    notes, action = held(store), agreed(store)
    workspace.decide(store, lambda s: change_meeting(s, notes.meeting_id, FIRST, "Mia's words", seen(notes, "Mia")))
    workspace.decide(store, lambda s: change_action(s, action.action_id, "Write", "Mia", LATER, seen(action, "Mia")))
    before = read_meetings(store.read()), read_actions(store.read())
    with pytest.raises(MeetingMovedOn, match="by Mia: “Mia's words”"):
        workspace.decide(store, lambda s: change_meeting(s, notes.meeting_id, FIRST, "Ben's words", seen(notes)))
    with pytest.raises(MeetingMovedOn, match="Mia changed this: “Write”, Mia, due 2025-03-03"):
        workspace.decide(store, lambda s: finish_action(s, action.action_id, LATER, seen(action)))
    with pytest.raises(MeetingMovedOn, match="Notes of 2025-02-03 are there already, by Mia"):
        held(store, "A second note of that day", said=BEN)
    with pytest.raises(MeetingMovedOn, match="is agreed already, written by Mia"):
        workspace.decide(store, lambda s: agree_action(s, "Ann Lee", None, "Write", "Mia", LATER, BEN))
    assert (read_meetings(store.read()), read_actions(store.read())) == before


def test_removed_notes_are_off_the_page_and_still_in_the_store(store: Store) -> None:
    first = held(store)
    removed = workspace.decide(store, lambda s: remove_meeting(s, first.meeting_id, seen(first)))
    assert meetings_with(store.read(), "Ann Lee") == []
    assert [one.notes for one in read_meetings(store.read())] == ["Wants to try visits"] * 2
    with pytest.raises(MeetingRefused, match="were removed by Ben"):
        workspace.decide(store, lambda s: change_meeting(s, first.meeting_id, FIRST, "x", seen(removed)))
    assert held(store, "Anew").meeting_id != first.meeting_id


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda s: hold(s, "Ann Lee", FIRST, "  \n ", MIA), "nothing in the notes"),
        (lambda s: hold(s, "Ann Lee", FIRST, "x" * (MOST_NOTES + 1), MIA), "at most 10,000"),
        (lambda s: hold(s, "Ann Lee", FIRST, "Good", Said("  ")), "Write your name first"),
        (lambda s: agree_action(s, "Ann Lee", None, " ", "Ann", FIRST, MIA), "what is to be done"),
        (lambda s: agree_action(s, "Ann Lee", None, "Call", " ", FIRST, MIA), "who does it"),
        (lambda s: agree_action(s, "Ann Lee", None, "x" * 301, "Ann", FIRST, MIA), "at most 300"),
        (lambda s: finish_action(s, "nothing", FIRST, MIA), "no such action"),
        (lambda s: change_meeting(s, "nothing", FIRST, "x", MIA), "no notes of this meeting"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_is(store: Store, write, told: str) -> None:
    with pytest.raises(MeetingRefused, match=told):
        workspace.decide(store, write)
    assert (read_meetings(store.read()), read_actions(store.read())) == ([], [])


def test_all_that_is_missing_is_named_at_once(store: Store) -> None:
    with pytest.raises(MeetingRefused) as told:
        workspace.decide(store, lambda s: agree_action(s, "Ann Lee", None, " ", "", FIRST, Said("")))
    for part in ("Write your name first", "what is to be done", "who does it"):
        assert part in str(told.value), part
    with pytest.raises(MeetingRefused, match=r"^Write your name first.* nothing in the notes yet\."):
        workspace.decide(store, lambda s: hold(s, "Ann Lee", FIRST, " ", Said("")))
    assert (read_meetings(store.read()), read_actions(store.read())) == ([], [])


def test_only_people_in_the_data_have_one_on_ones(store: Store) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'Ann Lee'"):
        workspace.decide(store, lambda s: hold(s, "An Lee", FIRST, "x", MIA))
    with pytest.raises(UnknownName):
        workspace.decide(store, lambda s: agree_action(s, "An Lee", None, "x", "y", FIRST, MIA))


def test_two_meetings_cannot_be_moved_to_one_day(store: Store) -> None:
    held(store)
    other = held(store, "Later", LATER)
    with pytest.raises(MeetingRefused, match="another meeting with Ann Lee on 2025-02-03"):
        workspace.decide(store, lambda s: change_meeting(s, other.meeting_id, FIRST, "Later", seen(other)))


def test_they_survive_an_undo_and_the_same_files_again(store: Store, tmp_path: Path) -> None:
    notes = held(store)
    agreed(store, meeting=notes.meeting_id)
    before = read_meetings(store.read()), read_actions(store.read())
    workspace.undo_import(store, 1)
    assert (read_meetings(store.read()), read_actions(store.read())) == before
    workspace.import_files(store, [Upload(tmp_path / "deals.csv", "deals.csv")], reader=stage)
    assert (read_meetings(store.read()), read_actions(store.read())) == before


def test_what_only_a_damaged_log_held_comes_back_from_beside_the_originals(tmp_path: Path) -> None:
    path = tmp_path / "tideline.duckdb"
    (tmp_path / "deals.csv").write_text(DEALS)
    with workspace.open_store(path) as store:
        workspace.import_files(store, [Upload(tmp_path / "deals.csv", "deals.csv")], reader=stage)
        held(store, "=2+3 is no formula\n- a list")
        agreed(store)
        before = read_meetings(store.read()), read_actions(store.read())
    path.unlink()
    with workspace.open_store(path) as store:
        workspace.rebuild_from_originals(store, reader=stage)
        assert (read_meetings(store.read()), read_actions(store.read())) == before
    damaged_log(path)
    with workspace.open_store(path) as store:
        assert (read_meetings(store.read()), read_actions(store.read())) == before


def test_a_journal_that_tells_another_past_is_set_aside(store: Store, tmp_path: Path) -> None:
    held(store)
    (tmp_path / "tideline.originals" / books.MEETINGS.file).write_text("[]")
    held(store, "Next", LATER)
    assert [one.notes for one in journal.kept(store, books.MEETINGS)] == ["Wants to try visits", "Next"]


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=300))
def test_any_text_comes_out_of_a_file_as_it_was_written(word: str, notes: str) -> None:
    """What the journal and the download hold is read back as the very same version."""
    for text, read in ((notes, meeting_of), (word, action_of)):
        cleaned = _as_written(text, read is meeting_of)
        if cleaned is None:
            continue
        version = (
            MeetingVersion(1, "held", "ab", "Ann", FIRST, cleaned, None, "Mia")
            if read is meeting_of
            else ActionVersion(1, "agreed", "ab", "Ann", None, cleaned, "Ann", FIRST, None, None, "Mia")
        )
        assert read(astext(version)) == version
        quoted = {k: f"'{v}" if v.startswith(("=", "+", "-", "@")) else v for k, v in astext(version).items()}
        assert read(quoted) == version


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\x07Ask\x07 \tBo \x07", "Ask Bo"), ("\x07'=1+1", "=1+1"), ("'-  two", "- two"), (f"{'n' * 299} m", "n" * 299),
    ],
)  # fmt: skip
def test_a_line_is_cleaned_before_it_is_looked_at(store: Store, typed: str, kept: str) -> None:
    """Else what is left of a control character is a blank that no file brings back, or a name that nobody can read."""
    by = workspace.decide(store, lambda s: hold(s, "Ann Lee", FIRST, "Notes", Said(typed))).recorded_by
    assert by == kept
    with pytest.raises(MeetingRefused, match="Write your name first"):
        workspace.decide(store, lambda s: hold(s, "Ann Lee", LATER, "Notes", Said("\x07")))


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_cleaned_line_stays_as_it_is_when_it_is_cleaned_again(typed: str) -> None:
    once = one_line(typed)
    assert (one_line(once), once.strip()) == (once, once)


def _as_written(text: str, is_notes: bool) -> str | None:
    try:
        return _notes(text) if is_notes else _words(text, "x")
    except MeetingRefused:
        return None


def _exported(store: Store, who: Who = Who()) -> dict[str, bytes]:  # noqa: B008
    with zipfile.ZipFile(io.BytesIO(export_csv(session_for(store, who), who))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


NOTES = '=SUM(A1) is no formula\n\n- two, "quoted"; words\n  indented\n漢字 ünï'


def test_they_go_out_and_come_back_without_loss(store: Store, tmp_path: Path) -> None:
    notes = held(store, NOTES)
    call = agreed(store, "+61 call, then @visit", meeting=notes.meeting_id)
    workspace.decide(store, lambda s: change_meeting(s, notes.meeting_id, LATER, f"- {NOTES}", seen(notes)))
    workspace.decide(store, lambda s: finish_action(s, call.action_id, LATER, seen(call)))
    workspace.decide(store, lambda s: drop_action(s, agreed(store, "Nothing").action_id, MIA))
    files = _exported(store)
    for name in ("one_on_ones.csv", "agreed_actions.csv"):
        (tmp_path / name).write_bytes(files[name])
    (tmp_path / "all.xlsx").write_bytes(export_xlsx(store.read(), Who()))
    uploads = [Upload(tmp_path / name, name) for name in ("one_on_ones.csv", "agreed_actions.csv")]
    with workspace.open_store(tmp_path / "other.duckdb") as other:
        (tmp_path / "deals2.csv").write_text(DEALS)
        workspace.import_files(other, [Upload(tmp_path / "deals2.csv", "deals2.csv")], reader=stage)
        reports = workspace.import_files(other, uploads, reader=stage)
        assert [(r.status, r.accepted, r.read) for r in reports] == [("committed", 2, 2), ("committed", 4, 4)]
        assert read_meetings(other.read()) == read_meetings(store.read())
        assert read_actions(other.read()) == read_actions(store.read())
        again = workspace.import_files(other, uploads, reader=stage)
        assert [(r.status, r.duplicate) for r in again] == [("already_imported", 2), ("already_imported", 4)]
        assert read_actions(other.read()) == read_actions(store.read())


def test_another_past_here_is_kept_and_theirs_left_out_and_said(store: Store, tmp_path: Path) -> None:
    notes = held(store)
    (tmp_path / "one_on_ones.csv").write_bytes(_exported(store)["one_on_ones.csv"].replace(b"Wants to", b"Would not"))
    workspace.decide(store, lambda s: change_meeting(s, notes.meeting_id, FIRST, "Ours", seen(notes)))
    (report,) = workspace.import_files(store, [Upload(tmp_path / "one_on_ones.csv", "one_on_ones.csv")], reader=stage)
    assert (report.status, report.accepted, report.rejected) == ("rejected", 0, 1)
    assert "Left out, for here something else was agreed: Ann Lee · 2025-02-03" in report.message
    assert [one.notes for one in meetings_with(store.read(), "Ann Lee")] == ["Ours"]


def test_a_cell_that_is_not_what_it_should_be_is_an_issue_of_its_line(store: Store, tmp_path: Path) -> None:
    held(store)
    broken = _exported(store)["one_on_ones.csv"].replace(b"held,", b"heard,")
    (tmp_path / "one_on_ones.csv").write_bytes(broken)
    (report,) = workspace.import_files(store, [Upload(tmp_path / "one_on_ones.csv", "one_on_ones.csv")], reader=stage)
    assert (report.status, report.rejected) == ("rejected", 1)
    assert (report.issues[0].column, report.issues[0].value) == ("how", "heard")


def test_an_action_that_is_done_on_no_day_is_refused_with_all_that_stands_beside_it(
    store: Store, tmp_path: Path
) -> None:
    call = agreed(store, "Call")
    workspace.decide(store, lambda s: finish_action(s, call.action_id, LATER, seen(call)))
    content = _exported(store)["agreed_actions.csv"]
    lines = content.splitlines(keepends=True)
    broken = lines[2].replace(b"2025-03-03,2025-03-03", b"2025-03-03,")
    assert broken != lines[2]
    (tmp_path / "agreed_actions.csv").write_bytes(b"".join([*lines[:2], broken]))
    with Store.in_memory() as other:
        file = Upload(tmp_path / "agreed_actions.csv", "agreed_actions.csv")
        (report,) = workspace.import_files(other, [file], reader=stage)
        assert (report.status, report.accepted, report.rejected) == ("rejected", 0, 2)
        assert [(issue.line, issue.column, issue.why) for issue in report.issues] == [
            (3, "done_date", "It is blank, though the action is done.")
        ]
        assert read_actions(other.read()) == []


def test_a_shared_screen_downloads_no_notes_and_nothing_of_anybody_else(store: Store) -> None:
    notes = held(store, "Ann seems tired")
    agreed(store, "Ask Bo Berg about the quay", meeting=notes.meeting_id)
    workspace.decide(store, lambda s: hold(s, "Bo Berg", FIRST, "About Bo", MIA))
    workspace.decide(store, lambda s: agree_action(s, "Bo Berg", None, "Bo's own", "Bo Berg", LATER, MIA))
    said = b"".join(_exported(store, Who(owners=("Ann Lee",), is_sharing=True)).values()).decode()
    assert "Ask a colleague about the quay" in said
    assert all(word not in said for word in ("tired", "About Bo", "Bo Berg", "Bo's own", "Mia"))
