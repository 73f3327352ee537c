"""Ratios with their intervals: by group, over time, and quantity against quality as a path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views.scale import money_scale
from ui.charts.look import LEGEND, Look, axis, faint, layout, note, plain, told_apart, zero_line

Line = tuple[str, tuple[float, ...], tuple[float, ...]]
"""What it says, and its points."""


def intervals_figure(
    frame: pd.DataFrame, colours: Look, title: str, is_share: bool = True, prefix: str = "", longest: int = 34
) -> go.Figure:
    """One row per group: its value as a dot on the band of its interval, and the words at the right.

    ``frame``: label, value, lower, upper (nan where nothing can be said), text; rows from top to bottom.
    """
    names = told_apart(frame["label"], longest)
    far = frame["upper"].max()
    most = float(far) if far > 0 else 1.0
    least = min(float(frame["lower"].min()), 0.0) if frame["lower"].notna().any() else 0.0
    scale = money_scale([least, most], prefix)
    ticks: dict[str, Any] = {"tickvals": scale.ticks, "ticktext": scale.texts}
    if is_share:
        step = next(step for step in (0.02, 0.05, 0.1, 0.2) if step * 6 >= min(most, 1.0))
        ticks = {"tickformat": ".0%", "tickvals": [step * n for n in range(7) if step * n <= 1.0]}
    figure = go.Figure(
        layout=layout(
            colours,
            84 + 36 * len(names),
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            # Room on the right for the words.
            xaxis=axis(colours, title=title, range=[least, least + (most - least) * 1.85], nticks=8, **ticks,
                       **zero_line(colours)),
            yaxis=axis(colours, autorange="reversed", showgrid=False, type="category",
                       tickfont={"color": colours.text, "size": 14}, categoryorder="array", categoryarray=names),
        )
    )  # fmt: skip
    figure.add_bar(
        x=frame["upper"] - frame["lower"],
        base=frame["lower"],
        y=names,
        orientation="h",
        width=0.34,
        marker={"color": colours.total_value, "opacity": 0.5},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=frame["value"],
        y=names,
        mode="markers",
        marker={"color": colours.ratio, "size": 11},
        hovertext=[f"{name}<br>{plain(text)}" for name, text in zip(names, frame["text"], strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for name, upper, text in zip(names, frame["upper"], frame["text"], strict=True):
        figure.add_annotation(
            x=upper if pd.notna(upper) else 0.0,
            y=name,
            text=plain(text),
            xanchor="left",
            xshift=10,
            showarrow=False,
            font={"size": 13, "color": colours.text if pd.notna(upper) else colours.muted},
        )
    return figure


def ratio_line_figure(frame: pd.DataFrame, colours: Look, title: str, is_share: bool) -> go.Figure:
    """A ratio over time with its band. ``frame``: day, value, lower, upper, text; gaps where nothing can be said."""
    ticks: dict[str, Any] = {"tickformat": ".0%"} if is_share else {}
    figure = go.Figure(
        layout=layout(
            colours,
            330,
            hovermode="x",
            xaxis=axis(colours, showgrid=False, tickformat="%b %Y", hoverformat="%-d %b %Y"),
            yaxis=axis(colours, title=title, rangemode="tozero", nticks=5, **ticks, **zero_line(colours)),
        )
    )
    known = frame[frame["value"].notna() & (frame["status"] != "too_few")]
    figure.add_scatter(x=known["day"], y=known["upper"], mode="lines", line={"width": 0}, hoverinfo="skip")
    figure.add_scatter(
        x=known["day"], y=known["lower"], mode="lines", line={"width": 0}, fill="tonexty",
        fillcolor=faint(colours.total_value, 0.28), hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=known["day"],
        y=known["value"],
        mode="lines+markers",
        line={"color": colours.ratio, "width": 2.5},
        marker={"size": 6},
        hovertext=[plain(text) for text in known["text"]],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    return figure


def steps_figure(frame: pd.DataFrame, colours: Look) -> go.Figure:
    """How many of each step of the work, from the telephone to the order. ``frame``: label, value, text."""
    names = told_apart(frame["label"])
    most = float(frame["value"].max()) if frame["value"].max() > 0 else 1.0
    figure = go.Figure(
        layout=layout(
            colours,
            40 + 34 * len(names),
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            bargap=0.35,
            xaxis=axis(colours, range=[0, most * 1.35], showgrid=False, showticklabels=False, showline=False),
            yaxis=axis(colours, autorange="reversed", showgrid=False, type="category", ticks="",
                       tickfont={"color": colours.text, "size": 14}),
        )
    )  # fmt: skip
    figure.add_bar(
        x=frame["value"], y=names, orientation="h", marker={"color": colours.expected_value},
        hovertext=[plain(text) for text in frame["text"]], hovertemplate="%{y}: %{hovertext}<extra></extra>",
    )  # fmt: skip
    for name, value, text in zip(names, frame["value"], frame["text"], strict=True):
        figure.add_annotation(
            x=value if pd.notna(value) else 0.0, y=name, text=plain(text), xanchor="left", xshift=8, showarrow=False,
            font={"size": 14, "color": colours.text if pd.notna(value) else colours.muted},
        )  # fmt: skip
    return figure


def path_figure(
    points: pd.DataFrame,
    lines: Sequence[Line],
    band: tuple[float, float, float, float] | None,
    colours: Look,
    x_title: str,
    y_title: str,
) -> go.Figure:
    """Quantity against quality, one point per block of weeks, joined in their order; lines of equal result behind.

    ``points``: label, quantity, quality, lower, upper, text. ``band``: x_low, x_high, y_low, y_high.
    """
    far = max([float(points["quantity"].max()), *((band[1],) if band else ())]) * 1.25
    figure = go.Figure(
        layout=layout(
            colours,
            470,
            margin={"l": 8, "r": 24, "t": 16, "b": 8},
            xaxis=axis(colours, title=x_title, range=[0, far], nticks=7, **zero_line(colours)),
            yaxis=axis(colours, title=y_title, range=[0, 1.06], tickformat=".0%", nticks=6, **zero_line(colours)),
        )
    )
    if band:
        figure.add_shape(
            type="rect", x0=band[0], x1=band[1], y0=band[2], y1=band[3], layer="below", line_width=0,
            fillcolor=colours.total_value, opacity=0.22,
        )  # fmt: skip
        figure.add_annotation(
            note("half of the team", colours, x=band[1], y=band[3], xanchor="right", yanchor="bottom")
        )
    for text, x, y in lines:
        figure.add_scatter(
            x=x, y=y, mode="lines", line={"color": colours.line, "width": 1.5, "dash": "dot"}, hoverinfo="skip"
        )
        figure.add_annotation(
            note(plain(text), colours, x=x[-1], y=y[-1], xanchor="right", yanchor="bottom", font={
                "color": colours.muted, "size": 12})
        )  # fmt: skip
    n = len(points)
    figure.add_scatter(
        x=points["quantity"],
        y=points["quality"],
        mode="lines+markers",
        line={"color": colours.ratio, "width": 2, "shape": "spline", "smoothing": 0.4},
        marker={
            "color": colours.ratio,
            "size": [9] * (n - 1) + [15],
            "opacity": [0.35 + 0.65 * i / max(n - 1, 1) for i in range(n)],
        },
        hovertext=[
            f"{plain(label)}<br>{plain(text)}" for label, text in zip(points["label"], points["text"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for row, where in ((points.iloc[0], "bottom"), (points.iloc[-1], "top")):
        figure.add_annotation(
            x=row["quantity"], y=row["quality"], text=f"<b>{plain(row['label'])}</b>", showarrow=False,
            xanchor="left", xshift=12, yanchor="bottom" if where == "top" else "top",
            yshift=2 if where == "top" else -8, font={"size": 13, "color": colours.text},
        )  # fmt: skip
    return figure


def people_figure(frame: pd.DataFrame, colours: Look) -> go.Figure:
    """People who came into the database, month by month. ``frame``: month, added, executives, known."""
    figure = go.Figure(
        layout=layout(
            colours,
            260,
            hovermode="x",
            barmode="overlay",
            showlegend=True,
            legend=LEGEND,
            xaxis=axis(colours, showgrid=False, tickformat="%b %Y"),
            yaxis=axis(colours, rangemode="tozero", nticks=4, **zero_line(colours)),
        )
    )  # fmt: skip
    figure.add_bar(
        x=frame["month"], y=frame["added"], name="people added", marker={"color": colours.total_value},
        customdata=frame["known"], hovertemplate="%{y:,} added, %{customdata:,} known<extra></extra>",
    )  # fmt: skip
    figure.add_bar(
        x=frame["month"], y=frame["executives"], name="of them executives", marker={"color": colours.expected_value},
        width=None, hovertemplate="%{y:,} executives<extra></extra>",
    )  # fmt: skip
    return figure
