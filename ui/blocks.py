"""The pieces pages are put together from. Text from data becomes harmless here, in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from kpi_engine.views.headline import Headline
from kpi_engine.views.words import NOTHING
from ui.charts.look import CONFIG, Figure, Look, look
from ui.charts.spark import spark_figure
from ui.columns import FINE_PER_CENT, PER_CENT
from ui.session import who

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:^&=@])")


def escape(text: object) -> str:
    """Text for a place that reads Markdown, so that it stands there as it was written.

    >>> escape("![x](http://h) $a$ :red[b]")
    '\\\\!\\\\[x\\\\]\\\\(http\\\\:\\u2060//h\\\\) \\\\$a\\\\$ \\\\:red\\\\[b\\\\]'
    """
    one_line = " ".join(str(text).split())
    # A bare address would become a link: a word joiner, which takes no room, keeps it words.
    unlinked = re.sub(r"(?i)://", ":\u2060//", one_line)
    unlinked = re.sub(r"(?i)\bwww\.", "www\u2060.", unlinked)
    return _MARKDOWN.sub(r"\\\1", unlinked)


def label(text: object) -> str:
    """Text for the label of a widget, which screen readers are given as it stands: without what needs no guarding where
    brackets are guarded.

    >>> label("Total value (TV)"), label("[x](y)")
    ('Total value (TV)', '\\\\[x\\\\](y)')
    """
    return re.sub(r"\\([()])", r"\1", escape(text))


def colours() -> Look:
    """The look of the light the viewer has chosen."""
    return look(st.context.theme.type or "light")


def opening(sentence: str) -> None:
    """The sentence a page opens with: what the data say."""
    first, _, rest = sentence.partition(". ")
    if first:
        st.markdown(f"##### {escape(first if not rest else first + '.')}")
    if rest:
        st.markdown(escape(rest))


_WAY_COLOUR: dict[str, Literal["green", "red", "off"]] = {"up": "green", "down": "red", "off": "off"}


def headline_row(headlines: tuple[Headline, ...]) -> None:
    """The three numbers, side by side and equally tall."""
    for column, one in zip(st.columns(len(headlines)), headlines, strict=True):
        with column.container(border=True, height="stretch", gap="xsmall", key=f"number_{one.kpi}"):
            st.metric(
                label(one.label),
                escape(one.text),
                delta=escape(one.change) if one.change else None,
                delta_description=escape(one.since) if one.since else None,
                help=escape(one.meaning),
                # Streamlit reads the way off an ASCII sign at the start of the text, and ours is typeset.
                delta_color=_WAY_COLOUR[one.way],
                delta_arrow=one.way,
            )
            if len(one.spark) > 1:
                # Not the metric's own line: that has the colour of the change, and stretches any change to its height.
                figure = spark_figure(one.spark, one.spark_reach, one.kpi, one.spark_since, colours())
                alt = f"{one.label}, {one.spark_since}"
                st.plotly_chart(figure, theme=None, config=CONFIG, key=f"spark_{one.kpi}", alt=alt)


def chart(figure: Figure, alt: str, table: pd.DataFrame, columns: Mapping[str, Any], key: str, title: str = "") -> None:
    """A figure under its title, with a description for those who cannot see it, and the table behind it a click
    away."""
    if title:
        st.subheader(title, anchor=False)
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=alt)
    table_behind(table, columns, key)


def table_behind(table: pd.DataFrame, columns: Mapping[str, Any], key: str) -> None:
    """The numbers of a chart as a table."""
    with st.expander("Table", icon=":material/table_rows:"):
        grid(table, columns, f"{key}_table")


def grid(
    table: pd.DataFrame,
    columns: Mapping[str, Any],
    key: str,
    on_select: Callable[[], None] | Literal["ignore"] = "ignore",
    row_height: int | None = None,
) -> None:
    """A table with chosen columns, in the order and under the headings given; with ``on_select``, one of its rows can
    be chosen. ``row_height``: in rows so high the words of a cell wrap."""
    are_shares = (PER_CENT, FINE_PER_CENT)
    shares = [name for name, column in columns.items() if column["type_config"].get("format") in are_shares]
    shown = table[list(columns)]
    st.dataframe(
        shown.assign(**{name: shown[name] * 100 for name in shares}),
        column_config=dict(columns),
        hide_index=True,
        key=key,
        placeholder=NOTHING,
        height="content" if len(table) <= 12 else 420,
        on_select=on_select,
        row_height=row_height,
        selection_mode="single-row",
    )


def page_file(name: str) -> Path:
    """The file of a page, for a link to it."""
    return Path(__file__).resolve().parent.parent / "pages" / f"{name}.py"


def notes(lines: tuple[str, ...]) -> None:
    """What a number leaves out, in small print."""
    for line in lines:
        st.caption(escape(line))


_REMARKS = 3


def remark_list(lines: Sequence[str]) -> None:
    """What was noted about a file, in small print, the rest of many behind a click; nothing where nothing was."""
    for line in lines[:_REMARKS]:
        st.caption(f":material/info: {escape(line)}")
    if lines[_REMARKS:]:
        with st.expander(f"{len(lines) - _REMARKS:,} more remarks"):
            for line in lines[_REMARKS:]:
                st.caption(escape(line))


_ALARMS = 3


def alarms(lines: tuple[str, ...], meaning: str) -> None:
    """What wants a look, one quiet line each, the rest of many behind a click; nothing where nothing does."""
    for line in lines[:_ALARMS]:
        st.markdown(f":material/balance: {escape(line)}", help=escape(meaning))
    if lines[_ALARMS:]:
        with st.expander(f"{len(lines) - _ALARMS} more", icon=":material/balance:"):
            for line in lines[_ALARMS:]:
                st.markdown(escape(line))


def nothing_to_show(what: str, next_step: str, page: str | None = None, label: str = "Go to Data") -> None:
    """An honest empty page: what is missing, and where to go from here."""
    with st.container(border=True):
        st.markdown(f"**{escape(what)}**")
        st.text(next_step)
        if page and not who().is_sharing:  # a shared screen has no way to the files
            st.page_link(page_file(page), label=label, icon=":material/arrow_forward:")
