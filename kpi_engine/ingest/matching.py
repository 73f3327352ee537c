"""Headers to canonical columns: by a CRM's contract where one fits, else by what people call things, or by likeness."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from kpi_engine.ingest.columns import Cells, date_evidence, number_evidence
from kpi_engine.ingest.contracts import CONTRACTS, Contract
from kpi_engine.ingest.contracts.any_file import LONE_CLOSE, MAYBE_WEIGHTED, NAME_SURE, NEVER, SYNONYMS, meanings_of
from kpi_engine.ingest.contracts.contract import spellings
from kpi_engine.ingest.headers import entered_stage, normal, words
from kpi_engine.ingest.shapes import Form, Option, Question
from kpi_engine.names import COLUMNS, Kind, Type, column

FUZZY_AT_LEAST = 85
"""rapidfuzz's token_sort_ratio (0–100) from which a header counts as alike."""
FUZZY_COLUMNS = 300
"""Likeness is looked for in so many columns only: a file of thousands is no list of deals."""
FROM_STATUS = 0.75
"""How sure it is that a status stands for the stage where a file has no other."""
DOUBTED = 0.5
"""How sure a column is that has the name and not the cells."""
NEAR = 0.06
"""Two headers whose confidence differs by no more compete for a column; only equals must be told apart by a person."""
MAY_LACK = {Kind.ACTIVITIES: frozenset({"owner", "activity_type", "occurred_at"})}
"""Needed columns whose cells may all be blank: an activity of nobody, of no known type or on no known day still counts.
A file is only taken without one where somebody says that it has none."""
DATES = (Type.DATE, Type.TIMESTAMP)
NUMBERS = (Type.MONEY, Type.SHARE, Type.NUMBER)
CHANGES_NUMBERS = frozenset(
    {
        "amount",
        "currency",
        "created_at",
        "stage_changed_at",
        "expected_close_date",
        "closed_at",
        "won_at",
        "lost_at",
        "changed_at",
        "occurred_at",
        "target",
        "period",
        "date",
        "rate",
    }
)
"""Optional columns whose wrong guess would change a number on screen."""


@dataclass(frozen=True)
class Match:
    """Which columns a file has, as one kind of file."""

    kind: Kind
    found: Mapping[str, tuple[int, float]]
    form: Form = "rows"
    crm: str | None = None
    joined: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, int] = field(default_factory=dict)
    factors: Mapping[int, float] = field(default_factory=dict)
    rivals: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    """canonical → further columns that may be meant instead, almost as likely, and how likely."""
    doubtful: Mapping[str, int] = field(default_factory=dict)
    """canonical → a column surely called so whose cells mostly do not read as that: never dropped without a word."""

    absent: frozenset[str] = frozenset()
    """Needed columns somebody said are not in the file, where a row may do without them."""

    def missing(self) -> tuple[str, ...]:
        """Needed canonical columns that are not in the file. A deal id is not among them: columns can make up a key."""
        if self.form in ("field_history", "change_log"):
            return tuple(name for name in ("deal_id", "changed_at") if name not in self.found)
        have = self.found.keys() | self.constants.keys() | self.joined.keys()
        return tuple(
            c.name
            for c in COLUMNS[self.kind]
            if c.needed and c.name not in have | self.absent and (self.kind, c.name) != (Kind.DEALS, "deal_id")
        )


def positions(header: tuple[str, ...]) -> dict[str, int]:
    """Normalised header → its first position."""
    table: dict[str, int] = {}
    for position, name in enumerate(header):
        if key := normal(name):
            table.setdefault(key, position)
    return table


# ---- contracts


def by_contract(header: tuple[str, ...], cells: Cells, kind: Kind | None = None) -> Match | None:
    """The contract that explains most of the file, where all its marks and needed columns are there."""
    where = positions(header)
    best: tuple[int, Match] | None = None
    for contract in CONTRACTS:
        if kind is not None and contract.kind != kind:
            continue
        match = _contract_match(contract, where)
        if match is None or match.missing():
            continue
        explained = len({p for p, _ in match.found.values()}) + len(contract.marks) + len(match.fields)
        if best is None or explained > best[0]:
            best = (explained, _with_own_columns(match, contract, header, cells))
    return best[1] if best else None


def _contract_match(contract: Contract, where: Mapping[str, int]) -> Match | None:
    if any(normal(name) in where for name in contract.absent):
        return None
    if not all(any(name in where for name in spellings(mark)) for mark in contract.marks):
        return None
    found: dict[str, tuple[int, float]] = {}
    for canonical, names in contract.columns.items():
        position = next((where[name] for name in spellings(names) if name in where), None)
        if position is not None:
            found[canonical] = (position, 1.0)
    joined: dict[str, tuple[int, ...]] = {}
    for canonical, parts in contract.joined.items():
        there = tuple(where[normal(part)] for part in parts if normal(part) in where)
        whole = canonical in found and found[canonical][0] not in there
        if there and not whole:
            found[canonical] = (there[0], 1.0)
            if len(there) > 1:
                joined[canonical] = there
    fields = {
        role: next((where[n] for n in spellings(names) if n in where), None) for role, names in contract.fields.items()
    }
    return Match(
        kind=contract.kind,
        found=found,
        form=contract.form,
        crm=contract.crm,
        joined=joined,
        constants=dict(contract.constants),
        fields={role: position for role, position in fields.items() if position is not None},
        factors={where[normal(name)]: factor for name, factor in contract.factors.items() if normal(name) in where},
    )


def _with_own_columns(match: Match, contract: Contract, header: tuple[str, ...], cells: Cells) -> Match:
    """A company's own fields (Budget, Next step date …) beside the CRM's: only by names that mean little else."""
    if match.form != "rows":
        return match
    taken = {p for p, _ in match.found.values()} | {p for parts in match.joined.values() for p in parts}
    taken |= {p for p, name in enumerate(header) if normal(name) in {normal(n) for n in contract.never}}
    more = by_names(match.kind, header, cells, taken=frozenset(taken))
    extra = {
        canonical: at for canonical, at in more.found.items() if canonical not in match.found and at[1] >= NAME_SURE
    }
    return replace(match, found={**match.found, **extra})


# ---- names


def by_names(
    kind: Kind, header: tuple[str, ...], cells: Cells, *, fuzzy: bool = False, taken: frozenset[int] = frozenset()
) -> Match:
    """The best header for each canonical column of a kind, by name; with ``fuzzy`` also by likeness."""
    candidates: list[tuple[float, int, str, int]] = []
    unfit: list[tuple[float, int, str, int]] = []
    meanings = meanings_of(kind)
    for position, name in enumerate(header):
        key = normal(name)
        if position in taken or key in NEVER or key in MAYBE_WEIGHTED:
            continue
        for canonical, order, sure in meanings.get(key, ()):
            fits = _values_fit(kind, canonical, position, cells)
            (candidates if fits else unfit).append((sure, order, canonical, position))
    found, rivals = _assigned(candidates, cells)
    if kind == Kind.DEALS:
        found = _closing_dates(found, header, cells, taken)
    if fuzzy:
        in_use = taken | {p for p, _ in found.values()} | {p for ps in rivals.values() for p in ps}
        found = {**found, **_alike(kind, header, cells, frozenset(found), in_use)}
    joined: dict[str, tuple[int, ...]] = {}
    where = positions(header)
    whole = {Kind.PEOPLE: "owner", Kind.CONTACTS: "name"}.get(kind)
    if (
        whole
        and "lastname" in where
        and (first := where.get("firstname")) is not None
        and found.get(whole, (0, 0.0))[1] < NAME_SURE
    ):
        joined[whole] = (first, where["lastname"])
        found[whole] = (first, NAME_SURE)
    form: Form = "events" if kind == Kind.STAGE_CHANGES else "rows"
    used = {p for p, _ in found.values()}
    doubtful = {
        canonical: position
        for sure, _, canonical, position in sorted(unfit, reverse=True)
        if sure >= NAME_SURE and canonical in CHANGES_NUMBERS and canonical not in found and position not in used
    }
    return Match(kind, found, form, joined=joined, rivals=rivals, doubtful=doubtful)


def _assigned(
    candidates: list[tuple[float, int, str, int]], cells: Cells
) -> tuple[dict[str, tuple[int, float]], dict[str, dict[int, float]]]:
    """Each header to one canonical column, the surest first; an empty column gives way to a filled one."""
    filled = {position: bool(cells.spread(position)) for _, _, _, position in candidates}
    found: dict[str, tuple[int, float]] = {}
    used: set[int] = set()
    for sure, _, canonical, position in sorted(candidates, key=lambda c: (-c[0], not filled[c[3]], c[1], c[3])):
        if canonical not in found and position not in used:
            found[canonical] = (position, sure)
            used.add(position)
    rivals: dict[str, dict[int, float]] = {}
    for sure, _, canonical, position in candidates:
        chosen, confidence = found.get(canonical, (position, 0.0))
        if (
            position not in used
            and sure >= confidence - NEAR
            and filled[position]
            and cells.spread(position) != cells.spread(chosen)
        ):
            rivals.setdefault(canonical, {})[position] = sure
    return found, rivals


def _closing_dates(
    found: Mapping[str, tuple[int, float]], header: tuple[str, ...], cells: Cells, taken: frozenset[int]
) -> dict[str, tuple[int, float]]:
    """A lone 'Close date' is expected while a deal is open, its closing afterwards; else the one that lacks."""
    result = dict(found)
    used = {p for p, _ in found.values()} | taken
    for position, name in enumerate(header):
        if (
            normal(name) in LONE_CLOSE
            and position not in used
            and _values_fit(Kind.DEALS, "closed_at", position, cells)
        ):
            for canonical in ("closed_at", "expected_close_date"):
                result.setdefault(canonical, (position, NAME_SURE))
            break
    return result


def _alike(
    kind: Kind, header: tuple[str, ...], cells: Cells, known: frozenset[str], used: frozenset[int]
) -> dict[str, tuple[int, float]]:
    scored: list[tuple[float, int, str, int]] = []
    for order, (canonical, names) in enumerate(spoken_names(kind).items()):
        if canonical in known:
            continue
        for position, name in enumerate(header[:FUZZY_COLUMNS]):
            if position in used or len(name) > 80 or normal(name) in (*NEVER, *MAYBE_WEIGHTED) or len(normal(name)) < 4:
                continue
            score = max(fuzz.token_sort_ratio(words(name), spoken) for spoken in names)
            if score >= FUZZY_AT_LEAST and _values_fit(kind, canonical, position, cells):
                scored.append((0.8 * score / 100, order, canonical, position))
    return _assigned(scored, cells)[0]


def spoken_names(kind: Kind) -> dict[str, tuple[str, ...]]:
    """canonical → its sure names as words, for comparing likeness."""
    return {
        c.name: (words(c.name), words(c.label), *(n for n in SYNONYMS[kind].get(c.name, ("", ""))[0].split("|") if n))
        for c in COLUMNS[kind]
    }


def _values_fit(kind: Kind, canonical: str, position: int, cells: Cells) -> bool:
    """Values are evidence: a column whose cells are mostly no dates is no date column, whatever it is called."""
    type_ = column(kind, canonical).type
    if type_ in DATES:
        return date_evidence(cells, position).is_dates
    if type_ in NUMBERS and canonical != "minutes":
        return number_evidence(cells, position).is_numbers
    return True


# ---- which kind

_NEEDS_ONE_OF: dict[Kind, tuple[str, ...]] = {
    Kind.DEALS: ("deal_id", "deal_name", "amount", "crm_probability", "expected_close_date", "closed_at", "created_at"),
    Kind.PEOPLE: ("team", "role", "email"),
    Kind.STAGES: ("stage_order", "kind", "probability", "stage_id"),
}
_PERSON_WORDS = ("lead", "contact", "prospect", "person", "firstname", "lastname", "email", "connection")


def kinds_by_names(header: tuple[str, ...], cells: Cells) -> list[tuple[float, Match]]:
    """Every kind whose needed columns are all found by name, the best first."""
    scored = []
    for kind in Kind:
        match = by_names(kind, header, cells)
        if kind == Kind.DEALS:
            match = with_stage_from_status(match)
        if not match.missing() and _is_convincing(match, header, cells):
            scored.append((sum(confidence for _, confidence in match.found.values()), match))
    return sorted(scored, key=lambda pair: -pair[0])


def with_doubtful(match: Match) -> Match:
    """The columns whose cells contradict their name, too: half sure, so that somebody is asked."""
    doubted = {canonical: (position, DOUBTED) for canonical, position in match.doubtful.items()}
    return replace(match, found={**doubted, **match.found})


def with_stage_from_status(match: Match) -> Match:
    """Deals that know only a status are in the stage of that name."""
    if "stage" not in match.found and "status" in match.found:
        return replace(match, found={**match.found, "stage": (match.found["status"][0], FROM_STATUS)})
    return match


def _is_convincing(match: Match, header: tuple[str, ...], cells: Cells) -> bool:
    """Whether more than a few everyday words speak for the kind."""
    sure = {name for name, (_, confidence) in match.found.items() if confidence >= NAME_SURE}
    own = sum(confidence == 1.0 for _, confidence in match.found.values())
    if (
        match.kind == Kind.PEOPLE
        and match.found["owner"][1] == 1.0
        and sure & {"owner_id", "active", "team", "role", "email"}
    ):
        return "stage" not in positions(header)
    if match.kind in _NEEDS_ONE_OF and not sure & set(_NEEDS_ONE_OF[match.kind]):
        return False
    if match.kind == Kind.STAGE_CHANGES:
        has_deal_features = {"owner", "stage"} <= by_names(Kind.DEALS, header, cells).found.keys()
        return "changed_at" in sure or not has_deal_features
    if match.kind == Kind.STAGES:
        return "stage" in sure and not {"owner", "dealid", "amount"} & positions(header).keys()
    if match.kind == Kind.CONTACTS:
        spoken = any(word in normal(name) for name in header for word in _PERSON_WORDS)
        return (
            ("contact_id" in sure or {"account", "status", "source"} & sure != set())
            and spoken
            and len(match.found) >= 2
        )
    if match.kind == Kind.ACTIVITIES:
        return bool({"activity_type", "occurred_at"} & sure)
    if match.kind == Kind.TARGETS:
        return "target" in sure or own >= 2
    return True


def nearly(header: tuple[str, ...], cells: Cells) -> Match | None:
    """The kind a file is recognisably of although a needed column is not found by name; likeness may have found it."""
    best: tuple[float, Match] | None = None
    for kind in (Kind.DEALS, Kind.STAGE_CHANGES, Kind.ACTIVITIES, Kind.TARGETS):
        match = by_names(kind, header, cells, fuzzy=True)
        exact = {name: confidence for name, (_, confidence) in match.found.items() if confidence > 0.8}
        sure = {name for name, confidence in exact.items() if confidence >= NAME_SURE}
        strong = (
            sure
            & {
                Kind.DEALS: {
                    "deal_id",
                    "deal_name",
                    "amount",
                    "stage",
                    "owner",
                    "crm_probability",
                    "expected_close_date",
                },
                Kind.STAGE_CHANGES: {"deal_id", "changed_at", "stage", "old_stage"},
                Kind.ACTIVITIES: {"activity_id", "activity_type", "occurred_at", "owner", "outcome"},
                Kind.TARGETS: {"owner", "period", "target"},
            }[kind]
        )
        needed_exact = sum(c.needed and c.name in exact for c in COLUMNS[kind])
        needed = sum(c.needed for c in COLUMNS[kind])
        if (
            len(strong) >= (3 if kind == Kind.DEALS else 2)
            and needed_exact >= needed - 1 - (kind == Kind.DEALS)
            and len(match.missing()) <= 1
        ):
            score = sum(exact.values())
            if best is None or score > best[0]:
                best = (score, match)
    return best[1] if best else None


# ---- what stays uncertain


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


def stage_date_columns(header: tuple[str, ...]) -> list[tuple[int, str, str | None]]:
    """Position, stage and pipeline of each 'Date entered' column."""
    return [(position, *entered) for position, name in enumerate(header) if (entered := entered_stage(name))]
