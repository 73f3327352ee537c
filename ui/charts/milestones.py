"""From stage to stage: how many come so far, how long they stay, and how the share that is won changes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import LEGEND, Look, axis, layout, plain, told_apart, zero_line

_LEAST_HEIGHT = 0.1
"""Where next to nothing is won, the axis still shows a tenth: small shares look small."""


def _stages_axis(colours: Look, **more: Any) -> dict[str, Any]:
    return axis(
        colours,
        showgrid=False,
        autorange="reversed",
        type="category",
        ticks="",
        tickfont={"color": colours.text, "size": 14},
        **more,
    )


def _label(figure: go.Figure, at: float, name: str, text: str, colours: Look) -> None:
    """Words at the end of the bar of that name."""
    figure.add_annotation(
        x=at, y=name, text=text, xanchor="left", xshift=8, showarrow=False,
        font={"size": 14, "color": colours.text},
    )  # fmt: skip


def funnel_figure(stages: pd.DataFrame, colours: Look) -> go.Figure:
    """How many deals reached each stage, how many of them went on, and how many are won so far: one bar in the other.
    ``stages``: stage, reached, moved_on, won, text, hover."""
    names = told_apart(stages["stage"])
    most = max(int(stages["reached"].max()), 1)
    figure = go.Figure(
        layout=layout(
            colours,
            86 + 52 * len(names),
            barmode="overlay",
            clickmode="event+select",
            showlegend=True,
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            legend=LEGEND,
            # Room on the right for the words.
            xaxis=axis(colours, range=[0, most * 1.75], showgrid=False, showticklabels=False, showline=False),
            yaxis=_stages_axis(colours),
        )
    )
    layers = (
        ("reached", "were here", colours.line, 0.78),
        ("moved_on", "went on so far", colours.expected_value, 0.5),
        ("won", "won so far", colours.won, 0.2),
    )
    for column, name, tone, width in layers:
        figure.add_bar(
            x=stages[column],
            y=names,
            orientation="h",
            name=name,
            width=width,
            marker={"color": tone, "line": {"width": 0}},
            customdata=stages["stage"],
            hovertext=[plain(text) for text in stages["hover"]],
            hovertemplate="%{hovertext}<extra></extra>",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )
    for name, reached, text in zip(names, stages["reached"], stages["text"], strict=True):
        figure_text = f"<b>{reached:,}</b>" + (f"  {plain(text)}" if text else "")
        _label(figure, reached, name, figure_text, colours)
    return figure


def days_figure(stages: pd.DataFrame, colours: Look) -> go.Figure:
    """Days in each stage: a bar from the quickest tenth to the slowest, a mark where half have left.

    ``stages``: stage, low, median, high (NaN: not known), is_open_end, text, hover.
    """
    names = told_apart(stages["stage"])
    far = stages["high"].max()
    longest = float(far) if far > 0 else 1.0
    figure = go.Figure(
        layout=layout(
            colours,
            70 + 40 * len(names),
            clickmode="event+select",
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=axis(colours, title="days in the stage", range=[0, longest * 1.4], nticks=7, **zero_line(colours)),
            yaxis=_stages_axis(colours),
        )
    )
    figure.add_bar(
        x=stages["high"] - stages["low"],
        base=stages["low"],
        y=names,
        orientation="h",
        width=0.34,
        marker={"color": colours.total_value, "opacity": 0.55},
        customdata=stages["stage"],
        hovertext=[plain(f"{text}: {hover}") for text, hover in zip(stages["text"], stages["hover"], strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 0.55}},
        unselected={"marker": {"opacity": 0.55}},
    )
    figure.add_scatter(
        x=stages["median"],
        y=names,
        mode="markers",
        customdata=stages["stage"],
        marker={"color": colours.text, "size": 22, "symbol": "line-ns", "line": {"width": 3, "color": colours.text}},
        hoverinfo="skip",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    for name, row in zip(names, stages.to_dict("records"), strict=True):
        at = 0.0 if pd.isna(row["high"]) else float(row["high"])
        arrow = "→ " if row["is_open_end"] else ""
        _label(figure, at, name, arrow + plain(row["text"]), colours)
    return figure


def cohort_figure(groups: pd.DataFrame, colours: Look) -> go.Figure:
    """The share won of each quarter's deals, with what is not decided yet on top, pale.

    ``groups``: group, value, lower, upper, waiting, n, is_over, short_text, hover. Where there is no share,
    the words under the bar say why.
    """
    ticks = [
        f"<b>{row['short_text']}</b><br>{plain(row['group'])}<br>{row['n']:,} deals"
        + ("" if row["is_over"] else "<br><i>not over</i>")
        for row in groups.to_dict("records")
    ]
    tops = pd.concat([groups["value"] + groups["waiting"], groups["upper"]])
    top = float(tops.max()) if tops.notna().any() else 0.0
    figure = go.Figure(
        layout=layout(
            colours,
            340,
            barmode="stack",
            margin={"l": 8, "r": 8, "t": 24, "b": 8},
            xaxis=axis(colours, showgrid=False, type="category", tickangle=0),
            yaxis=axis(
                colours,
                title="won",
                tickformat=".0%",
                range=[0, max(_LEAST_HEIGHT, top * 1.08)],
                nticks=5,
                **zero_line(colours),
            ),
        )
    )
    hover = [plain(text) for text in groups["hover"]]
    figure.add_bar(
        x=ticks,
        y=groups["value"],
        marker={"color": colours.won},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": groups["upper"] - groups["value"],
            "arrayminus": groups["value"] - groups["lower"],
            "color": colours.text,
            "thickness": 1.5,
            "width": 4,
        },
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.add_bar(
        x=ticks,
        y=groups["waiting"],
        marker={
            "color": "rgba(0,0,0,0)",
            "line": {"color": colours.won, "width": 1},
            "pattern": {"shape": "/", "fgcolor": colours.won, "size": 6, "solidity": 0.15},
        },
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    return figure


def groups_figure(groups: pd.DataFrame, colours: Look) -> go.Figure:
    """The share won of each group as a mark in its interval. ``groups``: group, value, lower, upper, n, text, hover."""
    names = told_apart(groups["group"])
    top = groups["upper"].max()
    reach = float(top) if top > 0 else 1.0
    figure = go.Figure(
        layout=layout(
            colours,
            70 + 36 * len(names),
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=axis(colours, tickformat=".0%", range=[0, reach * 1.5], nticks=6, title="won", **zero_line(colours)),
            yaxis=_stages_axis(colours),
        )
    )
    figure.add_scatter(
        x=groups["value"],
        y=names,
        mode="markers",
        marker={"color": colours.won, "size": 12},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": groups["upper"] - groups["value"],
            "arrayminus": groups["value"] - groups["lower"],
            "color": colours.won,
            "thickness": 2,
            "width": 0,
        },
        hovertext=[plain(text) for text in groups["hover"]],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for name, row in zip(names, groups.to_dict("records"), strict=True):
        at = 0.0 if pd.isna(row["upper"]) else float(row["upper"])
        _label(figure, at, name, plain(f"{row['text']}, {row['n']:,} deals"), colours)
    return figure
