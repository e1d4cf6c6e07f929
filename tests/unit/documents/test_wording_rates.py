"""How much of what was written blind the lists find, and how much that is harmless: as it is.

The texts of `tests/wording` were written by people who had not seen the lists. The figures stand in
`docs/wording-rates.md`; `GOLDEN_UPDATE=1` writes it anew.
"""

import os
from pathlib import Path

from letterbox import RUN_DATE, WORDING

from collectctl.documents.lint.told import Told

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "wording-rates.md"
HEAD = f"""# How well the lists find what they are for

Texts written blind, a line each, by people who had not seen the lists of the starter's packs, as
letters that demand payment on {RUN_DATE}. Of bad texts the share that a list with mode *block*
finds, of harmless ones the share that it stops all the same. Reported as they are: nothing was
fitted to them.

| texts | | found | share |
|---|---:|---:|---:|
"""


def lines(path: Path) -> list[str]:
    return [
        line for line in path.read_text("utf-8").splitlines() if line.strip() and line[0] != "#"
    ]


def found(texts: list[str]) -> int:
    told = Told(WORDING)
    return sum(
        any(
            f.mode == "block"
            for f in told.find(text, channel="letter", tone="firm", purpose="demand")
        )
        for text in texts
    )


def page() -> str:
    rows = []
    for path in sorted((ROOT / "tests" / "wording").glob("*.txt")):
        texts = lines(path)
        hits = found(texts)
        rows.append(f"| {path.stem} | {len(texts)} | {hits} | {hits / len(texts):.0%} |\n")
    assert len(rows) >= 10
    return HEAD + "".join(rows)


def test_the_page_says_what_the_lists_find_in_texts_written_blind() -> None:
    told = page()
    if os.environ.get("GOLDEN_UPDATE"):
        PAGE.write_text(told, "utf-8")
    assert PAGE.read_text("utf-8") == told
