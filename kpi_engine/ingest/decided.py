"""What a person decided about a file, written down and read back, and laid over what was decided before."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date

from kpi_engine.ingest.shapes import Answers
from kpi_engine.names import Kind


def answers_to_json(answers: Answers) -> str:
    """Answers as text for the store: only what was decided."""
    said = {name: value for name, value in asdict(answers).items() if value not in (None, {})}
    if answers.as_of:
        said["as_of"] = answers.as_of.isoformat()
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def answers_from_json(text: str) -> Answers:
    """Answers as they were written down."""
    said = json.loads(text)
    return Answers(
        kind=Kind(said["kind"]) if "kind" in said else None,
        mapping=said.get("mapping", {}),
        date_order=said.get("date_order"),
        decimal_mark=said.get("decimal_mark"),
        key=tuple(said["key"]) if "key" in said else None,
        repeats=said.get("repeats"),
        identical=said.get("identical"),
        filtered=said.get("filtered"),
        as_of=date.fromisoformat(said["as_of"]) if "as_of" in said else None,
    )


def laid_over(given: Answers, before: Answers | None) -> Answers:
    """What was decided before about the same export, where nothing is said now."""
    if before is None:
        return given
    now = {name: value for name, value in vars(given).items() if value is not None and name != "mapping"}
    return replace(before, **now, mapping={**before.mapping, **given.mapping})


def lasting(answers: Answers) -> Answers:
    """The part that holds for next week's upload, too: not its date, nor whether this very file was filtered."""
    return replace(answers, filtered=None, as_of=None)
