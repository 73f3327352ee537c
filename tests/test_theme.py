"""The one palette can be read: in both lights, and by eyes that lack one kind of cone."""

import itertools
import tomllib

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import PROJECT
from ui.charts.expected import _PALEST
from ui.charts.look import look, steps

CONFIG = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEMES = ["light", "dark"]

# What remains of linear RGB without one kind of cone (Machado, Oliveira and Fernandes 2009, full severity).
EYES = {
    "all cones": np.eye(3),
    "no red": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "no green": np.array([[0.3673, 0.8607, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
    "no blue": np.array([[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]),
}
TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 10.0  # CIE76; about 2 is just noticeable side by side, a thin line in a chart needs several times that

Vector = npt.NDArray[np.float64]


def linear(colour: str) -> Vector:
    """A #rrggbb colour as linear RGB of shape (3,)."""
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: Vector) -> Vector:
    """Linear RGB as CIE L*a*b*, both of shape (3,)."""
    share = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    root = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def nearest(colours: list[str], eyes: str) -> float:
    """The distance of the two colours that are hardest to tell apart."""
    seen = [lab(EYES[eyes] @ linear(colour)) for colour in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_chart_colours_stay_apart_for_all_eyes(theme: str, eyes: str) -> None:
    assert nearest(CONFIG["theme"][theme]["chartCategoricalColors"], eyes) >= APART


@pytest.mark.parametrize("theme", THEMES)
def test_chart_colours_stand_out_from_the_page(theme: str) -> None:
    colours = CONFIG["theme"][theme]
    assert min(contrast(c, colours["backgroundColor"]) for c in colours["chartCategoricalColors"]) >= 3.0


@pytest.mark.parametrize("name", ["textColor", "linkColor", "greenTextColor", "redTextColor"])
@pytest.mark.parametrize("theme", THEMES)
def test_text_is_easy_to_read_on_both_backgrounds(theme: str, name: str) -> None:
    colours = CONFIG["theme"][theme]
    assert min(contrast(colours[name], colours[b]) for b in ("backgroundColor", "secondaryBackgroundColor")) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["chartSequentialColors", "chartDivergingColors"])
def test_a_scale_has_the_ten_colours_streamlit_asks_for(theme: str, name: str) -> None:
    assert len(set(CONFIG["theme"][theme][name])) == 10


@pytest.mark.parametrize("theme", THEMES)
def test_a_sequential_scale_only_goes_one_way(theme: str) -> None:
    lightness = [lab(linear(colour))[0] for colour in CONFIG["theme"][theme]["chartSequentialColors"]]
    assert lightness == sorted(lightness, reverse=theme == "light")


def test_red_and_green_would_not_pass() -> None:
    assert nearest(["#d62728", "#7f7f00"], "no green") < APART


def test_nothing_calls_out() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert "://" not in "".join(CONFIG["theme"][name] for name in ("font", "headingFont", "codeFont"))
    assert "fontFaces" not in CONFIG["theme"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("stages", range(1, 13))
def test_the_fill_of_every_stage_has_an_edge_that_stands_out_and_is_like_no_other(theme: str, stages: int) -> None:
    colours, page = look(theme), CONFIG["theme"][theme]["backgroundColor"]
    fills = steps(colours.ramp[_PALEST:], stages)
    assert len(set(fills)) == stages
    assert contrast(colours.edge, page) >= 3.0
    assert min(contrast(fill, page) for fill in fills) >= 1.8
