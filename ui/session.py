"""Which store a viewer looks at, what they ask for, and the one cache."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import streamlit as st

from kpi_engine import workspace
from kpi_engine.errors import StoreError
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage import Session, Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.options import Options, options_view
from kpi_engine.views.shared import session_for
from ui.security import BROWSER

T = TypeVar("T")
View = Callable[[Session, Ask, Who], T]
Which = Literal["sample", "own"]

SHARED_REP, SHARED_AMOUNTS = "shared_rep", "shared_amounts"
"""Where the session holds with whom the screen is shared, and how amounts stand on it."""

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE_FILES = PROJECT / "data" / "sample"


def home() -> Path:
    """Where stores are kept: TIDELINE_HOME, else data/ in the project."""
    return Path(os.environ.get("TIDELINE_HOME") or PROJECT / "data")


def own_path() -> Path:
    """The file of the viewer's own store."""
    return home() / "own" / "tideline.duckdb"


def who() -> Who:
    """Whoever looks. Until there is sign-in, everybody sees all, unless the screen is shared with a rep."""
    rep, amounts = st.session_state.get(SHARED_REP), st.session_state.get(SHARED_AMOUNTS)
    if rep is None:
        return Who()
    return Who(owners=(str(rep),), is_sharing=True, amounts="shown" if amounts == "shown" else "index")


def store(which: Which | None = None) -> Store:
    """The open store: the sample's or the own one, never a mixture. Shows why and stops where it cannot be opened."""
    wanted = which or showing()
    try:
        return _open(str(sample_path() if wanted == "sample" else own_path()))
    except StoreError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()


def showing() -> Which:
    """What is on screen: the viewer's choice, else their own files where there are any, else the sample."""
    chosen = st.session_state.get("data")
    if chosen in ("sample", "own"):
        return "sample" if chosen == "sample" else "own"
    return default_data()


def default_data() -> Which:
    """Their own files once there are any."""
    return "own" if own_path().exists() and not options("own").is_empty else "sample"


def options(which: Which | None = None) -> Options:
    """What the filters can offer, cached until the data change."""
    wanted = which or showing()
    here = store(wanted)
    return _options(str(here.path), here.data_version, who(), here)


def cached(view: View[T], ask: Ask, choice: str = "", of_facts: bool = False) -> T:
    """A view's answer, computed once per ask, data version and viewer. The cache is bounded; no frame is ever part of
    a key. ``of_facts``: no win chance in force has a part in it, so that deciding about them leaves it as it is."""
    here = store()
    wanted = replace(ask, choice=choice)
    version = here.facts_version if of_facts else here.data_version
    return _cached(f"{view.__module__}.{view.__qualname__}", wanted, str(here.path), version, who(), view, here)


def browser() -> str:
    """By what this browser is known again after a page was loaded anew; '' where it cannot be."""
    return str(st.context.cookies.get(BROWSER) or "")


@st.cache_resource(show_spinner=False)
def names_typed() -> OrderedDict[str, str]:
    """The name that was typed last in each browser, as long as the app runs: never on disk, never in an address."""
    return OrderedDict()


@st.cache_data(max_entries=128, show_spinner=False)
def _cached(name: str, ask: Ask, path: str, data_version: int, viewer: Who, _view: View[Any], _store: Store) -> Any:
    return _view(session_for(_store, viewer), ask, viewer)


@st.cache_data(max_entries=16, show_spinner=False)
def _options(path: str, data_version: int, viewer: Who, _store: Store) -> Options:
    found = options_view(session_for(_store, viewer), viewer)
    # An index has no currency.
    return replace(found, currency=None) if viewer.amounts == "index" else found


def _close(opened: Store) -> None:
    opened.close()


@st.cache_resource(max_entries=4, show_spinner=False, on_release=_close)
def _open(path: str) -> Store:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return workspace.open_store(Path(path))


def sample_place() -> Path:
    """Where the sample's store lies: in a folder named after these very files and this very engine."""
    digest = hashlib.sha256()
    engine = sorted(p for p in (PROJECT / "kpi_engine").rglob("*") if p.suffix in (".py", ".sql"))
    for file in (*sorted(SAMPLE_FILES.glob("*.csv")), *engine):
        digest.update(file.name.encode() + file.read_bytes())
    return home() / "sample-store" / digest.hexdigest()[:16] / "tideline.duckdb"


@st.cache_resource(max_entries=2, show_spinner="Reading the sample company's files, once…")
def sample_path() -> Path:
    """The sample's store, built once; that of other files or another engine is removed."""
    built = sample_place()
    if built.exists():
        return built
    place = built.parent.parent
    shutil.rmtree(place, ignore_errors=True)
    making = place / "making" / built.name
    making.parent.mkdir(parents=True)
    with workspace.open_store(making) as new:
        # Our own files need no bounded child process to be read in.
        uploads = [Upload(file, file.name) for file in sorted(SAMPLE_FILES.glob("*.csv"))]
        workspace.import_files(new, uploads, reader=stage)
    making.parent.rename(built.parent)
    return built
