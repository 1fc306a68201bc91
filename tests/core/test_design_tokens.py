"""The colours of ``site.css`` hold the contrasts they were chosen for."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = dict(
    re.findall(r"--pb-([\w-]+): (#[0-9A-Fa-f]{6});", (CSS / "site.css").read_text(encoding="utf-8"))
)
GROUNDS = ["white", "page", "quiet", "red-50", "gold-50", "green-50", "blue-50", "amber-50"]
TEXTS = [
    "ink",
    "ink-2",
    "ink-3",
    "red-800",
    "red-700",
    "red-600",
    "gold-700",
    "blue-800",
    "blue-700",
    "green-700",
    "amber-700",
    "loss",
]


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    lighter, darker = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_readable_on_every_ground(text):
    assert min(contrast(text, ground) for ground in GROUNDS) >= 4.5


@pytest.mark.parametrize("ground", ["red-700", "red-800", "ink", "green-700", "heat-1"])
def test_white_text_is_readable(ground):
    assert contrast("white", ground) >= 4.5


@pytest.mark.parametrize("band", ["heat-4", "heat-3", "heat-2"])
def test_ink_is_readable_in_the_pale_heat_bands(band):
    assert contrast("ink", band) >= 4.5


def test_heat_bands_survive_grey_printing():
    light = [luminance(TOKENS[f"heat-{band}"]) for band in (4, 3, 2, 1)]
    assert light == sorted(light, reverse=True)


def test_control_edges_stand_out():
    assert min(contrast("line-2", ground) for ground in GROUNDS) >= 3


@pytest.mark.parametrize(
    "colour", ["chart-1", "chart-2", "chart-3", "chart-4", "chart-5", "late", "gold-500"]
)
def test_chart_colours_stand_out_on_white(colour):
    assert contrast(colour, "white") >= 3


def test_bars_stand_out_from_their_track():
    assert min(contrast("chart-1", "track"), contrast("late", "track"), contrast("ink", "track")) >= 3


def test_every_variable_used_is_defined():
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(CSS.glob("*.css")))
    used, defined = set(re.findall(r"var\((--pb-[\w-]+)", text)), set(re.findall(r"(--pb-[\w-]+):", text))
    assert used - defined == set()
