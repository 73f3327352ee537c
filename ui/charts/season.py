"""A year's months side by side."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Look, axis, layout, note, zero_line


def season_figure(cells: pd.DataFrame, means: pd.DataFrame, colours: Look, symbol: str) -> go.Figure:
    """Years as rows over the mean of each month.

    ``cells``: year, month (Jan…Dec), value (NaN: no data), text, hover. ``means``: month, value, text, over whole
    months only.
    """
    months = means["month"].tolist()
    values = cells.pivot(index="year", columns="month", values="value").reindex(columns=months)
    texts = cells.pivot(index="year", columns="month", values="text").reindex(columns=months)
    hovers = cells.pivot(index="year", columns="month", values="hover").reindex(columns=months)
    rows = len(values)
    split = 0.52
    figure = go.Figure(
        layout=layout(
            colours,
            250 + 46 * rows,
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=axis(
                colours, showgrid=False, side="top", anchor="y", ticks="", tickfont={"color": colours.text, "size": 14}
            ),
            yaxis=axis(
                colours,
                domain=[split, 1],
                showgrid=False,
                autorange="reversed",
                type="category",
                ticks="",
                tickfont={"color": colours.text, "size": 14},
            ),
            yaxis2=axis(
                colours, domain=[0, split - 0.12], tickprefix=symbol, tickformat="~s", nticks=4, **zero_line(colours)
            ),
        )
    )
    figure.add_heatmap(
        x=months,
        y=[str(year) for year in values.index],
        z=values.to_numpy(),
        text=texts.astype(object).fillna("").to_numpy(),
        texttemplate="%{text}",
        customdata=hovers.astype(object).fillna("").to_numpy(),
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=list(colours.ramp[:5]),
        textfont={"color": colours.text, "size": 14},
        showscale=False,
        xgap=2,
        ygap=2,
        zmin=0,
        hoverongaps=False,
    )
    figure.add_bar(
        x=months,
        y=means["value"],
        yaxis="y2",
        marker={"color": colours.won},
        customdata=means["text"],
        hovertemplate="%{x}, mean: %{customdata}<extra></extra>",
    )
    figure.add_annotation(
        note(
            "Mean of the whole months of each name",
            colours,
            xref="paper",
            x=0,
            yref="paper",
            y=split - 0.11,
            xanchor="left",
            yanchor="bottom",
        )
    )
    return figure
