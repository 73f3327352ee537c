"""Text from data as part of a widget's key."""

from __future__ import annotations

from zlib import crc32


def slug(text: str) -> str:
    """Letters and digits of a text, and a number that tells two alike apart."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in text.casefold())
    return f"{plain[:40]}_{crc32(text.encode()):08x}"
