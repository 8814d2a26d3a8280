"""The README and the pages behind it name every column, command, option and policy key, and nothing else."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import typer

from brikopt.cli import app
from brikopt.contract.outputs import OUTPUTS
from brikopt.contract.tables import INPUTS
from brikopt.policy import Policy
from service.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Pages written by hand that say what things mean; the reference beside them is made from the code.
MEANING = ("data/columns.md", "data/policy.md", "it/commands.md", "it/service.md")
PAGES = "\n".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in MEANING)
MOST_LINES = 150
COMMANDS = typer.main.get_command(app).commands


def row_of(name: str) -> str:
    """The line of a table that begins with a name in code."""
    (line,) = [line for line in PAGES.splitlines() if line.startswith(f"| `{name}` |")]
    return line


def in_code(text: str) -> set[str]:
    """What stands between back-ticks within a line."""
    return set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text))


@pytest.mark.parametrize("table", OUTPUTS, ids=lambda table: table.name)
def test_every_output_column_is_named_in_the_line_of_its_table(table):
    """Those columns, in their order, and no others but the note on the region's row."""
    names = re.findall(r"`([^`]+)`", row_of(f"{table.name}.csv").replace("`*`", ""))
    assert names == [f"{table.name}.csv", *(column.name for column in table.columns)]


@pytest.mark.parametrize("table", INPUTS, ids=lambda table: table.name)
def test_every_input_column_is_named_in_the_line_of_its_table(table):
    """In their order, with a star where they are required and one of the Danish headings in brackets."""
    line = row_of(table.name)
    named = re.findall(r"`(\w+)`(★?)(?: \[([^]]+)\])?", line)
    assert [name for name, _, _ in named] == [table.name, *(column.name for column in table.columns)]
    for column, (name, star, alias) in zip(table.columns, named[1:], strict=True):
        assert bool(star) == column.required, name
        assert alias in (column.aliases or ("",)), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named_with_its_options(name):
    """All options but --help, those of a group's own commands among them, and no others."""
    parts = [COMMANDS[name], *getattr(COMMANDS[name], "commands", {}).values()]
    options = {option for part in parts for parameter in part.params for option in parameter.opts}
    options = {option for option in options if option.startswith("--")} - {"--help"}
    assert {word for word in in_code(row_of(f"brikopt {name}")) if word.startswith("--")} == options


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if hasattr(command, "commands")])
def test_every_command_of_a_group_is_named(name):
    """In the group's line: `add`, `list` and so on."""
    assert set(COMMANDS[name].commands) <= in_code(row_of(f"brikopt {name}"))


def test_every_setting_of_the_service_is_named():
    """Whoever runs the service finds what can be set in the environment."""
    names = {field.validation_alias or f"BRIKOPT_{name.upper()}" for name, field in Settings.model_fields.items()}
    assert {word for word in in_code(PAGES) if re.fullmatch("BRIKOPT_[A-Z_]+|DATABASE_URL", word)} == names


def test_no_command_is_named_that_is_not_there():
    """In whatever sentence it stands."""
    assert set(re.findall(r"brikopt ([a-z]+) --", README + PAGES)) <= COMMANDS.keys()
    assert set(re.findall(r"`brikopt (\w+)`", PAGES)) == COMMANDS.keys()


def test_the_policy_shown_is_the_built_in_default():
    """Every key with its value; a new key has to be shown."""
    (shown,) = code_blocks("toml", PAGES)
    sections = tomllib.loads(shown)
    default = Policy().as_dict()
    (default["targets"],) = default["targets"]
    assert as_text(sections) == default


def as_text(value: object) -> object:
    """Dates as text, as the policy gives them."""
    if isinstance(value, dict):
        return {key: as_text(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def test_the_readme_is_short_and_its_links_lead_somewhere():
    """One page to begin with; what it links to is there."""
    assert README.count("\n") <= MOST_LINES
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README)
    assert len(linked) > 10
    assert [path for path in linked if not (ROOT / path).exists()] == []


def test_every_make_target_named_is_there():
    """Whoever copies a line gets what it says."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join([*in_code(README), *code_blocks()])))
    assert {"demo", "test"} <= named <= targets


def test_every_file_and_folder_of_the_layout_is_there():
    """Paths below brikopt/ are indented."""
    (layout,) = [block for block in code_blocks() if block.startswith("brikopt/ ")]
    for line in layout.splitlines():
        base = ROOT / "brikopt" if line.startswith(" ") else ROOT
        paths = re.findall(r"(?<!\S)[\w/]+(?:/|\.py)(?!\S)", line.split("   ")[0] if base == ROOT else line)
        assert paths, line
        assert [path for path in paths if not (base / path).exists()] == []


def code_blocks(language: str = "", text: str = README) -> list[str]:
    """The blocks of code in a language; by default those without."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    return [block for written_in, block in blocks if written_in == language]


def test_the_changelog_says_what_is_not_released_yet():
    """The version in the code has not been released, so its news stand under Unreleased."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.startswith("# Changelog\n\n## Unreleased\n\n- ")
    assert all(f"brikopt {name}" in changelog for name in COMMANDS)
