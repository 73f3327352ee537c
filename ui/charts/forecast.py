"""The months that came and those to come, and the spans they add up to."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views.scale import money_scale
from ui.charts.look import LEGEND, Look, amounts_axis, axis, layout


def forecast_figure(months: pd.DataFrame, colours: Look, symbol: str) -> go.Figure:
    """Stacked bars: already won, from open deals, from deals not yet created; over them the band and the target.

    ``months``: key (what a click gives), tick, label, value, lower, upper, won, open, new, target, is_ahead, text (over
    the bar), and won_text, open_text, new_text, lower_text, upper_text, target_text.
    """
    figure = go.Figure(
        layout=layout(
            colours,
            380,
            barmode="stack",
            showlegend=True,
            legend=LEGEND,
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=axis(
                colours,
                showgrid=False,
                type="category",
                categoryorder="array",
                categoryarray=months["tick"].tolist(),
                tickangle=0,
                tickfont={"color": colours.text, "size": 13},
            ),
            # Room above for the words over the highest bar.
            yaxis=amounts_axis(
                colours, money_scale(months[["value", "upper", "target"]].to_numpy().ravel(), symbol, air=0.14)
            ),
        )
    )
    parts = [
        ("won", "Already won", colours.won),
        ("open", "From open deals", colours.expected_value),
        ("new", "From deals not yet created", colours.total_value),
    ]
    # Where the parts are not known, the whole stands in their place.
    is_whole = months["is_ahead"] & months["open"].isna()
    if is_whole.any():
        parts.append(("rest", "Still to come", colours.expected_value))
        months = months.assign(rest=(months["value"] - months["won"]).where(is_whole), rest_text=months["text"])
    for part, name, colour in parts:
        if months[part].isna().all():
            continue
        figure.add_bar(
            x=months["tick"],
            y=months[part],
            name=name,
            marker={"color": colour, "line": {"width": 0.5, "color": colours.page}},
            customdata=months[["key", "label", f"{part}_text"]].to_numpy(),
            hovertemplate=f"%{{customdata[1]}}<br>{name}: %{{customdata[2]}}<extra></extra>",
        )
    _band(figure, months[months["is_ahead"]], colours)
    _targets(figure, months[months["target"].notna()], colours)
    top = float(months[["value", "upper", "target"]].max().max() or 1)
    figure.add_scatter(
        x=months["tick"],
        y=months[["value", "upper"]].max(axis=1) + 0.015 * top,
        mode="text",
        text=months["text"],
        textposition="top center",
        textfont={"color": colours.text, "size": 13},
        unselected={"textfont": {"color": colours.text}},
        hoverinfo="skip",
        cliponaxis=False,
        showlegend=False,
    )
    return figure


def _band(figure: go.Figure, ahead: pd.DataFrame, colours: Look) -> None:
    if ahead.empty:
        return
    edges = {"array": ahead["upper"] - ahead["value"], "arrayminus": ahead["value"] - ahead["lower"]}
    # A halo of the page's own colour under the line: it has to be seen on the bar as well as above it.
    figure.add_scatter(x=ahead["tick"], y=ahead["value"], error_y=_line(colours.page, 5, **edges), **_HALO)
    figure.add_scatter(
        x=ahead["tick"],
        y=ahead["value"],
        mode="markers",
        name="Four months of five",
        marker={"symbol": "line-ns-open", "size": 9, "color": colours.text, "line": {"width": 1.5}},
        error_y=_line(colours.text, 1.5, **edges),
        **_STAYS,
        customdata=ahead[["key", "label", "lower_text", "upper_text"]].to_numpy(),
        hovertemplate="%{customdata[1]}, four months of five:<br>%{customdata[2]} to %{customdata[3]}<extra></extra>",
    )


# A bar that is picked stands out by its own colour; words and bands of the others stay as they are.
_STAYS: dict[str, Any] = {"unselected": {"marker": {"opacity": 1}}}
_HALO: dict[str, Any] = {"mode": "markers", "marker": {"size": 1}, "hoverinfo": "skip", "showlegend": False, **_STAYS}


def _line(colour: str, thickness: float, **edges: pd.Series) -> dict[str, Any]:
    """A band as a line with ends."""
    return {"type": "data", "symmetric": False, "color": colour, "thickness": thickness, "width": 7, **edges}


def _targets(figure: go.Figure, months: pd.DataFrame, colours: Look) -> None:
    if months.empty:
        return
    figure.add_scatter(
        x=months["tick"],
        y=months["target"],
        mode="markers",
        name="Target",
        marker={"symbol": "line-ew", "size": 44, "line": {"width": 3, "color": colours.ratio}},
        **_STAYS,
        customdata=months[["key", "label", "target_text"]].to_numpy(),
        hovertemplate="%{customdata[1]}<br>Target: %{customdata[2]}<extra></extra>",
    )


def sums_figure(sums: pd.DataFrame, colours: Look, symbol: str) -> go.Figure:
    """Quarters and year as lying bars: won, still to come, the band and the target.

    ``sums``: label, value, lower, upper, won, target, text, between, won_text, target_text.
    """
    rows = sums.iloc[::-1]
    figure = go.Figure(
        layout=layout(
            colours,
            90 + 52 * len(rows),
            barmode="stack",
            showlegend=True,
            legend=LEGEND,
            margin={"l": 8, "r": 90, "t": 8, "b": 8},
            xaxis=amounts_axis(
                colours, money_scale(rows[["value", "upper", "target"]].to_numpy().ravel(), symbol, wanted=5)
            ),
            yaxis=axis(colours, showgrid=False, type="category", tickfont={"color": colours.text, "size": 13}),
        )
    )
    to_come = rows["value"] - rows["won"]
    for name, size, colour, said in (
        ("Already won", rows["won"], colours.won, "won_text"),
        ("Still to come", to_come, colours.expected_value, "between"),
    ):
        figure.add_bar(
            x=size,
            y=rows["label"],
            orientation="h",
            name=name,
            marker={"color": colour, "line": {"width": 0.5, "color": colours.page}},
            customdata=rows[[said, "text"]].to_numpy(),
            hovertemplate=f"%{{y}}: about %{{customdata[1]}}<br>{name}: %{{customdata[0]}}<extra></extra>"
            if said == "won_text"
            else "%{y}: about %{customdata[1]}, %{customdata[0]}<extra></extra>",
        )
    edges = {"array": rows["upper"] - rows["value"], "arrayminus": rows["value"] - rows["lower"]}
    figure.add_scatter(x=rows["value"], y=rows["label"], error_x=_line(colours.page, 5, **edges), **_HALO)
    figure.add_scatter(
        x=rows["value"],
        y=rows["label"],
        mode="markers",
        name="Four times of five",
        marker={"symbol": "line-ew-open", "size": 9, "color": colours.text, "line": {"width": 1.5}},
        error_x=_line(colours.text, 1.5, **edges),
        customdata=rows[["between"]].to_numpy(),
        hovertemplate="%{y}: %{customdata[0]}<extra></extra>",
    )
    with_target = rows[rows["target"].notna()]
    if not with_target.empty:
        figure.add_scatter(
            x=with_target["target"],
            y=with_target["label"],
            mode="markers",
            name="Target",
            marker={"symbol": "line-ns", "size": 30, "line": {"width": 3, "color": colours.ratio}},
            customdata=with_target[["target_text"]].to_numpy(),
            hovertemplate="%{y}, target: %{customdata[0]}<extra></extra>",
        )
    figure.add_scatter(
        x=rows[["upper", "value"]].max(axis=1),
        y=rows["label"],
        mode="text",
        text=[f"  about {text}" for text in rows["text"]],
        textposition="middle right",
        textfont={"color": colours.text, "size": 13},
        hoverinfo="skip",
        cliponaxis=False,
        showlegend=False,
    )
    return figure
