"""What the steps of an import hand to each other, from a file's bytes to its report."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa

from kpi_engine.names import Kind

Effect = Literal["rejected", "duplicate", "skipped", "blank", "note"]
"""What happened to a line. A note rejects nothing: it is said, and the row stays."""

ImportStatus = Literal["committed", "already_imported", "needs_answer", "rejected", "not_used"]


@dataclass(frozen=True)
class Upload:
    """A file somebody gave us: where its bytes are, and what it was called there."""

    path: Path
    name: str


@dataclass(frozen=True)
class Issue:
    """One thing about one line: where, what stood there, why it matters and what to do.

    ``line`` is the physical line in the file, the header's line being counted; None when the whole file is meant.
    ``column`` is the header as it stands in the file.
    """

    line: int | None
    column: str | None
    value: str | None
    effect: Effect
    why: str
    what_to_do: str


@dataclass(frozen=True)
class Staged:
    """Every cell as text with its line number; nothing interpreted yet.

    ``table`` has ``line`` (int64) and ``c0`` … ``cN`` (string, never null, '' for an empty cell; outer spaces off),
    one row per row that looks like data. Titles, repeated headers, totals and footers are in ``set_aside`` as skipped
    or blank.
    ``read`` counts every record after the header (and titles before it): ``read = table.num_rows + len(set_aside)``.
    Ragged rows whose cells cannot be told apart are in ``set_aside`` as rejected.
    """

    header: tuple[str, ...]
    table: pa.Table
    set_aside: tuple[Issue, ...]
    read: int
    encoding: str
    delimiter: str | None
    sheet: str | None = None
    native: dict[str, str] = field(default_factory=dict)
    """What a spreadsheet said of a column's cells: {'c3': 'date'} where they were true dates (written as ISO)."""
    short: dict[int, int] = field(default_factory=dict)
    """Lines that ended early and were padded with empty cells → how many cells they really had."""
    name: str = ""
    """What the person calls the file."""
    notes: tuple[Issue, ...] = ()
    """What reading had to say about the file as a whole (other sheets, for one); no row is counted by it."""


@dataclass(frozen=True)
class Option:
    """One possible answer, with what it would mean for this very file."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """Something the file leaves open. ``id`` is the field of Answers that settles it.

    ids: kind, mapping:<canonical>, date_order, decimal_mark, key, repeats, identical, filtered, as_of (an ISO date;
    any other than the options may be given).
    """

    id: str
    text: str
    options: tuple[Option, ...]
    suggested: str | None = None
    must: bool = True
    """False: the suggestion is used unless the person says otherwise; shown on the mapping screen, never a blocker."""


@dataclass(frozen=True)
class Answers:
    """What a person (or a remembered mapping) decided. Empty fields are left to detection.

    ``mapping``: canonical column → header in the file, '' for "not in this file".
    ``key``: headers whose values together name a deal, or ('row',) to treat every row as its own deal.
    """

    kind: Kind | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal_mark: Literal[".", ","] | None = None
    key: tuple[str, ...] | None = None
    repeats: Literal["versions", "lines"] | None = None
    identical: Literal["keep", "drop"] | None = None
    filtered: Literal["filtered", "complete"] | None = None
    as_of: date | None = None


@dataclass(frozen=True)
class Suggestion:
    """Where a canonical column was found: its position in the file, and how sure that is (0..1)."""

    canonical: str
    position: int
    confidence: float


@dataclass(frozen=True)
class StageDates:
    """A 'Date entered <stage>' column: a transition for every cell that is not blank."""

    position: int
    stage: str
    pipeline: str | None


@dataclass(frozen=True)
class Across:
    """Columns that are values of one canonical column in their headers, and another's in their cells: a plan with a
    column per month. ``columns``: position and value."""

    header_is: str
    cells_are: str
    columns: tuple[tuple[int, str], ...]


Says = Literal["no", "anything"]
"""What a cell says that tells something: a flag says no, or the cell is not blank."""

Form = Literal["rows", "events", "field_history", "change_log"]
"""How stage changes are written down; every other kind is 'rows'.

events: one row per change, values after it. field_history: deal, field, old, new, when.
change_log: deal, when, field key, new value (as Pipedrive keeps it).
"""


@dataclass(frozen=True)
class Detection:
    """What a file seems to be, and what it is unsure of. Pure: the same file gives the same detection."""

    kind: Kind | None
    form: Form
    crm: str | None
    confidence: float
    suggestions: tuple[Suggestion, ...]
    stage_dates: tuple[StageDates, ...]
    date_orders: dict[int, str]
    """Position → 'ymd' | 'dmy' | 'mdy' | 'serial' | 'epoch_ms' | 'epoch_s' for each mapped date or timestamp column."""
    decimal_marks: dict[int, str]
    """Position → '.' or ',' for each mapped money, number or share column."""
    percent: frozenset[int]
    """Positions of share columns written 0–100."""
    field_columns: dict[str, int]
    """For field_history and change_log: positions of deal_id, changed_at, field, old_value, new_value; those there."""
    key: tuple[int, ...] | None
    """Positions whose values together name a deal; None where a deal_id is mapped, or where every row is its own."""
    repeats: Literal["versions", "lines"] | None
    keep_identical: bool
    questions: tuple[Question, ...]
    header_signature: str
    why_not: str | None = None
    """For a file of no known kind, or one that lacks a needed column: the sentence that says so."""
    constants: dict[str, str] = field(default_factory=dict)
    """Canonical column → what every row of this export is, where no cell says otherwise ('activity_type': 'call')."""
    joined: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Canonical column → positions whose cells are read together with a space between (first and last name)."""
    factors: dict[int, float] = field(default_factory=dict)
    """Position → what its number is multiplied with to give the canonical unit (seconds to minutes: 1/60)."""
    currency_beside: int | None = None
    """Position of the amounts that say their currency with a sign or a code, where no column does."""
    lost_when: dict[int, Says] = field(default_factory=dict)
    """Position → what its cell says of a deal that is lost, where nothing says that it was won."""
    instead: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Canonical column → positions of which each row has the first that is filled."""
    across: Across | None = None
    """A column per month or KPI, where a table of targets has them."""
    inverted: frozenset[int] = frozenset()
    """Positions of rates that say what one unit of the company's currency is worth in the other."""

    @property
    def mapping(self) -> dict[str, int]:
        """Canonical column → position."""
        return {s.canonical: s.position for s in self.suggestions}

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that block."""
        return tuple(q for q in self.questions if q.must)


@dataclass(frozen=True)
class Validated:
    """Typed rows, ready to be committed, and everything that was said about the others.

    ``tables``: raw table name → Arrow table with ``line`` and the canonical columns (missing ones absent).
    A deals file with 'Date entered' columns yields raw_deals and raw_stage_changes.
    ``line`` in raw_stage_changes counts down (line 7 is -7) where the file is written newest first: changes of one
    instant took place in the order of it.
    ``accepted`` counts lines of the file, not rows of tables.
    """

    tables: dict[str, pa.Table]
    issues: tuple[Issue, ...]
    read: int
    accepted: int
    rejected: int
    duplicate: int
    blank: int
    skipped: int
    as_of: date | None
    questions: tuple[Question, ...] = ()
    """What only the typed values could raise (repeats as versions or lines, filtered export)."""
    choices: tuple[Question, ...] = ()
    """What was decided and said, and can be decided otherwise (identical rows); offered, never asked."""


@dataclass(frozen=True)
class ImportReport:
    """What became of one file. read = accepted + rejected + duplicate + blank + skipped, whatever the status.

    A file that needs an answer, or none of whose rows can be used, is counted as an import would count it now, though
    nothing is written. A file of no known kind or without a needed column is not judged row by row: all are skipped.
    A file that cannot be read at all has no rows: 0.
    """

    file: str
    kind: Kind | None
    crm: str | None
    import_id: int | None
    status: ImportStatus
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    blank: int = 0
    skipped: int = 0
    as_of: date | None = None
    questions: tuple[Question, ...] = ()
    issues: tuple[Issue, ...] = ()
    message: str = ""
    """One sentence for the person: what happened, and the next step where there is one."""
