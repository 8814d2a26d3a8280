"""Bars as SVG: a share, its target and its words, sharp in print and readable in grey."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

_WIDTH, _HEIGHT, _BAR = 300, 22, 14
# Sizes and colours stand in attributes and classes: the pages' policy allows no style in line.
_SVG = Environment(autoescape=True, undefined=StrictUndefined).from_string(
    '<svg class="bar" viewBox="0 0 {{ width }} {{ height }}" width="{{ width }}" height="{{ height }}" role="img" '
    'aria-label="{{ label }}"><rect class="bar-all" x="0.5" y="4" width="{{ width - 1 }}" height="{{ bar }}"/>'
    '<rect class="bar-part" x="0.5" y="4" width="{{ part }}" height="{{ bar }}"/>'
    '{% if target is not none %}<line class="bar-target" x1="{{ target }}" x2="{{ target }}" y1="0" '
    'y2="{{ height }}"/>{% endif %}</svg>'
)


def share_bar(share: float | None, target: float | None, label: str) -> Markup:
    """Draw a share as a bar, and its target as a line across.

    Parameters
    ----------
    share, target : float or None
        0 to 1; a share that is unknown is an empty bar.
    label : str
        The same in words, for whoever doesn't see it.

    Returns
    -------
    Markup
        An ``<svg>`` element.
    """
    part = round((_WIDTH - 1) * min(max(share or 0.0, 0.0), 1.0), 1)
    line = None if target is None else round((_WIDTH - 1) * min(max(target, 0.0), 1.0) + 0.5, 1)
    shown = {"width": _WIDTH, "height": _HEIGHT, "bar": _BAR, "part": part, "target": line, "label": label}
    return Markup(_SVG.render(shown))  # noqa: S704 - the template escapes the label
