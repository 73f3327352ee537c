"""One deal over time: a bar for every stage it was in, a mark for everything that was done, and what is agreed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Figure, Look, axis, layout, note, plain, short

_LANE = 34
_ROOM = 64
"""Pixels: the height of a lane, and what the axis needs."""


def timeline_figure(
    stays: pd.DataFrame, marks: pd.DataFrame, lanes: tuple[str, ...], as_of: date, as_of_text: str, colours: Look
) -> Figure:
    """Stages as bars, activities and dates as marks, the as-of day as a line.

    Parameters
    ----------
    stays : DataFrame of ``lane, first_day, last_day, text, is_open, is_inferred``
        One row per stay, in order; where the deal ended (not is_open) is a point.
    marks : DataFrame of ``lane, day, text, is_ahead, label``
        Filled where it was done, hollow where it is ahead; ``label`` is written beside it.
    lanes : the rows from the top.
    """
    places = {lane: i for i, lane in enumerate(lanes)}
    figure = go.Figure(layout=layout(colours, _ROOM + _LANE * len(lanes), hovermode="closest"))
    for stay in stays.itertuples():
        colour = colours.expected_value if stay.is_open else colours.won
        figure.add_trace(
            go.Scatter(
                x=[stay.first_day, stay.last_day],
                y=[places[stay.lane]] * 2,
                # A line of no length cannot be seen.
                mode="markers" if stay.first_day == stay.last_day else "lines",
                line={"color": colour, "width": 12},
                marker={"color": colour, "size": 12, "symbol": "square"},
                opacity=0.45 if stay.is_inferred else 1,
                hovertemplate=f"{plain(stay.text)}<extra></extra>",
            )
        )
    for is_ahead, some in marks.groupby("is_ahead"):
        figure.add_trace(
            go.Scatter(
                x=some["day"],
                y=[places[lane] for lane in some["lane"]],
                mode="markers+text",
                marker={
                    "color": colours.page if is_ahead else colours.muted,
                    "size": 10,
                    "symbol": "diamond" if is_ahead else "circle",
                    "line": {"color": colours.text if is_ahead else colours.muted, "width": 1.5},
                },
                text=[plain(label) for label in some["label"]],
                textposition="top center",
                textfont={"color": colours.muted, "size": 12},
                customdata=[plain(text) for text in some["text"]],
                hovertemplate="%{customdata}<extra></extra>",
                cliponaxis=False,
            )
        )
    figure.add_vline(x=as_of, line={"color": colours.muted, "width": 1, "dash": "dot"})
    figure.add_annotation(note(as_of_text, colours, x=as_of, y=1, yref="paper", yanchor="bottom"))
    figure.update_layout(
        margin={"l": 8, "r": 24, "t": 24, "b": 8},
        xaxis=axis(colours, showgrid=True, hoverformat="%-d %b %Y", tickformat="%b %Y"),
        yaxis=axis(
            colours,
            tickvals=list(places.values()),
            ticktext=[short(lane) for lane in lanes],
            range=[len(lanes) - 0.4, -0.8],
            showgrid=False,
        ),
    )
    return figure
