"""Bytes to text: which encoding a file is in, and a clear refusal of what is no text at all."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.errors import UserFileError

MAX_BYTES = 2 * 1024**3
"""A file larger than this is refused."""

_CHUNK = 16 * 1024**2
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS_CSV = "Export it again as CSV or XLSX and upload that."
_NOT_TEXT = (
    (b"\x1f\x8b", "{name} is a compressed file (gzip). Unpack it and upload the CSV or XLSX inside."),
    (b"PK", "{name} is a ZIP archive. Unpack it and upload the CSV or XLSX inside."),
    (b"7z\xbc\xaf", "{name} is a compressed archive. Unpack it and upload the CSV or XLSX inside."),
    (b"Rar!", "{name} is a compressed archive. Unpack it and upload the CSV or XLSX inside."),
    (b"BZh", "{name} is a compressed file. Unpack it and upload the CSV or XLSX inside."),
    (b"\xd0\xcf\x11\xe0", "{name} is an old Excel file (.xls). Save it as XLSX or CSV and upload that."),
    (b"%PDF", "{name} is a PDF. " + _SAVE_AS_CSV),
    (b"PAR1", "{name} is a Parquet file. " + _SAVE_AS_CSV),
)
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<table|<\?xml)", re.IGNORECASE)
_ODD_CONTROLS = bytes(b for b in range(32) if b not in (9, 10, 11, 12, 13, 27)) + b"\x7f"


_DAMAGED_OF = 100
"""A text counts as damaged UTF-8, and not as another encoding, while fewer than one line in so many is damaged."""
DAMAGED_LETTER = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Text:
    """A whole file as UTF-8 without a byte-order mark, and the encoding it was in.

    ``damaged``: the lines (from 1) in which bytes that are no UTF-8 were replaced by a mark.
    """

    data: bytes
    encoding: str
    damaged: tuple[int, ...] = ()


def size_checked(path: Path, name: str) -> int:
    """The size of the file in bytes. Raises UserFileError for an empty or an over-large one."""
    size = path.stat().st_size
    if size == 0:
        raise UserFileError(f"{name} is empty. Export it again and upload the new file.")
    if size > MAX_BYTES:
        raise UserFileError(
            f"{name} is larger than {MAX_BYTES // 1024**3} GB. "
            "Export a shorter period or fewer columns and upload that."
        )
    return size


def read_text(path: Path, name: str) -> Text:
    """Read a file as text: byte-order mark, then UTF-8, then Windows-1252 (UTF-16 without a mark is recognised, too).

    Raises
    ------
    UserFileError
        The file is empty, too large, packed, or no text.
    """
    size_checked(path, name)
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    _refuse_what_is_no_text(head, name)
    encoding = next((encoding for bom, encoding in _BOMS if head.startswith(bom)), None) or _utf16_without_mark(head)
    if encoding is None and b"\0" in head:
        raise UserFileError(f"{name} is not a text file, although its name says so. {_SAVE_AS_CSV}")
    data = path.read_bytes()
    damaged: tuple[int, ...] = ()
    if encoding in (None, "utf-8-sig"):
        said_so, encoding = encoding is not None, encoding or "utf-8"
        data = data[len(codecs.BOM_UTF8) :] if said_so else data
        if not _is_utf8(data):
            damaged = _damaged_lines(data, said_so)
            data = data.decode("utf-8", "replace").encode("utf-8") if damaged else data
            encoding = encoding if damaged else "cp1252"
    text = data if encoding in ("utf-8", "utf-8-sig") else _transcoded(data, encoding, name)
    if b"\0" in text:
        raise UserFileError(f"{name} holds NUL characters: it is damaged or not a text file. {_SAVE_AS_CSV}")
    if not text[:65_536].strip() and not text.strip():
        raise UserFileError(f"{name} holds nothing but blank lines. Export it again and upload the new file.")
    return Text(text, encoding, damaged)


def _refuse_what_is_no_text(head: bytes, name: str) -> None:
    for magic, sentence in _NOT_TEXT:
        if head.startswith(magic) and (magic != b"PK" or head[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08")):
            raise UserFileError(sentence.format(name=name))
    if _WEB_PAGE.match(head.lstrip(codecs.BOM_UTF8)):
        raise UserFileError(f"{name} is a web page and not a table of cells. {_SAVE_AS_CSV}")
    odd = len(head) - len(head.translate(None, _ODD_CONTROLS)) - head.count(b"\0")
    if odd > max(2, len(head) // 200) and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UserFileError(f"{name} is not a text file, although its name says so. {_SAVE_AS_CSV}")


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a NUL in every second place."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _damaged_lines(data: bytes, said_so: bool) -> tuple[int, ...]:
    """The lines of a text in UTF-8 that are none; empty where they are so many that the text is in another encoding.

    Without a mark at its beginning, more lines must show letters beyond ASCII in good UTF-8 than are damaged.
    """
    at_most = (data.count(b"\n") - 1) // _DAMAGED_OF
    damaged: list[int] = []
    good = 0
    for line, raw in enumerate(io.BytesIO(data), start=1):
        if raw.isascii():
            continue
        try:
            raw.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            damaged.append(line)
            if len(damaged) > at_most:
                return ()
    return tuple(damaged) if said_so or good > len(damaged) else ()


def _transcoded(data: bytes, encoding: str, name: str) -> bytes:
    decoder = codecs.getincrementaldecoder(encoding)()
    parts: list[bytes] = []
    try:
        for start in range(0, len(data), _CHUNK):
            parts.append(decoder.decode(data[start : start + _CHUNK]).encode("utf-8"))
        parts.append(decoder.decode(b"", final=True).encode("utf-8"))
    except UnicodeError as error:
        raise UserFileError(
            f"The letters in {name} cannot be read: it is neither UTF-8 nor UTF-16 nor Windows-1252. "
            "Export it again as 'CSV UTF-8' and upload that."
        ) from error
    return b"".join(parts)
