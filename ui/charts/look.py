"""One look for every chart: the theme's own colours, one colour per KPI, text from data made harmless."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from kpi_engine.views.scale import Scale
from kpi_engine.views.words import day

Figure = go.Figure

_CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
_FONT = '"Source Sans", "Source Sans Pro", sans-serif'

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}
"""What every chart is shown with: nothing to press by accident."""


LEGEND: dict[str, Any] = {
    "orientation": "h",
    "x": 0,
    "y": 1.02,
    "yanchor": "bottom",
    "traceorder": "normal",
    "itemclick": False,
    "itemdoubleclick": False,
    "font": {"size": 13},
}
"""Names of colours in a row above a chart, nothing to press."""


@dataclass(frozen=True)
class Look:
    """The colours of one light, read from the theme so that charts and widgets never drift apart."""

    text: str
    muted: str
    line: str
    page: str
    expected_value: str
    total_value: str
    ratio: str
    won: str
    down: str
    other: str
    ramp: tuple[str, ...]

    @property
    def edge(self) -> str:
        """The line around a fill that is too pale, or too dark, to stand out from the page by itself."""
        return self.ramp[5]

    @property
    def up(self) -> str:
        """What adds to expected value wears its colour."""
        return self.expected_value


@cache
def look(theme: str) -> Look:
    """The look for 'light' or 'dark'."""
    config = tomllib.loads(_CONFIG.read_text(encoding="utf-8"))["theme"]["dark" if theme == "dark" else "light"]
    water, buoy, weed, heather, mud, fog = config["chartCategoricalColors"]
    return Look(
        text=config["textColor"],
        muted="#9fb0bb" if theme == "dark" else "#56646e",
        line=config["borderColor"],
        page=config["backgroundColor"],
        expected_value=water,
        total_value=fog,
        ratio=heather,
        won=weed,
        down=buoy,
        other=mud,
        ramp=tuple(config["chartSequentialColors"]),
    )


def faint(colour: str, how: float) -> str:
    """A colour of ours that lets through what lies behind it: ``how`` in (0, 1), 1 being the colour itself.

    >>> faint("#0a141e", 0.2)
    'rgba(10,20,30,0.2)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{how})"


def steps(ramp: Sequence[str], wanted: int) -> list[str]:
    """So many colours from pale to strong, no two of them the same however many are wanted.

    >>> steps(["#000000", "#646464"], 3), steps(["#000000", "#323232", "#646464"], 1)
    (['#000000', '#323232', '#646464'], ['#323232'])
    """
    if wanted == 1:
        return [ramp[-2]]
    parts = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in ramp], dtype=float)
    places = np.linspace(0, len(ramp) - 1, wanted)
    mixed = [np.interp(places, range(len(ramp)), part) for part in parts.T]
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in np.rint(mixed).astype(int).T]


def plain(text: object) -> str:
    """Text from data for a chart, which would otherwise read tags in it.

    >>> plain("<a href='x'>A & B</a>")
    "&lt;a href='x'&gt;A &amp; B&lt;/a&gt;"
    """
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short(text: object, longest: int = 22) -> str:
    """A label that fits, harmless.

    >>> short("Corporate event charter with dinner", 16)
    'Corporate event…'
    """
    whole = str(text)
    return plain(whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…")


def told_apart(texts: Iterable[object], longest: int = 22) -> list[str]:
    """A label for each text that fits, harmless; where the beginnings of two are the same, the ends stay, and no two
    texts get one label.

    >>> told_apart(["Negotiation and final terms A", "Negotiation and final terms B", "Lead", "Lead"])
    ['Negotiation…al terms A', 'Negotiation…al terms B', 'Lead', 'Lead']
    """
    whole = [str(text) for text in texts]
    cut = {text: short(text, longest) for text in whole}
    half = longest // 2
    ends = {text: plain(f"{text[:half].rstrip()}…{text[1 - longest + half :].lstrip()}") for text in cut}
    found: dict[str, str] = {}
    for text, label in cut.items():
        is_shared = sum(label == other for other in cut.values()) > 1
        named = ends[text] if is_shared else label
        again = 2
        while named in found.values():
            named, again = f"{label} ({again})", again + 1
        found[text] = named
    return [found[text] for text in whole]


def axis(colours: Look, title: str = "", **more: Any) -> dict[str, Any]:
    """An axis: quiet lines, room for its labels."""
    base: dict[str, Any] = {
        "gridcolor": colours.line,
        "linecolor": colours.line,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
        "tickfont": {"color": colours.muted, "size": 13},
        "title": {"text": title, "font": {"color": colours.muted, "size": 13}},
    }
    return {**base, **more}


def share_format(most: float) -> str:
    """How the ticks of an axis of shares are written, so that no two of them read the same.

    >>> share_format(0.6), share_format(0.02), share_format(0.003)
    ('.0%', '.1%', '.2%')
    """
    return ".0%" if not most < 0.04 else ".1%" if most >= 0.004 else ".2%"


def shares_axis(colours: Look, most: float, **more: Any) -> dict[str, Any]:
    """An axis of shares from nought to ``most``, the largest of them; to the whole where there is none above nought."""
    reach: dict[str, Any] = {"rangemode": "tozero", "tickformat": share_format(most)} if most > 0 else _WHOLE
    return axis(colours, **{**zero_line(colours), **reach, **more})


_WHOLE: dict[str, Any] = {"range": [0, 1.05], "tickformat": ".0%"}


def amounts_axis(colours: Look, scale: Scale, **more: Any) -> dict[str, Any]:
    """An axis of amounts, written as they are everywhere else: plotly's own words for them (G for a billion, m for a
    thousandth) are nobody's."""
    ticks = {"tickvals": scale.ticks, "ticktext": scale.texts, "range": [scale.low, scale.high]}
    return axis(colours, **{**zero_line(colours), **ticks, **more})


_FOUR_WEEKS_MS = 4 * 7 * 24 * 3600 * 1000


_FEW_WEEKS = 6


def weeks_axis(colours: Look, weeks: Sequence[date] = (), **more: Any) -> dict[str, Any]:
    """An axis of weeks: months where ticks are months apart, days where they are nearer, so that no label repeats.

    ``weeks``: the ends of those that are drawn; where they are few, each of them has its day beneath it, and no more.
    """
    if 0 < len(weeks) <= _FEW_WEEKS:
        named: dict[str, Any] = {"tickvals": list(weeks), "ticktext": [day(week) for week in weeks]}
        return axis(colours, showgrid=False, hoverformat="week to %-d %b %Y", **named, **more)
    stops = [
        {"dtickrange": [None, _FOUR_WEEKS_MS], "value": "%-d %b\n%Y"},
        {"dtickrange": ["M1", None], "value": "%b %Y"},
    ]
    return axis(colours, showgrid=False, hoverformat="week to %-d %b %Y", tickformatstops=stops, **more)


def layout(colours: Look, height: int, **more: Any) -> go.Layout:
    """The layout every figure starts from. It stands on the page's own background in both lights."""
    base: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 16, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 14, "color": colours.text},
        "hoverlabel": {
            "bgcolor": colours.page,
            "bordercolor": colours.line,
            "align": "left",
            "font": {"family": _FONT, "size": 14, "color": colours.text},
        },
        "bargap": 0.25,
        "separators": ".,",
        "xaxis": axis(colours, showgrid=False),
        "yaxis": axis(colours),
    }
    return go.Layout({**base, **more})


def zero_line(colours: Look) -> dict[str, Any]:
    """A line at nought that can be seen."""
    return {"zeroline": True, "zerolinecolor": colours.muted, "zerolinewidth": 1}


def note(text: str, colours: Look, **more: Any) -> dict[str, Any]:
    """Words written into a chart. ``text`` is ours, or has gone through :func:`plain`."""
    return {"text": text, "showarrow": False, "font": {"color": colours.muted, "size": 13}, **more}
