"""The mapping file: which file, sheet, lines and headings hold which table, checked once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from brikopt.contract.tables import INPUTS, InputTable, Kind
from brikopt.errors import BadInput

MAPPING_FILE = "mapping.toml"
MOST_BYTES = 2**20  # of a mapping; a long one has some thousand bytes

# Forms of dates beside those of the contract are taken where somebody named them; day and month may have one digit.
DateForm = Literal[
    "",
    "YYYY-MM-DD",
    "YYYY.MM.DD",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "DD-MM-YYYY",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "DD-MM-YY",
    "DD.MM.YY",
    "DD/MM/YY",
    "MM/DD/YYYY",
]
# "packs": a number of packs, times pack_size; "per_pack": an amount for a pack, divided by it; else a factor.
Unit = Literal["packs", "per_pack"] | Annotated[float, Field(gt=0, le=1e6)]


def _listed(value: object) -> object:
    """Take one value for a list of one; a list doesn't change any more."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Text = Annotated[str, Field(min_length=1, max_length=200)]
# No path: a mapping names files of its own folder alone.
FileName = Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,200}$")]
Line = Annotated[int, Field(ge=1, le=1000)]
FileNames = Annotated[tuple[FileName, ...], BeforeValidator(_listed), Field(min_length=1, max_length=100)]


class Source(BaseModel):
    """Where rows of one table stand, as ``[table]`` or one of several ``[[table]]``.

    Attributes
    ----------
    file : tuple of str
        Names of files, or patterns of them with ``*`` and ``?``; every file that fits is read, by name.
    sheet : str
        Of a workbook.
    header_row : tuple of int
        Lines of the headings; several are merged. Empty: the first filled line.
    skip : tuple of str
        Patterns with ``*`` and ``?``; a row whose first filled cell fits is a total or a footer, and no row.
    encoding, delimiter : str
        Found out where they are missing.
    decimal : {",", "."}
    dates : DateForm
    columns : dict of str to str
        Column of the contract -> heading; others are found by their names in the contract.
    constants : dict of str to str
        Column -> what stands in all rows.
    values : dict of str to dict
        Column -> text in the file -> text of the contract; capitals don't count.
    units : dict of str to Unit
        Column -> what its numbers count, where that is no single unit.
    distinct : bool
        Whether rows that come out alike are one: a list of wards among the cabinets, say.
    """

    # Strict: a line in quotes is a mistake, not something to convert.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    file: FileNames
    sheet: Annotated[str, Field(max_length=100)] = ""
    header_row: Annotated[tuple[Line, ...], BeforeValidator(_listed), Field(max_length=5)] = ()
    skip: Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(max_length=50)] = ()
    encoding: Literal["", "utf-8", "cp1252", "utf-16", "latin-1", "cp850", "cp865"] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    decimal: Literal["", ",", "."] = ""
    dates: DateForm = ""
    columns: dict[str, Text] = {}
    constants: dict[str, Annotated[str, Field(max_length=200)]] = {}
    values: dict[str, dict[str, str]] = {}
    units: dict[str, Unit] = {}
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The sources of each table; tables without one are found by the names of the contract."""

    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    file: str = ""
    sha256: str = ""


def mapping_for(data_dir: Path, mapping_file: Path | None = None) -> TableMapping:
    """Find the mapping that goes with a folder of extracts.

    Parameters
    ----------
    data_dir : Path
        The extracts; a ``mapping.toml`` among them counts.
    mapping_file : Path, optional
        The file the user named; it comes before the one among the extracts.

    Returns
    -------
    TableMapping
        Empty where there is no file.

    Raises
    ------
    BadInput
        As `read_mapping`.
    """
    beside = data_dir / MAPPING_FILE
    if mapping_file is None and not beside.is_file():
        return TableMapping()
    return read_mapping(mapping_file or beside)


def read_mapping(path: Path) -> TableMapping:
    """Read and check a mapping file.

    Parameters
    ----------
    path : Path
        A TOML file.

    Returns
    -------
    TableMapping

    Raises
    ------
    BadInput
        If the file can't be read, is no TOML, has questions that are still open, or holds an unknown key or an
        impossible value; the message names the line or the key.
    """
    try:
        if path.exists() and not path.is_file():  # a named pipe would keep us waiting
            raise BadInput(f"--mapping {path}", "this is no file.", "Name a file, or leave the option out.")
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            raise BadInput(path.name, "this is too long for a mapping.", "Make it with brikopt map, or write it anew.")
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        problem = f"the mapping can't be read ({error.strerror or error})."
        raise BadInput(f"--mapping {path}", problem, "Name a file that exists, or leave the option out.") from None
    except UnicodeDecodeError:
        raise BadInput(path.name, "the text is not UTF-8.", "Save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        where = f"{path.name}, line {found[1]}" if found else path.name
        advice = "Write [table] lines and key = value lines, each key once."
        raise BadInput(where, f"this is not TOML: {error}.", advice) from None
    _refuse_open(tables.pop("open", []), path.name)
    sources = {name: _sources(name, value, path.name) for name, value in tables.items()}
    return TableMapping(sources, path.name, hashlib.sha256(data).hexdigest())


def _refuse_open(questions: object, file: str) -> None:
    if questions:
        first = questions[0] if isinstance(questions, list) else questions
        raise BadInput(
            f"{file}, open",
            f"a question is not answered yet: {first}",
            "Answer by brikopt map, or put it right in the file and take the line out of the list.",
        )


def _sources(name: str, value: object, file: str) -> tuple[Source, ...]:
    tables = {table.name: table for table in INPUTS}
    if name not in tables:
        known = ", ".join(get_close_matches(name, tables, n=1) or tables)
        raise BadInput(f"{file}, [{name}]", "there is no such table.", f"Write one of: {known}.")
    try:
        many = TypeAdapter(list[Source]).validate_python(value if isinstance(value, list) else [value])
    except ValidationError as error:
        raise _explained(file, name, value, error) from None
    for source in many:
        _refuse_unknown_columns(tables[name], source, file)
    return tuple(many)


def _refuse_unknown_columns(table: InputTable, source: Source, file: str) -> None:
    names = [column.name for column in table.columns]
    numeric = [column.name for column in table.columns if column.kind in (Kind.WHOLE, Kind.NUMBER)]
    for key, known in (("columns", names), ("constants", names), ("values", names), ("units", numeric)):
        for column in getattr(source, key):
            if column not in known:
                problem = f"table {table.name} has no {'column' if key != 'units' else 'numbers'} of this name."
                likely = ", ".join(get_close_matches(column, known, n=1) or known)
                raise BadInput(f"{file}, [{table.name}.{key}] {column}", problem, f"Write one of: {likely}.")
    twice = sorted(source.columns.keys() & source.constants.keys())
    if twice:
        where = f"{file}, [{table.name}.constants] {twice[0]}"
        raise BadInput(where, "the column has a heading and a constant.", "Keep one of them.")


# What is wrong and what to do, per kind of fault that the model can find.
_FAULTS = {
    "extra_forbidden": ("there is no such key.", "Write one of: {known}."),
    "missing": ("the key is missing.", 'Write the name of the file: file = "orders_*.csv".'),
    "literal_error": ("{value} is not among what may stand here.", "Write one of: {expected}."),
    "string_type": ("{value} is not a text.", "Write it in quotes."),
    "int_type": ("{value} is not a line number.", "Write a whole number without quotes."),
    "string_pattern_mismatch": (
        "{value} is no name of a file.",
        "Write a name without a folder; * stands for any signs.",
    ),
    "greater_than_equal": ("{value} is below {ge:g}.", "Write {ge:g} or more."),
    "dict_type": ("{value} is no list of keys with values.", "Write it as a section, such as [table.columns]."),
    "model_type": ("{value} is not a section with keys.", "Write it as a section in square brackets."),
}
_UNFORESEEN = ("{value} does not belong here.", "Leave the key out: then it is found out.")


def _explained(file: str, table: str, value: object, error: ValidationError) -> BadInput:
    fault = error.errors()[0]
    number, *keys = fault["loc"] or (0,)
    header = f"[[{table}]] no. {int(number) + 1}" if isinstance(value, list) else f"[{table}]"
    place = ".".join(str(key) for key in keys[:2] if isinstance(key, str) and key != "constrained-str")
    known = ", ".join(get_close_matches(str(keys[-1]) if keys else "", Source.model_fields, n=1) or Source.model_fields)
    words: dict[str, Any] = {"value": f"{fault['input']!r:.60}", "known": known} | fault.get("ctx", {})
    problem, advice = _FAULTS.get(fault["type"], _UNFORESEEN)
    return BadInput(f"{file}, {header} {place}".rstrip(), problem.format(**words), advice.format(**words))
