"""Files on their way in: kept aside while they are looked at, previewed, imported, reported."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from kpi_engine import workspace
from kpi_engine.ingest.child import stage_in_child
from kpi_engine.ingest.decided import answers_to_json
from kpi_engine.ingest.shapes import Answers, ImportReport, Question, Staged, Upload
from kpi_engine.views.answering import answer_to
from kpi_engine.workspace import Preview
from ui.session import home, store

_ANSWERS, _ASKED, _REPORTS, _ROUND = "upload_answers", "upload_asked", "upload_reports", "upload_round"
_WAITING, _TWICE, _PLACE = "upload_waiting", "upload_twice", "upload_place"


def incoming(files: Sequence[Any]) -> list[Upload]:
    """The files that wait to be imported, those just dropped among them: they are written aside under their hash, and
    wait as long as this viewer does not import them or leave them out, also while another page is looked at. Two of one
    name are told apart by a number. The same bytes a second time are said to be, and left out."""
    found = [upload for upload in st.session_state.get(_WAITING, []) if upload.path.exists()]
    if files:
        st.session_state[_TWICE] = []
    for file in files:
        content = file.getbuffer()
        path = _place() / hashlib.sha256(content).hexdigest()
        if not path.exists():
            path.write_bytes(content)
        first = next((upload for upload in found if upload.path == path), None)
        if first is not None:
            st.session_state[_TWICE].append(f"{file.name} is the same file as {first.name}: it is counted once.")
            continue
        same = sum(upload.name == file.name for upload in found)
        found.append(Upload(path, file.name if not same else f"{same + 1}. {file.name}"))
    st.session_state[_WAITING] = found
    for sentence in st.session_state.get(_TWICE, []) if found else []:
        st.text(sentence)
    return found


def _place() -> Path:
    """Where this viewer's files wait."""
    place = _waiting_room(str(home())) / str(st.session_state.setdefault(_PLACE, uuid4().hex))
    place.mkdir(parents=True, exist_ok=True)
    return place


@st.cache_resource(max_entries=4, show_spinner=False)
def _waiting_room(of_home: str) -> Path:
    """Where files of all viewers wait; what an earlier run of the app left there belongs to nobody any more."""
    room = Path(of_home) / "incoming"
    shutil.rmtree(room, ignore_errors=True)
    return room


def answers_for(upload: Upload) -> Answers:
    """What this viewer has decided about a file so far."""
    found = st.session_state.setdefault(_ANSWERS, {}).get(_key(upload))
    return found if isinstance(found, Answers) else Answers()


def decide(upload: Upload, answers: Answers) -> None:
    """Remember a decision until the file is imported."""
    st.session_state.setdefault(_ANSWERS, {})[_key(upload)] = answers


def _key(upload: Upload) -> str:
    return f"{upload.path.name}:{upload.name}"


def previewed(upload: Upload) -> Preview:
    """The file as it would be understood now."""
    here, answers = store("own"), answers_for(upload)
    return _preview(str(upload.path), upload.name, answers_to_json(answers), here.data_version, str(here.path), answers)


@st.cache_data(max_entries=16, show_spinner=False)
def _preview(path: str, name: str, said: str, data_version: int, store_path: str, _answers: Answers) -> Preview:
    return workspace.preview(store("own"), Upload(Path(path), name), _answers, reader=read_once)


def read_once(path: Path, name: str) -> Staged:
    """A file's cells, read in a child process the first time and kept for the next question about the same bytes."""
    return _staged(str(path), name)


@st.cache_resource(max_entries=4, show_spinner=False)
def _staged(path: str, name: str) -> Staged:
    return stage_in_child(Path(path), name)


def asked(upload: Upload, now: Sequence[Question], answers: Answers) -> list[Question]:
    """The questions about a file, in the order they came up: those of now, and those that were answered since."""
    so_far: dict[str, Question] = st.session_state.setdefault(_ASKED, {}).setdefault(_key(upload), {})
    so_far.update({question.id: question for question in now})
    open_now = {question.id for question in now}
    return [one for one in so_far.values() if one.id in open_now or answer_to(one, answers) is not None]


def import_all(uploads: Sequence[Upload]) -> None:
    """Import what can be imported, with progress. The reports stay on screen; a file that still needs an answer or a
    column goes on waiting, and its card says so."""
    bar = st.progress(0.0, "Reading…")
    answers = {upload.name: answers_for(upload) for upload in uploads}
    reports = workspace.import_files(
        store("own"), uploads, answers, lambda done, words: _tell(bar, done, words), reader=read_once
    )
    bar.empty()
    waits = [one.status == "needs_answer" or (one.status == "rejected" and one.kind is not None) for one in reports]
    st.session_state[_REPORTS] = [report for report, later in zip(reports, waits, strict=True) if not later]
    for upload, later in zip(uploads, waits, strict=True):
        if not later:
            leave_out(upload)


def _tell(bar: Any, done: float, words: str) -> None:
    # File names are text from elsewhere: a progress bar reads Markdown, so only our own words go there.
    bar.progress(min(max(done, 0.0), 1.0), words.split(" ", 1)[0] + "…")


def reports() -> list[ImportReport]:
    """What became of the files imported last in this session."""
    return list(st.session_state.get(_REPORTS, []))


def forget_reports() -> None:
    """Take the last reports off the screen."""
    st.session_state.pop(_REPORTS, None)


def uploader_key() -> str:
    """The uploader's key: another one after each drop, so that it is empty again."""
    return f"upload_{st.session_state.get(_ROUND, 0)}"


def empty_uploader() -> None:
    """Another uploader, which holds nothing: what was dropped waits elsewhere by now."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def leave_out(upload: Upload) -> None:
    """A file waits no longer: it was imported, or is not to be."""
    st.session_state[_WAITING] = [one for one in st.session_state.get(_WAITING, []) if one != upload]
    for kept in (_ANSWERS, _ASKED):
        st.session_state.get(kept, {}).pop(_key(upload), None)
    upload.path.unlink(missing_ok=True)
