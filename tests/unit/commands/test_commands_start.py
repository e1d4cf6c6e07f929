"""A command that only answers about itself starts at once."""

import json
import subprocess
import sys
from pathlib import Path

from openpyxl import Workbook

HEAVY = ("jinja2", "openpyxl", "pandas", "pyarrow", "pydantic", "yaml", "z3")


def test_the_help_of_the_program_loads_none_of_the_large_libraries() -> None:
    told = (
        "import sys, collectctl.cli\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], end='')"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_a_workbook_is_opened_without_loading_pandas(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.worksheets[0].append(["账号", "金额"])
    book.worksheets[0].append(["007", 12])
    book.save(path)
    layout = {
        "required_headings": ["账号"], "header_row": None, "search_rows": 10, "delimiter": ",",
        "quote": '"', "encoding": None, "sheet": None, "trailer": None, "no_value": [],
    }  # fmt: skip
    limits = {"memory_bytes": 2_000_000_000, "seconds": 60, "rows": 10, "cells": 100, "bytes": 9}
    order = {"path": str(path), "kind": "xlsx", "layout": layout, "limits": limits}
    told = (
        "import sys\n"
        "from collectctl.exports.workbooks_child import main\n"
        "main()\n"
        "print(sys.modules.get('pandas'), file=sys.stderr, end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], input=json.dumps(order).encode(), capture_output=True,
        check=True,
    )  # fmt: skip
    assert b'"refused"' not in done.stdout
    assert done.stderr == b"None"
