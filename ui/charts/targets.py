"""How far each target is, against its pace; and how likely a target is as it moves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Figure, Look, axis, faint, layout, note, plain

_ROW = 46
_END, _FULL = 1.3, 1.12
"""How far the picture goes, and a bar at most: nobody's picture grows with somebody's luck."""


def progress_figure(lines: pd.DataFrame, colours: Look) -> Figure:
    """A bar per target, as a share of it; a tick stands where the pace would be.

    ``lines``: label, period, progress (words), state, done, pace (shares of the target; nan where there is none).
    """
    names = [f"{plain(label)}, {plain(period)}" for label, period in zip(lines["label"], lines["period"], strict=True)]
    colour = [colours.down if state in ("behind", "missed") else colours.won for state in lines["state"]]
    figure = go.Figure(
        layout=layout(
            colours,
            34 + _ROW * len(lines),
            margin={"l": 8, "r": 8, "t": 4, "b": 4},
            xaxis=axis(
                colours,
                range=[0, _END],
                tickformat=".0%",
                tickvals=[0, 0.5, 1],
                ticktext=["0", "half", "target"],
                showgrid=False,
            ),
            yaxis=axis(
                colours, type="category", autorange="reversed", showgrid=False,
                tickfont={"color": colours.text, "size": 14},
            ),
        )
    )  # fmt: skip
    figure.add_bar(
        x=[1.0] * len(lines),
        y=names,
        orientation="h",
        width=0.42,
        marker={"color": colours.line, "line": {"width": 0}},
        hoverinfo="skip",
    )
    done = lines["done"].fillna(0.0).clip(0, _FULL)
    figure.add_bar(
        x=done,
        y=names,
        orientation="h",
        width=0.42,
        marker={"color": colour, "line": {"width": 0}},
        customdata=[
            f"{plain(words)}<br>{state}" for words, state in zip(lines["progress"], lines["state"], strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    paced = lines["pace"].notna()
    figure.add_scatter(
        x=lines["pace"][paced].clip(0, _FULL),
        y=[name for name, is_paced in zip(names, paced, strict=True) if is_paced],
        mode="markers",
        marker={"symbol": "line-ns", "size": 24, "line": {"width": 3, "color": colours.text}},
        hovertemplate="on pace would be here<extra></extra>",
    )
    for name, state in zip(names, lines["state"], strict=True):
        figure.add_annotation(
            note(state, colours, x=_END, y=name, xanchor="right", font={"color": colours.text, "size": 14})
        )
    figure.update_layout(barmode="overlay")
    return figure


def chance_figure(curve: pd.DataFrame, target: float, text: str, colours: Look) -> Figure:
    """The chance as the target moves, with its interval; the bands below 20 % and above 80 % are named.

    ``curve``: target, probability, lower, upper, label, chance. ``text``: the target on trial and its chance, in words.
    """
    figure = go.Figure(
        layout=layout(
            colours,
            265,
            margin={"l": 8, "r": 16, "t": 28, "b": 8},
            xaxis=axis(colours, showgrid=False, **_ticks(curve)),
            yaxis=axis(colours, range=[-0.02, 1.04], tickformat=".0%", tickvals=[0, 0.2, 0.5, 0.8, 1]),
        )
    )
    for low, high, words in ((0.8, 1.04, "already there"), (0.2, 0.8, "a stretch"), (-0.02, 0.2, "out of reach")):
        if words == "a stretch":
            figure.add_hrect(y0=low, y1=high, fillcolor=colours.won, opacity=0.08, line_width=0)
        place = (max(low, 0) + min(high, 1)) / 2
        # Where the falling line is not: high up at the right, else at the left.
        side = "right" if words == "already there" else "left"
        figure.add_annotation(note(words, colours, xref="paper", x=float(side == "right"), y=place, xanchor=side))
    for side, fill in (("upper", None), ("lower", "tonexty")):
        figure.add_scatter(
            x=curve["target"], y=curve[side], mode="lines", line={"width": 0}, fill=fill,
            fillcolor=faint(colours.expected_value, 0.18), hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=curve["target"],
        y=curve["probability"],
        mode="lines",
        line={"color": colours.expected_value, "width": 3},
        customdata=[f"{plain(a)}: {b}" for a, b in zip(curve["label"], curve["chance"], strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    nearest = (curve["target"] - target).abs().idxmin()
    figure.add_scatter(
        x=[target],
        y=[curve["probability"][nearest]],
        mode="markers",
        marker={"size": 13, "color": colours.page, "line": {"width": 3, "color": colours.expected_value}},
        hoverinfo="skip",
    )
    is_left = curve["target"][nearest] < curve["target"].iloc[-1] * 0.8
    figure.add_annotation(
        x=target,
        y=curve["probability"][nearest],
        text=f"<b>{plain(text)}</b>",
        showarrow=False,
        xanchor="left" if is_left else "right",
        yanchor="bottom",
        xshift=10 if is_left else -10,
        yshift=6,
        font={"color": colours.text, "size": 15},
    )
    return figure


def _ticks(curve: pd.DataFrame) -> dict[str, Any]:
    """A handful of targets under the names they go by."""
    places = [int(i) for i in pd.Index(range(len(curve)))[:: max(len(curve) // 6, 1)]]
    return {
        "tickvals": curve["target"].iloc[places].tolist(),
        "ticktext": [plain(t) for t in curve["label"].iloc[places]],
    }
