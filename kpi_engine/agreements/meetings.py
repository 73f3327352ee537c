"""What was said in a one-on-one, and what the two agreed to do: notes and actions that are kept from one meeting to the
next.

Everything here adds a version and never changes one that was written: each says who typed it, when, and what stood
there before is still there. An agreed action is open until it is done or dropped, in whichever meeting that happens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar, get_args

from kpi_engine.agreements import reading
from kpi_engine.agreements.reading import Fault, Reader
from kpi_engine.agreements.targets import check_owner
from kpi_engine.errors import TidelineError
from kpi_engine.ingest.cells import one_line, printable, unquoted
from kpi_engine.model.decisions import numbered
from kpi_engine.storage.store import Session, load_sql

HowMeeting = Literal["held", "changed", "removed"]
HowAction = Literal["agreed", "changed", "done", "dropped"]

MOST_NOTES, MOST_WORDS = 10_000, 300
"""The most characters of notes, and of what is agreed."""


class MeetingRefused(TidelineError):
    """Notes or an action that cannot be written down; the sentence says why. Nothing was written."""


class MeetingMovedOn(MeetingRefused):
    """Somebody else wrote here meanwhile; the sentence says what. Nothing was written."""


@dataclass(frozen=True)
class Said:
    """Who types, when, and the number of the version they had before their eyes (None where nobody looked)."""

    by: str
    at: datetime | None = None
    seen: int | None = None


@dataclass(frozen=True)
class MeetingVersion:
    """One version of the notes of a one-on-one with ``owner``."""

    version_id: int
    how: HowMeeting
    meeting_id: str
    owner: str
    held_on: date
    notes: str
    recorded_at: datetime | None
    recorded_by: str

    @property
    def key(self) -> str:
        """What it is a version of."""
        return self.meeting_id


@dataclass(frozen=True)
class ActionVersion:
    """One version of an agreed action: ``who`` does ``what`` until the end of ``due_date``. ``owner``: the rep it was
    agreed with; ``meeting_id``: the meeting it was agreed in, where it was one."""

    version_id: int
    how: HowAction
    action_id: str
    owner: str
    meeting_id: str | None
    what: str
    who: str
    due_date: date
    done_date: date | None
    recorded_at: datetime | None
    recorded_by: str

    @property
    def key(self) -> str:
        """What it is a version of."""
        return self.action_id

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.how in ("agreed", "changed")


MEETING_HEADER = tuple(field.name for field in fields(MeetingVersion))
ACTION_HEADER = tuple(field.name for field in fields(ActionVersion))
"""The columns of the files they are exported to and come back from."""

V = TypeVar("V", MeetingVersion, ActionVersion)


# --- what stands there ---------------------------------------------------------------------------------------------


def read_meetings(session: Session) -> list[MeetingVersion]:
    """Every version of all notes, oldest first."""
    return [MeetingVersion(*row) for row in session.rows(load_sql("kpi_engine.agreements", "meeting_versions"))]


def read_actions(session: Session) -> list[ActionVersion]:
    """Every version of all actions, oldest first."""
    return [ActionVersion(*row) for row in session.rows(load_sql("kpi_engine.agreements", "action_versions"))]


def meetings_with(session: Session, owner: str) -> list[MeetingVersion]:
    """The notes that stand of the meetings with one rep, newest meeting first."""
    standing = [one for one in _last_words(read_meetings(session)) if one.owner == owner and one.how != "removed"]
    return sorted(standing, key=lambda one: (one.held_on, one.version_id), reverse=True)


def actions_with(session: Session, owner: str) -> list[ActionVersion]:
    """The actions agreed with one rep as they stand, soonest due first; those that were dropped left out."""
    standing = [one for one in _last_words(read_actions(session)) if one.owner == owner and one.how != "dropped"]
    return sorted(standing, key=lambda one: (one.due_date, one.version_id))


def _last_words(versions: Sequence[V]) -> list[V]:
    return list({one.key: one for one in versions}.values())


# --- notes ---------------------------------------------------------------------------------------------------------


def hold(session: Session, owner: str, held_on: date, notes: str, said: Said) -> MeetingVersion:
    """Write down a one-on-one. There is one a day with a rep.

    Raises
    ------
    UnknownName
        Nobody in the store has that name.
    MeetingRefused
        A name or the notes are missing, or they are too long.
    MeetingMovedOn
        Notes of that day stand there already; the sentence says whose.
    """
    check_owner(session, owner)
    there = [one for one in meetings_with(session, owner) if one.held_on == held_on]
    if there:
        raise MeetingMovedOn(
            f"Notes of {held_on} are there already, {_written(there[0])}. Nothing of yours was written."
        )
    by, text = _each(lambda: _name(said), lambda: _notes(notes))
    version = MeetingVersion(0, "held", "", owner, held_on, text, said.at, by)
    return _recorded_meeting(session, version)


def change_meeting(session: Session, meeting_id: str, held_on: date, notes: str, said: Said) -> MeetingVersion:
    """Write the notes of a meeting anew, or move it to another day. Raises as :func:`hold`, and MeetingMovedOn where
    somebody else wrote since ``said.seen``."""
    last = _standing_meeting(session, meeting_id, said)
    others = [one for one in meetings_with(session, last.owner) if one.held_on == held_on and one.key != meeting_id]
    if others:
        raise MeetingRefused(f"There is another meeting with {last.owner} on {held_on}. Choose another day.")
    by, text = _each(lambda: _name(said), lambda: _notes(notes))
    changed = replace(last, how="changed", held_on=held_on, notes=text)
    return _recorded_meeting(session, replace(changed, recorded_at=said.at, recorded_by=by))


def remove_meeting(session: Session, meeting_id: str, said: Said) -> MeetingVersion:
    """Take the notes of a meeting off the page; what was agreed in it stays. Raises as :func:`change_meeting`."""
    last = _standing_meeting(session, meeting_id, said)
    return _recorded_meeting(session, replace(last, how="removed", recorded_at=said.at, recorded_by=_name(said)))


def _standing_meeting(session: Session, meeting_id: str, said: Said) -> MeetingVersion:
    last = next((one for one in reversed(read_meetings(session)) if one.meeting_id == meeting_id), None)
    if last is None:
        raise MeetingRefused("There are no notes of this meeting. Write them anew.")
    if said.seen not in (None, last.version_id):
        raise MeetingMovedOn(
            f"Meanwhile the notes of {last.held_on} were {_how_told(last.how)}, {_written(last)}. Nothing of yours was "
            "written. Look at theirs, then save again if yours still hold."
        )
    if last.how == "removed":
        raise MeetingRefused(f"The notes of {last.held_on} were removed by {last.recorded_by}. Write them anew.")
    return last


def _written(version: MeetingVersion) -> str:
    return f"by {version.recorded_by}: “{version.notes}”"


# --- actions -------------------------------------------------------------------------------------------------------


def agree_action(
    session: Session, owner: str, meeting_id: str | None, what: str, who: str, due_date: date, said: Said
) -> ActionVersion:
    """Agree that somebody does something until a day.

    Raises
    ------
    UnknownName
        Nobody in the store has the rep's name.
    MeetingRefused
        What, who or the name of who types is missing or too long.
    MeetingMovedOn
        The very same is agreed and open already.
    """
    check_owner(session, owner)
    by, what, who = _of_an_action(what, who, said)
    for one in actions_with(session, owner):
        if one.is_open and (one.what, one.who, one.due_date) == (what, who, due_date):
            raise MeetingMovedOn(f"“{what}” is agreed already, written by {one.recorded_by}.")
    version = ActionVersion(0, "agreed", "", owner, meeting_id, what, who, due_date, None, said.at, by)
    return _recorded_action(session, version)


def change_action(
    session: Session, action_id: str, what: str | None, who: str | None, due_date: date, said: Said
) -> ActionVersion:
    """Agree otherwise about an action, or open one again that was done; what is None stays as it stands. Raises as
    :func:`agree_action`, and MeetingMovedOn where somebody else wrote since ``said.seen``."""
    last = _standing_action(session, action_id, said)
    by, what, who = _of_an_action(last.what if what is None else what, last.who if who is None else who, said)
    changed = replace(last, how="changed", what=what, who=who, due_date=due_date, done_date=None)
    return _recorded_action(session, replace(changed, recorded_at=said.at, recorded_by=by))


def finish_action(session: Session, action_id: str, done_date: date, said: Said) -> ActionVersion:
    """An action is done. Raises as :func:`change_action`, and MeetingRefused where it was done before."""
    last = _standing_action(session, action_id, said)
    if not last.is_open:
        raise MeetingRefused(f"“{last.what}” was done on {last.done_date} already.")
    done = replace(last, how="done", done_date=done_date)
    return _recorded_action(session, replace(done, recorded_at=said.at, recorded_by=_name(said)))


def drop_action(session: Session, action_id: str, said: Said) -> ActionVersion:
    """An action is not to be done any more. Raises as :func:`change_action`."""
    last = _standing_action(session, action_id, said)
    return _recorded_action(session, replace(last, how="dropped", recorded_at=said.at, recorded_by=_name(said)))


def _standing_action(session: Session, action_id: str, said: Said) -> ActionVersion:
    last = next((one for one in reversed(read_actions(session)) if one.action_id == action_id), None)
    if last is None:
        raise MeetingRefused("There is no such action. Agree on it anew.")
    if said.seen not in (None, last.version_id):
        raise MeetingMovedOn(
            f"Meanwhile {last.recorded_by} {_how_told(last.how)} this: “{last.what}”, {last.who}, due {last.due_date}. "
            "Nothing of yours was written. Look at theirs, then save again if yours still holds."
        )
    if last.how == "dropped":
        raise MeetingRefused(f"“{last.what}” was dropped by {last.recorded_by}. Agree on it anew.")
    return last


def _how_told(how: str) -> str:
    return {"held": "written", "agreed": "agreed on", "done": "marked as done"}.get(how, how)


# --- writing -------------------------------------------------------------------------------------------------------


def record_meeting(session: Session, version: MeetingVersion) -> MeetingVersion:
    """Add a version of notes, in the caller's transaction; its number is given here."""
    recorded = numbered(session, "meeting_versions", version)
    if not recorded.meeting_id:
        recorded = replace(recorded, meeting_id=_new_id(recorded))
    session.run(load_sql("kpi_engine.agreements", "record_meeting"), asdict(recorded))
    return recorded


def record_action(session: Session, version: ActionVersion) -> ActionVersion:
    """Add a version of an action, in the caller's transaction; its number is given here."""
    recorded = numbered(session, "action_versions", version)
    if not recorded.action_id:
        recorded = replace(recorded, action_id=_new_id(recorded))
    session.run(load_sql("kpi_engine.agreements", "record_action"), asdict(recorded))
    return recorded


def _recorded_meeting(session: Session, version: MeetingVersion) -> MeetingVersion:
    recorded = record_meeting(session, version)
    session.run(load_sql("kpi_engine.agreements", "data_changed"))
    return recorded


def _recorded_action(session: Session, version: ActionVersion) -> ActionVersion:
    recorded = record_action(session, version)
    session.run(load_sql("kpi_engine.agreements", "data_changed"))
    return recorded


def _new_id(version: MeetingVersion | ActionVersion) -> str:
    """A name for something new that no other store gives to something else: made of all that is said in it."""
    return hashlib.sha256(repr(astext(version)).encode()).hexdigest()[:16]


def astext(version: MeetingVersion | ActionVersion) -> dict[str, str]:
    """A version as the text a file holds."""
    return {name: "" if value is None else str(value) for name, value in asdict(version).items()}


def _of_an_action(what: str, who: str, said: Said) -> list[str]:
    """Who types, what is to be done and who does it, as they are written down."""
    return _each(
        lambda: _name(said), lambda: _words(what, "what is to be done"), lambda: _words(who, "who does it")
    )


def _each(*parts: Callable[[], str]) -> list[str]:
    """Every part of what is written; of those that cannot be, all are told at once. Raises MeetingRefused."""
    found: list[str] = []
    refused: list[str] = []
    for part in parts:
        try:
            found.append(part())
        except MeetingRefused as refusal:
            refused.append(str(refusal))
    if refused:
        raise MeetingRefused(" ".join(refused))
    return found


def _name(said: Said) -> str:
    name = one_line(said.by)
    if not name:
        raise MeetingRefused("Write your name first: whoever reads this later will ask.")
    return name[:MOST_WORDS].rstrip()


def _words(text: str, about: str) -> str:
    found = one_line(text)
    if not found:
        raise MeetingRefused(f"Write down {about}.")
    if len(found) > MOST_WORDS:
        raise MeetingRefused(f"Say {about} in at most {MOST_WORDS} characters: these are {len(found):,}.")
    return found


def _notes(text: str) -> str:
    lines = [printable(line).rstrip() for line in text.splitlines()]
    found = unquoted("\n".join(lines).strip())
    if not found:
        raise MeetingRefused("There is nothing in the notes yet.")
    if len(found) > MOST_NOTES:
        raise MeetingRefused(f"Notes have at most {MOST_NOTES:,} characters: these are {len(found):,}.")
    return found


# --- out of a file again -------------------------------------------------------------------------------------------


def meeting_of(said: Mapping[str, Any]) -> MeetingVersion:
    """A version of notes from text, as a file holds it. Raises Unreadable where a cell is not what it should be."""
    return MeetingVersion(**reading.cells(said, _OF_MEETINGS, ("recorded_at",)))


def action_of(said: Mapping[str, Any]) -> ActionVersion:
    """A version of an action from text, as a file holds it. Raises Unreadable where a cell is not what it should be."""
    return ActionVersion(**reading.cells(said, _OF_ACTIONS, ("meeting_id", "done_date", "recorded_at")))


def faults_of_action(version: ActionVersion) -> list[Fault]:
    """What cannot be of an action, by column: for one from a file that somebody may have changed."""
    if version.how == "done" and version.done_date is None:
        return [("done_date", "It is blank, though the action is done.")]
    return []


_OF_MEETINGS: dict[str, Reader] = {
    "version_id": reading.whole_number,
    "how": reading.one_of(get_args(HowMeeting)),
    "held_on": reading.day,
    "recorded_at": reading.moment,
    **dict.fromkeys(("meeting_id", "owner", "notes", "recorded_by"), unquoted),
}
_OF_ACTIONS: dict[str, Reader] = {
    "version_id": reading.whole_number,
    "how": reading.one_of(get_args(HowAction)),
    **dict.fromkeys(("due_date", "done_date"), reading.day),
    "recorded_at": reading.moment,
    **dict.fromkeys(("action_id", "owner", "meeting_id", "what", "who", "recorded_by"), unquoted),
}
