"""Values, and whether they can be trusted. The only division of the KPIs is here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from kpi_engine.names import Status

STATES = [Status.OK.value, Status.INFERRED.value, Status.TOO_FEW.value, Status.NO_DATA.value]
"""Best first: a number made of several is as good as the worst of them."""


def divided(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Numerator over denominator; nan where the denominator is zero or either is not known."""
    return numerator.astype("float64") / denominator.astype("float64").where(denominator != 0)


def judged(
    groups: pd.DataFrame, frame: pd.DataFrame, i: int, min_n: int, is_inferred: pd.Series | bool = False
) -> pd.DataFrame:
    """The i-th KPI of an assembled query: its groups with value, n and status.

    ``frame`` has v<i> (value), n<i> (cases behind it), u<i> (cases that say nothing) and w<i> (cases without a date).
    Where nothing but such cases is there, there is no number; where there is nothing at all, zero is the number.
    """
    value, n, unknown, undated = (
        pd.to_numeric(frame[f"{letter}{i}"]).fillna(0).astype(kind)
        for letter, kind in (("v", "float64"), ("n", "int64"), ("u", "int64"), ("w", "int64"))
    )
    is_unknown = (n == 0) & (unknown + undated > 0)
    status = np.select(
        [is_unknown, n < min_n, np.broadcast_to(np.asarray(is_inferred, dtype=bool), n.shape)],
        [Status.NO_DATA.value, Status.TOO_FEW.value, Status.INFERRED.value],
        Status.OK.value,
    )
    return _known(groups.assign(value=value, n=n, status=status))


def ratio_of(numerator: pd.DataFrame, denominator: pd.DataFrame, keys: Sequence[str], min_n: int) -> pd.DataFrame:
    """One KPI over another, group by group: n is the denominator's, the status the worse of the two."""
    both = _side_by_side([numerator, denominator], keys)
    value = divided(both["value_0"], both["value_1"])
    status = _worst(both, 2)
    status = status.where(~((status != Status.NO_DATA.value) & (both["n_1"] < min_n)), Status.TOO_FEW.value)
    status = status.where(~(both["value_1"] == 0), Status.NO_DATA.value)
    return _known(both[list(keys)].assign(value=value, n=both["n_1"], status=status))


def combined(parts: Sequence[pd.DataFrame], how: Literal["sum", "product"], keys: Sequence[str]) -> pd.DataFrame:
    """KPIs added or multiplied, group by group. A sum rests on all cases, a product on the fewest."""
    both = _side_by_side(parts, keys)
    values = both[[f"value_{i}" for i in range(len(parts))]]
    counts = both[[f"n_{i}" for i in range(len(parts))]]
    value = values.sum(axis=1, skipna=False) if how == "sum" else values.prod(axis=1, skipna=False)
    n = counts.sum(axis=1) if how == "sum" else counts.min(axis=1)
    return _known(both[list(keys)].assign(value=value, n=n, status=_worst(both, len(parts))))


def _side_by_side(parts: Sequence[pd.DataFrame], keys: Sequence[str]) -> pd.DataFrame:
    """The parts joined on their groups; a group one of them lacks is not known there."""
    numbered = [
        part.rename(columns={name: f"{name}_{i}" for name in ("value", "n", "status")}) for i, part in enumerate(parts)
    ]
    both = numbered[0]
    for more in numbered[1:]:
        both = both.merge(more, on=list(keys), how="outer") if keys else pd.concat([both, more], axis=1)
    for i in range(len(parts)):
        both[f"n_{i}"] = both[f"n_{i}"].fillna(0).astype("int64")
        both[f"status_{i}"] = both[f"status_{i}"].fillna(Status.NO_DATA.value)
    return both


def _worst(both: pd.DataFrame, parts: int) -> pd.Series:
    ranks = pd.concat([both[f"status_{i}"].map(STATES.index) for i in range(parts)], axis=1)
    return ranks.max(axis=1).map(STATES.__getitem__) if len(both) else pd.Series(dtype=object)


def _known(frame: pd.DataFrame) -> pd.DataFrame:
    """No value where the status says that there is none. Too few cases leave theirs: whoever shows it says so."""
    return frame.assign(value=frame["value"].where(frame["status"] != Status.NO_DATA.value))
