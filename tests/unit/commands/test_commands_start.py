"""A command that only answers about itself starts at once."""

import subprocess
import sys

HEAVY = ("jinja2", "openpyxl", "pandas", "pyarrow", "pydantic", "yaml", "z3")


def test_the_help_of_the_program_loads_none_of_the_large_libraries() -> None:
    told = (
        "import sys, collectctl.cli\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], end='')"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == ""
