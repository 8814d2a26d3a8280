"""The errors brikopt raises on purpose; none of them knows of HTTP."""

from __future__ import annotations


class BrikoptError(Exception):
    """Something went wrong that we can explain; the command line exits with 3."""


class BadInput(BrikoptError):
    """The user's input stops the work; the command line prints the message and exits with 2.

    Parameters
    ----------
    where : str
        File with column or line, the option, or the policy key; never a person's number.
    problem : str
        What is wrong, with the offending value.
    advice : str
        What to do about it.
    """

    def __init__(self, where: str, problem: str, advice: str) -> None:
        self.where, self.problem, self.advice = where, problem, advice
        super().__init__(f"{where}: {problem} {advice}")

    def __reduce__(self) -> tuple[type[BadInput], tuple[str, str, str]]:
        # Worker processes hand errors back by pickling them with their parts.
        return type(self), (self.where, self.problem, self.advice)
