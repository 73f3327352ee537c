"""A one-on-one on one sheet of paper: what stands on it, and where it is cut so that it stays one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.names import Status
from kpi_engine.views import words
from kpi_engine.views.one_on_one import Action, OneOnOne
from kpi_engine.views.one_on_one_facts import Indicator
from kpi_engine.views.sheet_drawing import shares, sparkline

MOST_ACTIONS, MOST_DONE = 5, 2
_NAME, _LINE, _TEXT, _NOTES = 60, 110, 200, 450
"""The most characters of a name, of a line, of a sentence, of the notes."""
_NOTE_LINES = 8


@dataclass(frozen=True)
class Figure:
    """One leading figure; ``svg`` may be empty."""

    label: str
    lately: str
    usual: str
    target: str
    svg: str


@dataclass(frozen=True)
class Entry:
    """One line of a list: ``text``, what stands behind it, and whether it is to stand out."""

    text: str
    more: str = ""
    stands_out: bool = False


@dataclass(frozen=True)
class Sheet:
    """What stands on the sheet. Lists that were cut end with an entry that says how many more there are."""

    owner: str
    day: str
    since: str
    moved: str
    counted: str
    done: tuple[Entry, ...]
    figures: tuple[Figure, ...]
    quality: tuple[str, ...]
    quality_svg: str
    deals: tuple[Entry, ...]
    results: tuple[Entry, ...]
    questions: tuple[Entry, ...]
    actions: tuple[Entry, ...]
    notes: tuple[str, ...]
    notes_title: str
    foot: str


def sheet_of(view: OneOnOne, with_notes: bool = False) -> Sheet:
    """What of a one-on-one goes on the sheet. The manager's notes only where they are asked for, since a sheet is made
    to be handed over; of a shared screen none come along, as everywhere."""
    told = next((one for one in view.meetings if one.notes), None) if with_notes else None
    quality = view.quality
    return Sheet(
        owner=_cut(view.owner, _NAME),
        day=words.day(view.as_of),
        since=view.since,
        moved=view.moved,
        counted=view.counted,
        done=_list(
            [Entry(_cut(one.what, _LINE), _cut(f"{one.who}, {one.due}", _NAME)) for one in view.done], MOST_DONE
        ),
        figures=tuple(_figure(one) for one in view.indicators),
        quality=tuple(f"{span.label}: {span.text}" for span in quality.spans) if quality else (),
        quality_svg=shares(quality.spans) if quality else "",
        deals=_deals(view),
        results=tuple(Entry(one.label, f"{one.so_far}; {one.before}") for one in view.lagging),
        questions=tuple(Entry(_cut(one.text, _TEXT)) for one in view.questions),
        actions=_list([_action(one) for one in view.actions], MOST_ACTIONS),
        notes=_lines(told.notes) if told else (),
        notes_title=f"Notes of {words.day(told.held_on)}" if told else "",
        foot=f"Nobody else is on this sheet. {view.weeks_note}".rstrip(),
    )


def safe_name(view: OneOnOne, ending: str) -> str:
    """What the file is called: our words and a date, never a name out of a file.

    >>> from datetime import date
    >>> safe_name(OneOnOne("../x", (), date(2026, 8, 31), False), "pdf")
    'one-on-one-2026-08-31.pdf'
    """
    return f"one-on-one-{view.as_of.isoformat()}.{ending}"


def _figure(one: Indicator) -> Figure:
    change = f"{one.change}{', more than chance' if one.is_sure else ''}" if one.change else ""
    usual = ", ".join(part for part in (one.usual, change) if part)
    if one.status is Status.NO_DATA:
        usual = ""
    target = f"{one.target}. {one.pace}" if one.target else ""
    return Figure(one.label, one.lately, usual, _cut(target, _LINE), sparkline(one.line, one.level))


def _deals(view: OneOnOne) -> tuple[Entry, ...]:
    found = [Entry(_cut(one.name, _NAME), _cut(f"{one.at_stake} at stake. {one.why}", _LINE)) for one in view.deals]
    if view.more_deals:
        found.append(Entry(f"and {view.more_deals:,} more"))
    return tuple(found)


def _action(one: Action) -> Entry:
    return Entry(_cut(one.what, _LINE), _cut(f"{one.who}, {one.due}", _NAME), one.state == "overdue")


def _list(entries: Sequence[Entry], most: int) -> tuple[Entry, ...]:
    """The first entries, and how many more there are."""
    if len(entries) <= most:
        return tuple(entries)
    return (*entries[:most], Entry(f"and {len(entries) - most:,} more"))


def _lines(notes: str) -> tuple[str, ...]:
    """The first lines of notes, as many as there is room for."""
    found: list[str] = []
    room = _NOTES
    for line in (line for line in notes.splitlines() if line.strip()):
        if room < 20 or len(found) == _NOTE_LINES:
            return (*found, "…")
        found.append(_cut(line, room))
        room -= len(line)
    return tuple(found)


def _cut(text: str, most: int) -> str:
    """A text that fits; what was cut off is told by an ellipsis."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= most else one_line[: most - 1].rstrip() + "…"
