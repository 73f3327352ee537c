"""What a file is: its kind, its CRM, its columns, how dates and numbers are written, and what it leaves open."""

from __future__ import annotations

from dataclasses import replace

from kpi_engine.ingest import kinds, matching, plans
from kpi_engine.ingest.by_contract import by_contract
from kpi_engine.ingest.by_names import by_names
from kpi_engine.ingest.columns import Cells, is_percent
from kpi_engine.ingest.currency_signs import tells_several
from kpi_engine.ingest.formats import has_multiple
from kpi_engine.ingest.headers import normal, signature
from kpi_engine.ingest.home_currency import in_home_currency
from kpi_engine.ingest.keys import find_key
from kpi_engine.ingest.match import DATES, MAY_LACK, NUMBERS, Match
from kpi_engine.ingest.nearest_kind import lacking, nearest_kind
from kpi_engine.ingest.plain_headers import plain_headers, unit_of
from kpi_engine.ingest.questions import date_orders, decimal_marks, month_without_year
from kpi_engine.ingest.shapes import Answers, Detection, Option, Question, Staged, Suggestion
from kpi_engine.ingest.versions import find_repeats
from kpi_engine.names import COLUMNS, Kind, Type

_NO_KIND = (
    "It is not needed here: its columns speak of no deals, stage history, activities or any other kind of file that is "
    "read. If it does hold one of these, say which, and which column is which."
)
_FIELD_ROLES = ("field", "old_value", "new_value")


def detect(staged: Staged, answers: Answers | None = None) -> Detection:
    """Recognise a staged file. Pure: the same file and answers give the same detection.

    ``kind`` None: a file of no known kind. ``kind`` with ``why_not``: it is of that kind and lacks a needed column.
    ``open_questions`` must be answered before the file can be committed.
    """
    answers = answers or Answers()
    cells = Cells(staged)
    match, questions = _matched(staged, cells, answers)
    if match is None:
        return _unknown(
            staged,
            nearest_kind(staged.header, cells) or _NO_KIND,
        )
    match = matching.with_repeated_headers(match, staged.header, cells)
    match = plans.settled(match, staged.header, cells)
    match, problems = _with_answers(match, staged.header, answers)
    if "amount" not in answers.mapping:
        match, about_home = in_home_currency(match, staged.header, cells)
        questions = (*questions, *about_home)
    questions = (*questions, *problems, *matching.mapping_questions(match, staged.header, frozenset(answers.mapping)))
    missing = match.missing()
    why_not = None
    if missing:
        labels = lacking(match.kind, missing)
        why_not = f"This looks like a file of {match.kind.value.replace('_', ' ')}, but it has no column for {labels}. "
        that, column = ("those", "columns hold them") if len(missing) > 1 else ("that", "column holds it")
        why_not += f"Export it again with {that}, or say which {column}."
    return _judged(staged, cells, match, answers, questions, why_not)


# ---- which columns


def _matched(staged: Staged, cells: Cells, answers: Answers) -> tuple[Match | None, tuple[Question, ...]]:
    header, kind = plain_headers(staged.header), answers.kind or _kind_of_mapping(answers)
    contract = by_contract(header, cells, answers.kind)
    if contract is not None:
        return contract, ()
    plan = plans.planned(header, cells) if kind in (None, Kind.TARGETS) else None
    if plan is not None:
        return plan[0], () if kind else plan[1]
    named = kinds.kinds_by_names(header, cells)
    if answers.kind is None and named:
        best = by_names(named[0][1].kind, header, cells, fuzzy=True)
        if best.kind == Kind.DEALS:
            best = kinds.with_stage_from_status(best)
        tied = [m for score, m in named[1:] if score >= named[0][0] - 0.05]
        question = (_kind_question([best, *tied]),) if tied else ()
        return matching.with_doubtful(best), question
    if kind is not None:
        forced = matching.with_doubtful(by_names(kind, header, cells, fuzzy=True))
        return (kinds.with_stage_from_status(forced) if kind == Kind.DEALS else forced), ()
    return kinds.nearly(header, cells), ()


def _kind_of_mapping(answers: Answers) -> Kind | None:
    """The kind a given mapping speaks of: it names all needed columns, or it is the only one that has them all."""
    named = {name for name, header in answers.mapping.items() if header} - set(_FIELD_ROLES)
    if not named:
        return None
    fitting = [k for k in Kind if named <= {c.name for c in COLUMNS[k]}]
    complete = [k for k in fitting if {c.name for c in COLUMNS[k] if c.needed and c.name != "deal_id"} <= named]
    if complete:
        return complete[0]
    return fitting[0] if len(fitting) == 1 else None


def _kind_question(matches: list[Match]) -> Question:
    options = tuple(Option(m.kind.value, f"It holds {m.kind.value.replace('_', ' ')}") for m in matches)
    return Question("kind", "What does this file hold?", options, matches[0].kind.value)


def _with_answers(match: Match, header: tuple[str, ...], answers: Answers) -> tuple[Match, tuple[Question, ...]]:
    """The mapping a person gave, over what was found; a header that is not there is asked for again."""
    known = {c.name for c in COLUMNS[match.kind]}
    found, joined, fields, rivals = dict(match.found), dict(match.joined), dict(match.fields), dict(match.rivals)
    constants = dict(match.constants)
    problems = []
    for canonical, name in answers.mapping.items():
        if canonical not in known and canonical not in _FIELD_ROLES:
            continue
        joined.pop(canonical, None)
        rivals.pop(canonical, None)
        position = _position(header, name) if name else None
        target = fields if canonical in _FIELD_ROLES else found
        target.pop(canonical, None)
        if position is not None:
            constants.pop(canonical, None)
            if canonical in _FIELD_ROLES:
                fields[canonical] = position
            else:
                found[canonical] = (position, 1.0)
        elif name:
            options = tuple(Option(h, f"'{h}'") for h in header if h)
            problems.append(
                Question(f"mapping:{canonical}", f"This file has no column '{name}'. Which column is it?", options)
            )
    said = {canonical for canonical, name in answers.mapping.items() if not name}
    absent = frozenset(said & MAY_LACK.get(match.kind, frozenset()))
    whole = replace(match, found=found, joined=joined, fields=fields, rivals=rivals, constants=constants, absent=absent)
    return whole, tuple(problems)


def _position(header: tuple[str, ...], name: str) -> int | None:
    if name in header:
        return header.index(name)
    return next((p for p, h in enumerate(header) if normal(h) == normal(name)), None)


# ---- how the cells are written


def _judged(
    staged: Staged, cells: Cells, match: Match, answers: Answers, questions: tuple[Question, ...], why_not: str | None
) -> Detection:
    header, mapping = staged.header, {name: position for name, (position, _) in match.found.items()}
    stages = matching.stage_dates(header, cells, match) if match.kind == Kind.DEALS else ()
    types = {c.name: c.type for c in COLUMNS[match.kind]}
    dates = [p for name, p in mapping.items() if types[name] in DATES] + [s.position for s in stages]
    numbers = [p for name, p in mapping.items() if types[name] in NUMBERS]
    numbers += [p for p, _ in match.across.columns] if match.across else []
    others = [p for p in range(len(header)) if p not in {*mapping.values(), *numbers, *(s.position for s in stages)}]
    orders, about_dates = date_orders(cells, dates, others, answers.date_order)
    marks, about_marks = decimal_marks(cells, numbers, others, dict(enumerate(header)), answers.decimal_mark)
    shares = {p for name, p in mapping.items() if types[name] is Type.SHARE}
    key, repeats = None, None
    if match.kind == Kind.DEALS and why_not is None and len(cells):
        if "deal_id" in mapping:
            repeats, more = find_repeats(cells, mapping, answers.repeats)
        else:
            key, more = find_key(cells, mapping, answers.key)
        questions = (*questions, *more)
    return Detection(
        kind=match.kind,
        form=match.form,
        crm=match.crm,
        confidence=min((confidence for _, confidence in match.found.values()), default=0.0),
        suggestions=tuple(
            Suggestion(name, position, confidence) for name, (position, confidence) in match.found.items()
        ),
        stage_dates=stages,
        date_orders=orders,
        decimal_marks=marks,
        percent=frozenset(p for p in shares if is_percent(cells, p, marks[p], match.crm)),
        field_columns=_field_columns(match, mapping),
        key=key,
        repeats=repeats,
        keep_identical=answers.identical != "drop",
        questions=(*questions, *_undated(cells, match, header), *about_dates, *about_marks),
        header_signature=signature(header),
        why_not=why_not,
        constants=_constants(match),
        joined=dict(match.joined),
        factors={**_units(cells, header, mapping, types), **match.factors},
        currency_beside=_currency_beside(cells, match, mapping),
        lost_when=dict(match.lost_when),
        instead={n: ps for n, ps in match.instead.items() if {**mapping, **match.fields}.get(n) in ps},
        across=match.across,
        inverted=match.inverted,
    )


def _currency_beside(cells: Cells, match: Match, mapping: dict[str, int]) -> int | None:
    if match.kind != Kind.DEALS or "amount" not in mapping or {"currency"} & {*mapping, *match.constants}:
        return None
    return mapping["amount"] if tells_several(cells, mapping["amount"]) else None


def _units(cells: Cells, header: tuple[str, ...], mapping: dict[str, int], types: dict[str, Type]) -> dict[int, float]:
    """Amounts whose header says that they are in thousands or millions, and whose cells do not say it themselves."""
    amounts = {position for name, position in mapping.items() if types[name] is Type.MONEY}
    units = {position: unit for position in amounts if (unit := unit_of(header[position])) != 1.0}
    return {position: unit for position, unit in units.items() if not any(map(has_multiple, cells.spread(position)))}


def _undated(cells: Cells, match: Match, header: tuple[str, ...]) -> tuple[Question, ...]:
    """Date columns a row may do without, in which no cell can be one."""
    may_lack = MAY_LACK.get(match.kind, frozenset())
    dates = [c.name for c in COLUMNS[match.kind] if c.type in DATES and c.name in match.found]
    places = ((name, match.found[name][0]) for name in dates if name in may_lack)
    asked = [month_without_year(cells, position, header[position], name) for name, position in places]
    return tuple(question for question in asked if question is not None)


def _constants(match: Match) -> dict[str, str]:
    constants = dict(match.constants)
    if match.kind == Kind.TARGETS and "kpi" not in match.found:
        constants["kpi"] = "won_value"
    return constants


def _field_columns(match: Match, mapping: dict[str, int]) -> dict[str, int]:
    if match.form not in ("field_history", "change_log"):
        return {}
    return {**{name: mapping[name] for name in ("deal_id", "changed_at") if name in mapping}, **match.fields}


def _unknown(staged: Staged, why: str) -> Detection:
    return Detection(
        kind=None,
        form="rows",
        crm=None,
        confidence=0.0,
        suggestions=(),
        stage_dates=(),
        date_orders={},
        decimal_marks={},
        percent=frozenset(),
        field_columns={},
        key=None,
        repeats=None,
        keep_identical=True,
        questions=(),
        header_signature=signature(staged.header),
        why_not=why,
    )
