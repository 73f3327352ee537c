"""Which page asks for which KPI, read from the code itself and not from a list somebody keeps.

From a page's file along everything it calls in ``ui`` and ``kpi_engine.views``, definition by definition, the names of
KPIs are collected where they are asked for: as a text on its own that is given to a call, stands in a tuple or list of
nothing but KPI names, is a key of a dict of such, is looked up in METRICS, or is a constant. A column of a frame that
happens to bear a KPI's name is none of these. A KPI that a function works out is used where anything of that function's
module is.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FOLLOWED = ("ui", "kpi_engine.views")
AROUND = ("ui.session", "ui.shell", "ui.filters")
"""What stands around every page: what it asks for is no page's own question."""
ASKED_OF = {"measure", "metric", "METRICS", "monthly", "weekly"}
"""What is asked for KPIs by name: a text among its arguments is one."""


@dataclass
class Module:
    """The definitions at the top of a module, and what its imported names stand for."""

    definitions: dict[str, ast.AST] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    rest: list[ast.stmt] = field(default_factory=list)


def kpi_use(known: frozenset[str], worked_out_in: Collection[tuple[str, str]]) -> dict[str, dict[str, object]]:
    """Page -> its title and the KPIs it asks for, in the order of the navigation.

    ``known``: the names of all KPIs; ``worked_out_in``: (KPI, module) for those that some module works out, or asks for
    by a rule of its own: they are used where the module is.
    """
    found: dict[str, dict[str, object]] = {}
    for name, title in _pages().items():
        asked, reached = _asked_by(PROJECT / "pages" / f"{name}.py", known)
        computed = {kpi for kpi, module in worked_out_in if module in reached}
        found[name] = {"title": title, "kpis": sorted(asked | computed)}
    return found


def _pages() -> dict[str, str]:
    """The pages of the app and their titles, as app.py declares them."""
    tree = ast.parse((PROJECT / "app.py").read_text(encoding="utf-8"))
    declared = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "PAGES"
    )
    assert declared is not None
    sections = ast.literal_eval(declared)
    return {name: about[0] for inside in sections.values() for name, about in inside.items()}


def _asked_by(page: Path, known: frozenset[str]) -> tuple[set[str], set[str]]:
    """The KPIs a page asks for, and the modules it reaches."""
    start = _read(page)
    seen: set[tuple[str, str]] = set()
    found: set[str] = set()
    waiting = list(_reached("", start, [*start.rest, *start.definitions.values()]))
    for node in [*start.rest, *start.definitions.values()]:
        found |= _kpis_in(node, known)
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        module, name = place
        code = _module(module)
        node = code.definitions.get(name) if code else None
        if code and node is not None:
            found |= _kpis_in(node, known)
            waiting.extend(_reached(module, code, [node]))
        elif code and name in code.imported:
            waiting.append(code.imported[name])
    return found, {module for module, _ in seen}


def _reached(module: str, code: Module, nodes: list[ast.AST]) -> Iterator[tuple[str, str]]:
    """The definitions some code refers to, its own module's and imported ones."""
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Name):
                if node.id in code.imported:
                    yield code.imported[node.id]
                elif module and node.id in code.definitions:
                    yield module, node.id
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                base, name = code.imported.get(node.value.id, ("", ""))
                if base:
                    yield f"{base}.{name}", node.attr


@cache
def _module(dotted: str) -> Module | None:
    if dotted in AROUND or not any(dotted == part or dotted.startswith(f"{part}.") for part in FOLLOWED):
        return None
    path = PROJECT.joinpath(*dotted.split(".")).with_suffix(".py")
    return _read(path) if path.is_file() else None


def _read(path: Path) -> Module:
    found = Module()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found.imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.definitions[node.name] = node
        elif isinstance(node, ast.Assign):
            found.definitions |= {name.id: node for t in node.targets for name in ast.walk(t) if _is_name(name)}
            found.rest.append(node)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.definitions[node.target.id] = node
        elif not isinstance(node, ast.Import):
            found.rest.append(node)
    return found


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def _kpis_in(top: ast.AST, known: frozenset[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(top):
        if isinstance(node, (ast.Tuple, ast.List)):
            texts = [part.value for part in node.elts if isinstance(part, ast.Constant)]
            if texts and len(texts) == len(node.elts) and all(text in known for text in texts):
                found |= {str(text) for text in texts}
        elif isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            if keys and len(keys) == len(node.keys) and all(key in known for key in keys):
                found |= {str(key) for key in keys}
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in ASKED_OF:
            found |= _text(node.slice, known)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            of_interest = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "kpi")]
            if node.func.id in ASKED_OF:
                found |= {name for part in of_interest for name in _text(part, known)}
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            found |= _text(node.value, known)
    return found


def _text(node: ast.AST, known: frozenset[str]) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and node.value in known else set()
