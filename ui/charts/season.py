"""A year's months side by side, and what each of them is to the average month."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Figure, Look, axis, layout, note

_CELL = 78
"""Height of a year in pixels: on a page of usual width its cells are about square."""


def heatmap_figure(cells: pd.DataFrame, order: tuple[str, ...], colours: Look) -> Figure:
    """Years as rows, months as columns.

    ``cells``: year_text, month (as in ``order``), value (NaN: no data), text, hover.
    """
    by_year = cells.sort_values("year").drop_duplicates("year_text")["year_text"].tolist()

    def board(column: str) -> pd.DataFrame:
        return cells.pivot(index="year_text", columns="month", values=column).reindex(
            index=by_year, columns=list(order)
        )

    figure = go.Figure(
        layout=layout(
            colours,
            44 + _CELL * len(by_year),
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=_months(colours, side="top"),
            yaxis=axis(
                colours,
                showgrid=False,
                autorange="reversed",
                type="category",
                ticks="",
                tickfont={"color": colours.text, "size": 14},
            ),
        )
    )
    figure.add_heatmap(
        x=list(order),
        y=by_year,
        z=board("value").to_numpy(),
        text=board("text").astype(object).fillna("").to_numpy(),
        texttemplate="%{text}",
        customdata=board("hover").astype(object).fillna("").to_numpy(),
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=list(colours.ramp[:5]),
        textfont={"color": colours.text, "size": 14},
        showscale=False,
        xgap=3,
        ygap=3,
        zmin=0,
        hoverongaps=False,
    )
    return figure


def season_figure(season: pd.DataFrame, colours: Look, *, is_fact: bool) -> Figure:
    """Each month as a multiple of the average one, with its interval: firm dots for a fact, hollow ones for a hint.

    ``season``: month, index, lower, upper, text, hover.
    """
    colour = colours.won if is_fact else colours.muted
    figure = go.Figure(
        layout=layout(
            colours,
            230,
            margin={"l": 8, "r": 64, "t": 12, "b": 8},
            xaxis=_months(colours),
            yaxis=axis(colours, rangemode="tozero", ticksuffix="×", nticks=4),
        )
    )
    figure.add_hline(y=1, line={"color": colours.muted, "width": 1})
    figure.add_bar(
        x=season["month"],
        base=season["lower"],
        y=season["upper"] - season["lower"],
        width=0.34,
        marker={"color": colour, "opacity": 0.3 if is_fact else 0.18, "line": {"width": 0}},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=season["month"],
        y=season["index"],
        mode="markers+text",
        marker={"size": 11, "color": colour if is_fact else colours.page, "line": {"width": 2, "color": colour}},
        text=season["text"],
        textposition="middle right",
        textfont={"color": colours.text if is_fact else colours.muted, "size": 13},
        customdata=season["hover"],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )
    figure.add_annotation(note("average", colours, xref="paper", x=1, y=1, xanchor="left", xshift=6))
    return figure


def _months(colours: Look, **more: Any) -> dict[str, Any]:
    return axis(colours, showgrid=False, ticks="", tickfont={"color": colours.text, "size": 14}, **more)
