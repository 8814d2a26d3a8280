"""A shelf's last year as a small SVG: what was used, what lay there, and full stock today and as proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 260, 64


@dataclass(frozen=True, slots=True)
class PastYear:
    """What a shelf's last year was, fortnight by fortnight.

    Attributes
    ----------
    first_day : str
        YYYY-MM-DD.
    used, on_hand : tuple of float
        Units used in each fortnight, and there at its end.
    """

    first_day: str
    used: tuple[float, ...]
    on_hand: tuple[float, ...]

    @property
    def known(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.on_hand)

    @property
    def most_used(self) -> float:
        """The most used in a fortnight."""
        return max(self.used, default=0.0)


def past_year_of(first_day: str, used: str, on_hand: str) -> PastYear:
    """Read a row of ``shelves.csv``."""
    return PastYear(first_day, *(tuple(float(one) for one in (text or "").split()) for text in (used, on_hand)))


def year_plot(year: PastYear, full: float, new_full: float | None, label: str) -> Markup:
    """Draw a year.

    Parameters
    ----------
    year : PastYear
    full : float
        Full stock today, units.
    new_full : float or None
        As proposed; None where it stays.
    label : str
        The same in words, for whoever doesn't see it.

    Returns
    -------
    Markup
        An ``<svg>`` element of whole numbers, small on the wire.
    """
    top = max([*year.on_hand, *year.used, full, new_full or 0.0, 1.0])
    step = WIDTH / max(len(year.on_hand), 1)
    width = max(int(step) - 2, 1)
    tops = [(place, HEIGHT - _height(used, top)) for place, used in enumerate(year.used) if used > 0]
    bars = "".join(f"M{round(place * step) + 1} {HEIGHT}v-{up}h{width}V{HEIGHT}z" for place, up in tops)
    points = [f"{round((place + 1) * step)} {_height(units, top)}" for place, units in enumerate(year.on_hand)]
    levels = [(full, "full"), *([(new_full, "new")] if new_full is not None else [])]
    lines = "".join(f'<path class="y-{name}" d="M0 {_height(units, top)}H{WIDTH}"/>' for units, name in levels)
    return Markup(  # noqa: S704 - numbers, and a label that is escaped
        f'<svg class="year" viewBox="0 0 {WIDTH} {HEIGHT + 1}" role="img" aria-label="{escape(label)}">'
        f'<path class="y-used" d="{bars}"/>{lines}<path class="y-there" d="M{_joined(points)}"/></svg>'
    )


def _height(units: float, top: float) -> int:
    return round((HEIGHT - 2) * (1 - units / top)) + 1


def _joined(points: Sequence[str]) -> str:
    return "L".join(points)
