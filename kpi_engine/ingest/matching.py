"""What stays uncertain when the columns of a file have been found, and the questions that raises."""

from __future__ import annotations

import re
from dataclasses import replace

from kpi_engine.ingest.columns import Cells, date_evidence
from kpi_engine.ingest.contracts.any_file import MAYBE_WEIGHTED
from kpi_engine.ingest.headers import entered_stage, normal, stage_in
from kpi_engine.ingest.match import CHANGES_NUMBERS, FROM_STATUS, Match, positions
from kpi_engine.ingest.shapes import Option, Question, StageDates
from kpi_engine.names import COLUMNS, Kind

_STAGES = 100
"""A file with more different stages is looked at for so many only."""
_ENOUGH_STAGES = 3
DOUBTED = 0.5
"""How sure a column is that has the name and not the cells."""


def with_doubtful(match: Match) -> Match:
    """The columns whose cells contradict their name, too: half sure, so that somebody is asked."""
    doubted = {canonical: (position, DOUBTED) for canonical, position in match.doubtful.items()}
    return replace(match, found={**doubted, **match.found})


def with_repeated_headers(match: Match, header: tuple[str, ...], cells: Cells) -> Match:
    """Columns whose header stands in the file more than once compete where they hold different things; an empty one
    gives way to a filled one."""
    twins: dict[str, list[int]] = {}
    for position, name in enumerate(header):
        twins.setdefault(normal(_as_in_the_file(header, name)), []).append(position)
    found, rivals = dict(match.found), {canonical: dict(others) for canonical, others in match.rivals.items()}
    used = {position for position, _ in found.values()}
    for canonical, (position, confidence) in match.found.items():
        for twin in twins[normal(_as_in_the_file(header, header[position]))]:
            if twin in used or not (theirs := cells.spread(twin)):
                continue
            if not cells.spread(found[canonical][0]):
                found[canonical] = (twin, confidence)
            elif theirs != cells.spread(found[canonical][0]):
                rivals.setdefault(canonical, {})[twin] = confidence
    return replace(match, found=found, rivals=rivals)


def _as_in_the_file(header: tuple[str, ...], name: str) -> str:
    """A header without the number it got because it is repeated."""
    numbered = re.fullmatch(r"(.*) \(\d+\)", name)
    return numbered[1] if numbered and numbered[1] in header else name


def mapping_questions(match: Match, header: tuple[str, ...], settled: frozenset[str]) -> tuple[Question, ...]:
    """A question for each column found by likeness only or with competing headers; answered ones left out."""
    questions = []
    for c in COLUMNS[match.kind]:
        if c.name in settled or c.name not in match.found:
            continue
        position, confidence = match.found[c.name]
        rivals = match.rivals.get(c.name, {})
        if confidence > 0.8 and not rivals:
            continue
        options = [Option(header[p], f"'{header[p]}' is the column {c.label}") for p in (position, *rivals)]
        options.append(Option("", f"This file has no column {c.label}"))
        equals = any(c_sure == confidence for c_sure in rivals.values())
        matters = c.needed or c.name in CHANGES_NUMBERS
        must = matters and (equals if rivals else confidence != FROM_STATUS)
        text = f"Is '{header[position]}' the column {c.label}?" if not rivals else f"Which column is {c.label}?"
        questions.append(Question(f"mapping:{c.name}", text, tuple(options), header[position], must))
    if match.kind == Kind.DEALS and "amount" not in match.found and "amount" not in settled and match.crm is None:
        where = positions(header)
        weighted = [where[name] for name in MAYBE_WEIGHTED if name in where]
        if weighted:
            name = header[weighted[0]]
            questions.append(
                Question(
                    "mapping:amount",
                    f"Is '{name}' the whole value of each deal, or already weighted with its probability?",
                    (
                        Option(name, "The whole value: use it as Amount"),
                        Option("", "Already weighted: these deals have no Amount"),
                    ),
                    None,
                )
            )
    return tuple(questions)


def stage_dates(header: tuple[str, ...], cells: Cells, match: Match) -> tuple[StageDates, ...]:
    """The 'Date entered' columns, and those that name a stage of the file's deals and hold dates ('Entered Proposal').

    A 'Demo date' is the day of a demo, and may be to come; from three stages on, such days are when each was entered.
    """
    used = {position for position, _ in match.found.values()}
    stage_at = match.found.get("stage")
    stages = {normal(stage): stage for stage in cells.spread(stage_at[0])[:_STAGES]} if stage_at else {}
    sure: dict[int, StageDates] = {}
    named: dict[int, str] = {}
    likely: dict[int, str] = {}
    others: dict[int, str] = {}
    for position, name in enumerate(header):
        if told := entered_stage(name):
            sure[position] = StageDates(position, *told)
            continue
        entered, dated = ([stages.get(normal(part), "") for part in parts] for parts in stage_in(name))
        if any(entered):
            named[position] = next(filter(None, entered))
        elif any(dated):
            likely[position] = next(filter(None, dated))
        elif entered:
            others[position] = stage_in(name)[0][0]
    if len(likely) + len(named) >= _ENOUGH_STAGES:
        named |= likely
    if named and others:
        # No deal is in that stage just now.
        named |= others
    for position, stage in named.items():
        if position not in used and cells.spread(position) and date_evidence(cells, position).is_dates:
            sure[position] = StageDates(position, stage, None)
    return tuple(sure[position] for position in sorted(sure))
