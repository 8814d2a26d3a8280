"""Write the input tables as files that a machine checks extracts with."""

from __future__ import annotations

import json
from pathlib import Path

from brikopt.contract.schemas import data_package, table_schema
from brikopt.contract.tables import INPUTS
from brikopt.errors import BadInput


def write_schemas(out: Path) -> list[str]:
    """Write a Table Schema for each input table, and a Data Package of all.

    Parameters
    ----------
    out : Path
        Folder; made if need be. Files of these names are replaced, others left alone.

    Returns
    -------
    list of str
        The files written.

    Raises
    ------
    BadInput
        If the folder can't be written.
    """
    described = {f"{table.name}.schema.json": table_schema(table) for table in INPUTS}
    described["datapackage.json"] = data_package()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in described.items():
            text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        problem = f"the folder can't be written ({error.strerror or error})."
        raise BadInput(f"--out {out}", problem, "Name a folder that can be written.") from None
    return [str(out / name) for name in described]
