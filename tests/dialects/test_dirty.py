"""Dirty exports are read exactly, or what could not be read is named."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_engine.errors import UserFileError
from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers, Validated
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.validate import validate
from tests.dialects.dirty import DirtyFile, dirty_file

FILES = int(os.environ.get("TIDELINE_DIRTY_FILES", "2000"))
PARTS = 8


def read(path: Path, made: DirtyFile) -> tuple[Validated | None, str]:
    """Read as a person would, answering what is asked with the truth. None where the file was refused or unclear."""
    path.write_bytes(made.data)
    try:
        staged = stage(path, "deals.csv")
        answers = Answers()
        detection = detect(staged, answers)
        for _ in range(4):
            asked = {q.id for q in detection.open_questions}
            if not asked:
                break
            named = {q.id.partition(":")[2]: q.suggested or "" for q in detection.open_questions if ":" in q.id}
            answers = _answered(replace(answers, mapping={**answers.mapping, **named}), asked, made)
            detection = detect(staged, answers)
        if detection.kind is None or detection.open_questions:
            return None, f"unclear: {detection.why_not} {[q.id for q in detection.open_questions]}"
        validated = validate(staged, detection, answers)
        if validated.questions:
            answers = _answered(answers, {q.id for q in validated.questions}, made)
            validated = validate(staged, detect(staged, answers), answers)
    except UserFileError as error:
        return None, f"refused: {error}"
    return validated, "read"


def _answered(answers: Answers, asked: set[str], made: DirtyFile) -> Answers:
    if "date_order" in asked:
        answers = replace(answers, date_order=made.date_order)  # type: ignore[arg-type]
    if "decimal_mark" in asked:
        answers = replace(answers, decimal_mark=made.decimal_mark)  # type: ignore[arg-type]
    if "repeats" in asked:
        answers = replace(answers, repeats="versions")
    return answers


def wrong_and_unreported(made: DirtyFile, validated: Validated) -> list[str]:
    """Everything that differs from the truth without a word about it."""
    wrong = []
    counted = validated.accepted + validated.rejected + validated.duplicate + validated.blank + validated.skipped
    if validated.read != counted:
        wrong.append(f"read {validated.read} is not {counted}")
    rows = validated.tables["raw_deals"].to_pylist()
    got = {row["deal_id"]: row for row in rows}
    if len(got) != len(rows):
        wrong.append("a deal stands twice")
    for deal_id in got.keys() - made.deals.keys():
        wrong.append(f"deal {deal_id} was never written")
    reported = sum(1 for issue in validated.issues if issue.effect == "rejected")
    missing = made.deals.keys() - got.keys()
    if len(missing) > reported:
        wrong.append(f"{len(missing)} deals are missing, {reported} reported: {sorted(missing - made.spoiled)[:3]}")
    if missing - made.spoiled:
        wrong.append(f"sound deals were rejected: {sorted(missing - made.spoiled)[:3]}")
    if validated.rejected + validated.duplicate + validated.skipped + validated.blank and not validated.issues:
        wrong.append("lines were set aside without an issue")
    named = {issue.line for issue in validated.issues} - {None}
    for deal_id, row in got.items():
        truth = made.deals.get(deal_id)
        if truth is None:
            continue
        if deal_id in made.spoiled:
            created = row.get("created_at")
            as_written = row.get("amount") == truth.amount and created is not None and created.date() == truth.created
            if not as_written and row["line"] not in named:
                wrong.append(f"a spoiled cell of {deal_id} was read as something else without a word")
            continue
        amount = row.get("amount")
        if (amount is None) != (truth.amount is None) or (amount is not None and Decimal(amount) != truth.amount):
            wrong.append(f"amount of {deal_id}: {amount} for {truth.amount}")
        created = row["created_at"]
        if created is None or created.date() != truth.created:
            wrong.append(f"created of {deal_id}: {created} for {truth.created}")
        closed = row.get("closed_at")
        if (closed.date() if closed else None) != truth.closed:
            wrong.append(f"closed of {deal_id}: {closed} for {truth.closed}")
        for column, expected in (("stage", truth.stage), ("owner", truth.owner), ("deal_name", truth.name)):
            if row[column] != expected:
                wrong.append(f"{column} of {deal_id}: {row[column]!r} for {expected!r}")
    return wrong


@pytest.mark.parametrize("part", range(PARTS))
def test_no_dirty_export_is_wrong_without_a_word(part: int, tmp_path: Path) -> None:
    failures, read_whole, files = [], 0, range(part, FILES, PARTS)
    for seed in files:
        made = dirty_file(seed)
        validated, how = read(tmp_path / "dirty.csv", made)
        if validated is None:
            failures += [(seed, how, made.faults)] if not made.spoiled else []
            continue
        read_whole += 1
        wrong = wrong_and_unreported(made, validated)
        if wrong:
            failures.append((seed, wrong[:3], made.faults))
    assert not failures, f"{len(failures)} of {len(files)}: {failures[:5]}"
    assert read_whole >= 0.9 * len(files), "too many were refused for this test to say anything"
