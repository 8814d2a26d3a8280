"""The reviewed share over time as SVG: what was, what may come, the target and the deadline."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from brikopt.coverage.curve import Curve

_WIDTH, _HEIGHT = 720.0, 260.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 12.0, 22.0, 34.0
_MOST_TICKS = 8
# Sizes and colours stand in attributes and classes: the pages' policy allows no style in line.
_SVG = Environment(autoescape=True, undefined=StrictUndefined).from_string(
    """<svg class="chart" viewBox="0 0 {{ width }} {{ height }}" role="img" aria-label="{{ label }}">
{% for y, word in shares %}<line class="chart-grid" x1="{{ left }}" x2="{{ right }}" y1="{{ y }}" y2="{{ y }}"/>
<text class="chart-word" x="{{ left - 6 }}" y="{{ y + 4 }}" text-anchor="end">{{ word }}</text>{% endfor %}
{% for x, word in days %}<line class="chart-grid" x1="{{ x }}" x2="{{ x }}" y1="{{ bottom }}" y2="{{ bottom + 5 }}"/>
<text class="chart-word" x="{{ x }}" y="{{ bottom + 19 }}" text-anchor="middle">{{ word }}</text>{% endfor %}
{% if band %}<polygon class="chart-band" points="{{ band }}"/>
<polyline class="chart-middle" points="{{ middle }}"/>{% endif %}
<line class="chart-target" x1="{{ left }}" x2="{{ right }}" y1="{{ target }}" y2="{{ target }}"/>
<text class="chart-word" x="{{ left + 4 }}" y="{{ target - 5 }}">{{ target_word }}</text>
<line class="chart-deadline" x1="{{ deadline }}" x2="{{ deadline }}" y1="{{ top }}" y2="{{ bottom }}"/>
<text class="chart-word" x="{{ deadline }}" y="{{ top - 8 }}" text-anchor="{{ anchor }}">{{ deadline_word }}</text>
<polyline class="chart-past" points="{{ past }}"/>
</svg>"""
)


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What the chart says: as a whole, at its lines, and at its ticks."""

    label: str
    target: str
    deadline: str
    shares: Sequence[tuple[float, str]]


def coverage_chart(curve: Curve, words: ChartWords) -> Markup:
    """Draw a curve.

    Parameters
    ----------
    curve : Curve
        With at least one ward in scope.
    words : ChartWords

    Returns
    -------
    Markup
        An ``<svg>`` element.
    """
    first = min(curve.past[0][0], curve.deadline)
    last = max([curve.deadline, curve.as_of, *(day for day, *_ in curve.ahead)])
    span = max((last - first).days, 1)
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(day: date) -> float:
        return round(_LEFT + wide * (day - first).days / span, 1)

    def y(share: float) -> float:
        return round(_TOP + high * (1.0 - share), 1)

    def points(found: Sequence[tuple[date, float]]) -> str:
        return " ".join(f"{x(day)},{y(wards / curve.in_scope)}" for day, wards in found)

    low = [(day, least) for day, least, _, _ in curve.ahead]
    most = [(day, high_) for day, _, _, high_ in reversed(curve.ahead)]
    deadline = x(curve.deadline)
    return Markup(  # noqa: S704 - the template escapes the words
        _SVG.render(
            width=_WIDTH,
            height=_HEIGHT,
            left=_LEFT,
            right=_WIDTH - _RIGHT,
            top=_TOP,
            bottom=_HEIGHT - _BOTTOM,
            label=words.label,
            shares=[(y(share), word) for share, word in words.shares],
            days=[(x(day), word) for day, word in _ticks(first, last)],
            band=points([*low, *most]) if low else "",
            middle=points([(day, middle) for day, _, middle, _ in curve.ahead]),
            target=y(curve.target),
            target_word=words.target,
            deadline=deadline,
            deadline_word=words.deadline,
            anchor="end" if deadline > _WIDTH - 120 else "start" if deadline < 120 else "middle",
            past=points(_steps(curve.past)),
        )
    )


def _steps(past: Sequence[tuple[date, int]]) -> list[tuple[date, float]]:
    """A share rises on the day of a review, and stays until the next."""
    found: list[tuple[date, float]] = [past[0]]
    for (_, before), (day, after) in itertools.pairwise(past):
        found += [(day, before), (day, after)]
    return found


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Firsts of months, so far apart that their names don't touch."""
    months = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    inside = [day for day in months if first <= day <= last]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120) if len(inside) <= step * _MOST_TICKS or step == 120)
    return [(day, f"{day:%m-%Y}") for day in inside if (12 * day.year + day.month - 1) % step == 0]
