"""Writes `docs/problems.md` anew: `python tests/problems/make_page.py`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    from problem_example import page

    (HERE.parents[1] / "docs" / "problems.md").write_text(page(), "utf-8")
