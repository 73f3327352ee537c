"""What a person and the manager agreed on: a target for one KPI over one period, why, and when it is looked at again.

Everything here adds a decision and never changes one that was made: agreeing, reviewing and taking back are versions of
their own, each with who, when and why, and what was before stays. An agreed target goes before an imported one for the
same person, KPI and period; both are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from kpi_engine import periods
from kpi_engine.agreements import reading
from kpi_engine.agreements.reading import Fault, Reader
from kpi_engine.errors import TidelineError, UnknownName
from kpi_engine.ingest.cells import one_line, unquoted
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.dimensions import dimensions_of
from kpi_engine.metrics.kinds import Metric, Unit
from kpi_engine.metrics.registry import METRICS, metric
from kpi_engine.model.decisions import numbered
from kpi_engine.model.settings import read_settings
from kpi_engine.periods import Period
from kpi_engine.storage.store import Session, load_sql

How = Literal["agreed", "reviewed", "withdrawn"]

MOST = Decimal("1e13")
_PLACES = Decimal("0.0001")


class TargetRefused(TidelineError):
    """A target that cannot be agreed on; the sentence says why. Nothing was written."""


class TargetMovedOn(TargetRefused):
    """Somebody else decided about this target meanwhile. Nothing was written."""


class UnknownPeriod(TidelineError):
    """A period that cannot be understood."""


@dataclass(frozen=True)
class Subject:
    """What a target is about: one person, one KPI, one period."""

    owner: str
    kpi: str
    period: Period

    @property
    def words(self) -> str:
        """As it is said in a sentence."""
        return f"{METRICS[self.kpi].label}, {self.period.label}, {self.owner}"


@dataclass(frozen=True)
class TargetVersion:
    """One decision about a target.

    ``agreed_by`` is the person, ``agreed_with`` the manager; ``agreed_date`` is the day they agreed, reviewed or took
    it back; ``reason`` why, or what the review said; ``review_date`` when they look at it again. ``as_of``: how far the
    data reached; ``recorded_at, recorded_by``: when and by whom it was typed. ``target`` as the KPI counts: a share
    lies in 0..1.
    """

    version_id: int
    how: How
    owner: str
    kpi: str
    period: str
    period_start: date
    period_end: date
    target: Decimal
    agreed_by: str
    agreed_with: str
    agreed_date: date
    reason: str | None = None
    review_date: date | None = None
    as_of: date | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None

    @property
    def key(self) -> tuple[str, str, date, date]:
        """Person, KPI and days."""
        return self.owner, self.kpi, self.period_start, self.period_end


HEADER = tuple(field.name for field in fields(TargetVersion))
"""The columns of the file they are exported to and come back from."""


@dataclass(frozen=True)
class Agreement:
    """What two people say when they agree. ``seen``: the number of the version they had before their eyes, 0 for none;
    None where nobody looked."""

    agreed_by: str
    agreed_with: str
    agreed_date: date
    reason: str
    review_date: date | None
    recorded_by: str | None = None
    recorded_at: datetime | None = None
    seen: int | None = None


@dataclass(frozen=True)
class InForce:
    """The target that counts. ``version`` is None for one that was only imported; ``imported``: what a file says for
    the same person, KPI and period."""

    owner: str
    kpi: str
    period: Period
    target: float
    imported: float | None
    version: TargetVersion | None

    @property
    def source(self) -> str:
        """agreed or imported."""
        return "imported" if self.version is None else "agreed"


def personal_kpis() -> list[Metric]:
    """The KPIs a person can have a target for: those that can be told apart by person; leading ones first."""
    fit = [m for m in METRICS.values() if not m.is_part and "owner" in dimensions_of(m)]
    return sorted(fit, key=lambda m: m.role.value != "leading")


def subject(session: Session, owner: str, kpi: str, period: str) -> Subject:
    """Person, KPI and period as somebody wrote them.

    Raises
    ------
    UnknownName
        No rep or KPI has that name, or the KPI cannot be told apart by person.
    UnknownPeriod
        The period cannot be understood.
    """
    check_owner(session, owner)
    _check_kpi(kpi)
    return Subject(owner, kpi, period_of(session, period))


def _check_kpi(kpi: str) -> None:
    if metric(kpi) not in personal_kpis():
        fit = ", ".join(m.name for m in personal_kpis())
        raise UnknownName(f"{kpi} is no KPI of one person. There are {fit}.")


def check_owner(session: Session, owner: str) -> None:
    """Raise UnknownName where nobody in the data has that name."""
    known = [name for (name,) in session.rows(load_sql("kpi_engine.agreements", "known_owners")) if name]
    if owner not in known:
        raise UnknownName.of("rep", owner, known)


def period_of(session: Session, text: str) -> Period:
    """The period somebody wrote, or one by its two days as we write it. Raises UnknownPeriod."""
    first = read_settings(session).fiscal_year_start_month
    found = periods.parse(text, first)
    if found is not None:
        return found
    try:
        start, end = (date.fromisoformat(day) for day in text.split(" to "))
    except ValueError:
        raise UnknownPeriod(f"'{text}' is not a period. Write it as 2026-Q3, 2026-08, 2026-W33 or 2026.") from None
    return periods.named(start, end, first)


def read_targets(session: Session) -> list[TargetVersion]:
    """Every decision, oldest first."""
    return [TargetVersion(*row) for row in session.rows(load_sql("kpi_engine.agreements", "target_versions"))]


def in_force(session: Session, kpi: str | None = None, day: date | None = None) -> list[InForce]:
    """The targets that count, by person, KPI and period: the agreed ones, else the imported ones.

    ``day``: only what was agreed by then; None, or the day the data reach to: all that was.
    """
    newest = store_as_of(session)
    on = day if day is not None and newest is not None and day < newest else None
    by_id = {version.version_id: version for version in read_targets(session)}
    return [
        InForce(owner, name, Period(start, end, label), target, imported, by_id.get(version_id))
        for owner, name, label, start, end, target, imported, version_id in session.rows(
            load_sql("kpi_engine.agreements", "targets_in_force"), {"kpi": kpi, "day": on}
        )
    ]


def last_word(versions: Sequence[TargetVersion], about: Subject) -> TargetVersion | None:
    """The last decision about one target, whatever it was."""
    mine = [v for v in versions if v.key == (about.owner, about.kpi, about.period.start, about.period.end)]
    return mine[-1] if mine else None


def agree(session: Session, about: Subject, target: Decimal, said: Agreement) -> TargetVersion:
    """Agree on a target, or on another one for the same person, KPI and period.

    Raises
    ------
    TargetRefused
        A name, a reason or a sensible number is missing, or the review lies before the agreement.
    TargetMovedOn
        Somebody else decided about it since ``said.seen``; the sentence says what they wrote.
    """
    return _decided(session, about, "agreed", target, said)


def why_no_target(kpi: str, target: Decimal) -> str | None:
    """Why a number cannot be a target; None where it can be."""
    if not target.is_finite() or not 0 < target < MOST:
        return f"A target is a number above 0 and below {MOST:,.0f}."
    if kpi in METRICS and METRICS[kpi].unit is Unit.SHARE and target > 1:
        return f"{METRICS[kpi].label} is a share: a target lies between 0 and 100 %."
    return None


def review(session: Session, about: Subject, said: Agreement) -> TargetVersion:
    """Keep a target after looking at it together: what was said, and when to look again. To change it, agree anew.

    Raises as :func:`agree`, and TargetRefused where nothing was agreed.
    """
    held = _held(session, about)
    return _decided(session, about, "reviewed", held.target, said)


def withdraw(session: Session, about: Subject, said: Agreement) -> TargetVersion:
    """Take an agreed target back: from then on an imported one counts again, or none. Raises as :func:`review`."""
    held = _held(session, about)
    return _decided(session, about, "withdrawn", held.target, replace(said, review_date=None))


def _held(session: Session, about: Subject) -> TargetVersion:
    last = last_word(read_targets(session), about)
    if last is None or last.how == "withdrawn":
        raise TargetRefused(f"Nothing was agreed for {about.words}. Agree on a target first.")
    return last


def _decided(session: Session, about: Subject, how: How, target: Decimal, said: Agreement) -> TargetVersion:
    by, other, why = one_line(said.agreed_by), one_line(said.agreed_with), one_line(said.reason)
    last = last_word(read_targets(session), about)
    # Told first: whoever was overtaken reads what the other wrote before mending anything of their own.
    if said.seen is not None and said.seen != (last.version_id if last else 0):
        raise TargetMovedOn(_overtaken(about, last))
    lacking = [why_no_target(about.kpi, target)] if how == "agreed" else []
    if not by or not other:
        lacking.append("A target is agreed by two people: write both names.")
    elif by.casefold() == other.casefold():
        lacking.append("A target is agreed by two people: the two names are the same.")
    if how == "agreed" and not why:
        lacking.append("Say why: whoever looks at this target later will ask.")
    if how != "withdrawn" and said.review_date is None:
        lacking.append("Choose the day on which you look at it again.")
    if said.review_date is not None and said.review_date <= said.agreed_date:
        lacking.append("The next review lies after the day you agreed.")
    if any(lacking):
        raise TargetRefused(" ".join(filter(None, lacking)))
    version = TargetVersion(
        version_id=0,
        how=how,
        owner=about.owner,
        kpi=about.kpi,
        period=about.period.label,
        period_start=about.period.start,
        period_end=about.period.end,
        target=target.quantize(_PLACES),
        agreed_by=by,
        agreed_with=other,
        agreed_date=said.agreed_date,
        reason=why or None,
        review_date=said.review_date,
        as_of=store_as_of(session),
        recorded_at=said.recorded_at,
        recorded_by=one_line(said.recorded_by or "") or None,
    )
    recorded = record_target(session, version)
    session.run(load_sql("kpi_engine.agreements", "data_changed"))
    return recorded


def _overtaken(about: Subject, last: TargetVersion | None) -> str:
    """What the other wrote, for whoever comes second."""
    if last is None:
        return f"What was agreed for {about.words} is not there any more. Nothing of yours was written."
    who = last.recorded_by or f"{last.agreed_by} and {last.agreed_with}"
    what = {
        "agreed": f"agreed on {said_target(about.kpi, last.target)}",
        "reviewed": f"reviewed it and kept {said_target(about.kpi, last.target)}",
        "withdrawn": "took it back",
    }[last.how]
    why = f": “{last.reason}”" if last.reason else ""
    return (
        f"Meanwhile {who} {what} for {about.words} ({last.agreed_date}){why}. "
        "Nothing of yours was written. Look at theirs, then save again if yours still holds."
    )


def said_target(kpi: str, target: Decimal | float) -> str:
    """A target as it is said, without a currency.

    >>> said_target("qualified_rate", Decimal("0.45")), said_target("won_value", Decimal("96000.0000"))
    ('45 %', '96,000')
    """
    if METRICS[kpi].unit is Unit.SHARE:
        return f"{float(target) * 100:.4g} %"
    return f"{float(target):,.2f}".removesuffix(".00")


def record_target(session: Session, version: TargetVersion) -> TargetVersion:
    """Add a decision, in the caller's transaction; its number is given here. Returns it with its number."""
    recorded = numbered(session, "target_versions", version)
    session.run(load_sql("kpi_engine.agreements", "record_target"), asdict(recorded))
    return recorded


# --- out of a file again -------------------------------------------------------------------------------------------


def version_of(said: Mapping[str, Any]) -> TargetVersion:
    """A decision from text, as a file holds it. Raises Unreadable where a cell is not what it should be."""
    return TargetVersion(**reading.cells(said, _READERS, _BLANKS))


def faults_of(version: TargetVersion) -> list[Fault]:
    """What nobody could have agreed on, by column: for a decision from a file that somebody may have changed."""
    faults: list[Fault] = []
    try:
        _check_kpi(version.kpi)
    except UnknownName as unknown:
        faults.append(("kpi", str(unknown)))
    why_not = why_no_target(version.kpi, version.target)
    if why_not:
        faults.append(("target", why_not))
    start, end = version.period_start, version.period_end
    if end < start:
        faults.append(("period_end", "It ends before it begins."))
    elif not _is_named(version.period, start, end):
        faults.append(("period", f"'{version.period}' is not a name of {start} to {end}."))
    return faults


def _is_named(label: str, start: date, end: date) -> bool:
    """Whether some fiscal calendar calls the days so: it may have been another one when they agreed."""
    for first in range(1, 13):
        told = periods.parse(label, first)
        if told is not None and (told.label, told.start, told.end) == (label, start, end):
            return True
        if periods.named(start, end, first).label == label:
            return True
    return False


def _exact(text: str) -> Decimal:
    """A target; one that is far too large stays as it is, for :func:`faults_of` to tell."""
    found = reading.amount(text)
    return found.quantize(_PLACES) if abs(found) < MOST else found


_READERS: dict[str, Reader] = {
    "version_id": reading.whole_number,
    "how": reading.one_of(get_args(How)),
    "target": _exact,
    "recorded_at": reading.moment,
    **dict.fromkeys(("period_start", "period_end", "agreed_date", "review_date", "as_of"), reading.day),
    **dict.fromkeys(("owner", "kpi", "period", "agreed_by", "agreed_with", "reason", "recorded_by"), unquoted),
}
_BLANKS = ("reason", "review_date", "as_of", "recorded_at", "recorded_by")
