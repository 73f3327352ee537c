"""The rules of the house as functions of source text: who may import whom, and what nobody may write.

Every rule gives sentences, one per place where it is broken, and none where it holds; so the rules can be tried on
small bad sources as well as on the project itself.
"""

import ast
import re
from collections.abc import Iterable, Iterator

# Lowest first. A module imports from its own floor or from a lower one.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("kpi_engine.errors", "kpi_engine.names", "kpi_engine.periods", "kpi_engine.stats"),
    ("kpi_engine.storage",),
    ("kpi_engine.model", "kpi_engine.ingest"),
    ("kpi_engine.metrics", "kpi_engine.forecasting", "kpi_engine.agreements", "kpi_engine.workspace"),
    ("kpi_engine.views",),
    ("kpi_engine.commands", "kpi_engine.__main__"),
    ("ui.charts",),
    ("ui",),
    ("pages",),
    ("app",),
)

# These stand outside the house: they may import it, and nothing in it may import them.
OUTSIDE = ("sample", "benchmarks", "tests", "scripts")

# The ways in from outside; nothing builds on them but themselves.
WAYS_IN = ("kpi_engine.commands", "kpi_engine.__main__", "app")

# Library -> the only parts that may import it, and what lies inside those and still may not.
LIBRARIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "streamlit": (("app", "pages", "ui"), ("ui.charts",)),
    "plotly": (("ui.charts",), ()),
    "duckdb": (("kpi_engine.storage",), ()),
}

# The one place that puts SQL together: metric SQL, from what the KPIs declare. Values are bound there as everywhere.
SQL_ASSEMBLED_IN = ("kpi_engine.metrics.query",)

CLOCK_METHODS = {"today", "now", "utcnow"}
CLOCK_FUNCTIONS = {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime"}
CLOCK_IN_SQL = re.compile(
    r"\b(now|today|get_current_timestamp|get_current_time|transaction_timestamp|current_localtimestamp)\s*\("
    r"|\bcurrent_(date|time|timestamp)\b|\blocaltime(stamp)?\b|'(now|today)'",
    re.IGNORECASE,
)

# In lower case only, and tried on the text and on its swapped case: "Select a file from the list" is a sentence.
SQL_TEXT = re.compile(
    r"\bselect\b.*\bfrom\b|^\s*select\s|\binsert\s+into\s|\bdelete\s+from\s|\bupdate\s+\S*\s*set\s"
    r"|\b(create|drop|alter)\s+(or\s+replace\s+)?(temp(orary)?\s+)?(table|view|macro|sequence|schema|index)\b"
    r"|^\s*(where|having|from|attach|copy|pragma|describe)\s|\b(group|order|partition)\s+by\b"
    r"|\bread_(csv|parquet|json)\w*\s*\(",
    re.DOTALL,
)


def within(module: str, parts: Iterable[str]) -> bool:
    """Whether `module` is one of `parts` or lies inside one of them."""
    return any(module == part or module.startswith(part + ".") for part in parts)


def floor_of(module: str) -> int | None:
    """The floor a module stands on (0 is the lowest), or None where nobody gave it one."""
    named = [(len(part), floor) for floor, parts in enumerate(FLOORS) for part in parts if within(module, [part])]
    return max(named)[1] if named else None


def is_docstring_only(tree: ast.Module) -> bool:
    """Whether a module holds nothing, or nothing but its docstring."""
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree.body)


def imports_of(module: str, tree: ast.Module, *, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Every import anywhere in a module as (line, full dotted target); relative ones resolved.

    >>> list(imports_of("ui.blocks", ast.parse("from kpi_engine import views")))
    [(1, 'kpi_engine.views')]
    >>> list(imports_of("ui.charts.trend", ast.parse("from ..session import ask")))
    [(1, 'ui.session.ask')]
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = node.level - 1 if is_package else node.level
                package = module.split(".")[: len(module.split(".")) - above]
                base = ".".join([*package, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}".removesuffix(".*")) for alias in node.names)
        elif (
            isinstance(node, ast.Call)
            and _called(node).endswith(("import_module", "__import__"))
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, str(node.args[0].value)


def broken_imports(module: str, tree: ast.Module, *, is_package: bool = False) -> list[str]:
    """Imports that go up a floor, out of the house, past a way in, or to a library that is kept elsewhere."""
    mine = floor_of(module)
    if mine is None:
        if within(module, OUTSIDE) or (is_package and is_docstring_only(tree)):
            return []
        return [f"{module}: stands on no floor; give it one in tests/house_rules.py"]
    broken = []
    for line, target in imports_of(module, tree, is_package=is_package):
        where = f"{module}:{line}"
        top = target.split(".")[0]
        if within(target, OUTSIDE):
            broken.append(f"{where}: imports {target}, which stands outside the house")
        if within(target, WAYS_IN) and not within(module, WAYS_IN):
            broken.append(f"{where}: imports {target}, a way in that nothing builds on")
        if top in LIBRARIES:
            allowed, but_not = LIBRARIES[top]
            if not within(module, allowed) or within(module, but_not):
                broken.append(f"{where}: imports {top}, which only {', '.join(allowed)} may")
        if within(target, ["plotly.express"]):
            broken.append(f"{where}: imports plotly.express; charts use plotly.graph_objects")
        if top in {"kpi_engine", "ui", "pages", "app"}:
            theirs = floor_of(target)
            if theirs is None:
                broken.append(f"{where}: imports {target}, which stands on no floor")
            elif theirs > mine:
                broken.append(f"{where}: imports {target} from a higher floor")
        if within(module, ["pages"]) and top == "kpi_engine" and not within(target, ["kpi_engine.views"]):
            broken.append(f"{where}: a page imports {target}; pages ask views only")
    return broken


def clock_readings(module: str, tree: ast.Module) -> list[str]:
    """Places where a module of the engine asks what time it is, in Python or in SQL it carries as text."""
    broken = []
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        found = ""
        if isinstance(node, ast.Attribute):
            of_time = isinstance(node.value, ast.Name) and node.value.id == "time" and node.attr in CLOCK_FUNCTIONS
            found = node.attr if node.attr in CLOCK_METHODS or of_time else ""
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found = ", ".join(sorted({alias.name for alias in node.names} & CLOCK_FUNCTIONS))
        elif isinstance(node, ast.Call) and _called(node).endswith(("Timestamp", "datetime64", "to_datetime")):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and first.value in CLOCK_METHODS:
                found = f'"{first.value}"'
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            match = CLOCK_IN_SQL.search(node.value)
            found = match.group() if match else ""
        if found:
            broken.append(f"{module}:{node.lineno}: reads the clock ({found}); as_of is passed in")
    return broken


def unsafe_writing(module: str, tree: ast.Module) -> list[str]:
    """Raw HTML, a bare except, and SQL put together by formatting."""
    broken = []
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"unsafe_allow_html", "unsafe_allow_javascript"}:
            broken.append(f"{module}:{node.value.lineno}: {node.arg} is never used")
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            broken.append(f"{module}:{node.lineno}: a bare except swallows what it does not know")
        elif module not in SQL_ASSEMBLED_IN and (text := _formatted_text(node)) and _looks_like_sql(text):
            line = getattr(node, "lineno", 0)
            broken.append(f"{module}:{line}: formats SQL; bind values, and keep SQL in .sql files")
    return broken


def sql_without_purpose(name: str, text: str) -> list[str]:
    """A .sql file says its grain or its purpose in its first line."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    if first.startswith("--") and len(first.removeprefix("--").split()) >= 3:
        return []
    return [f"{name}: the first line must be a comment that says the grain or the purpose"]


def clock_in_sql(name: str, text: str) -> list[str]:
    """A .sql file of the engine does not ask what time it is (comments may speak of it)."""
    return [
        f"{name}:{number}: reads the clock ({match.group()}); bind $as_of"
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := CLOCK_IN_SQL.search(line.split("--", 1)[0]))
    ]


def _called(node: ast.Call) -> str:
    """The dotted name a call is made by, or what of it can be read."""
    parts: list[str] = []
    function: ast.expr = node.func
    while isinstance(function, ast.Attribute):
        parts.insert(0, function.attr)
        function = function.value
    return ".".join([function.id, *parts] if isinstance(function, ast.Name) else parts)


def _formatted_text(node: ast.AST) -> str | None:
    """The fixed part of a text that something is formatted or added into, or None."""
    if isinstance(node, ast.JoinedStr) and any(isinstance(part, ast.FormattedValue) for part in node.values):
        return " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _text(node.func.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _text(node.left)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        if (left is None) != (right is None):
            return left if left is not None else right
    return None


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _looks_like_sql(text: str) -> bool:
    return bool(SQL_TEXT.search(text) or SQL_TEXT.search(text.swapcase()))
