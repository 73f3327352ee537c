"""Every CRM's way of writing the same four deals."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.outcomes import endings
from kpi_engine.ingest.shapes import Answers, Validated
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.validate import validate
from kpi_engine.names import Kind

CSV = Path(__file__).parent / "csv"
FILES = sorted(CSV.glob("*.csv"))

# name: account, owner, amount, created, how it stands, and the day it closed or is expected to
THE_FOUR = {
    "Summer charter": ("Harbour Hotel", "Kim Tran", Decimal("12500.00"), date(2025, 1, 14), "open", date(2025, 4, 30)),
    "Day trips": ("Sunny Tours", "Lee Park", Decimal("4800.50"), date(2025, 1, 20), "won", date(2025, 2, 15)),
    "Island, all year": (
        "North Pier Ltd",
        "Lee Park",
        Decimal("70000.00"),
        date(2024, 11, 5),
        "lost",
        date(2025, 3, 3),
    ),
    "School outing": ("Hill School", "Kim Tran", None, date(2025, 3, 13), "open", date(2025, 6, 20)),
}


def _imported(path: Path) -> Validated:
    staged = stage(path, path.name)
    detection = detect(staged)
    assert detection.kind == Kind.DEALS
    assert detection.open_questions == ()
    return validate(staged, detection, Answers())


def _deals(validated: Validated) -> dict[str, tuple[object, ...]]:
    table = validated.tables["raw_deals"].combine_chunks()
    n = table.num_rows
    columns = {name: table[name].to_pylist() for name in table.column_names}
    nothing = [None] * n

    def whole(name: str) -> pa.Array | None:
        return pa.array(columns[name]) if name in columns else None

    status = pa.array(columns["status"], pa.string())
    ended = endings(status, whole("stage"), whole("is_closed")).to_pylist()
    deals = {}
    for row in range(n):
        closings = [columns.get(name, nothing)[row] for name in ("closed_at", "won_at", "lost_at")]
        closed = next((moment.date() for moment in closings if moment), None)
        deals[columns["deal_name"][row]] = (
            columns["account"][row],
            columns["owner"][row],
            columns["amount"][row],
            columns["created_at"][row].date(),
            ended[row] or "open",
            closed or columns["expected_close_date"][row],
        )
    return deals


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_dialect_reads_as_the_same_four_deals(path: Path) -> None:
    assert _deals(_imported(path)) == THE_FOUR


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_line_of_a_dialect_is_accounted_for(path: Path) -> None:
    seen = _imported(path)
    assert seen.accepted == 4
    assert seen.rejected == seen.duplicate == 0
    assert seen.read == seen.accepted + seen.blank + seen.skipped


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_crm_is_told_from_the_headers(path: Path) -> None:
    crm = detect(stage(path, path.name)).crm
    assert crm == (None if path.stem.startswith("spreadsheet") else path.stem.split("_")[0])


def test_ids_of_nineteen_digits_and_leading_zeros_stay_text() -> None:
    hubspot = _imported(CSV / "hubspot.csv").tables["raw_deals"]["deal_id"].to_pylist()
    assert hubspot[0] == "1010101010101010101"
    sheet = _imported(CSV / "spreadsheet_american.csv").tables["raw_deals"]["deal_id"].to_pylist()
    assert sheet == ["001", "002", "003", "004"]


def test_a_date_entered_column_gives_a_stage_change_for_each_filled_cell() -> None:
    changes = _imported(CSV / "hubspot.csv").tables["raw_stage_changes"]
    entered = zip(changes["stage"].to_pylist(), changes["changed_at"].to_pylist(), strict=True)
    assert [(stage, moment.date()) for stage, moment in entered] == [
        ("Proposal", date(2025, 2, 3)),
        ("Proposal", date(2025, 2, 1)),
    ]
