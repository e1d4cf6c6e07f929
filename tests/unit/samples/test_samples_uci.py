"""The UCI project: its file generated again is the same, in the layout of the real one."""

import csv
import io
import subprocess
import sys
from pathlib import Path

from collectctl.project import read_project

UCI = Path(__file__).parents[3] / "samples" / "uci"
FILE = Path("inbox") / "2005-09-30" / "cards.csv"
HEADINGS = (
    "ID,LIMIT_BAL,SEX,EDUCATION,MARRIAGE,AGE,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,"
    "BILL_AMT1,BILL_AMT2,BILL_AMT3,BILL_AMT4,BILL_AMT5,BILL_AMT6,"
    "PAY_AMT1,PAY_AMT2,PAY_AMT3,PAY_AMT4,PAY_AMT5,PAY_AMT6,default.payment.next.month"
)


def test_generating_the_card_file_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, UCI / "generate.py", tmp_path], check=True)
    assert (tmp_path / FILE).read_bytes() == (UCI / FILE).read_bytes()


def test_the_generated_card_file_has_the_layout_of_the_real_one() -> None:
    text = (UCI / FILE).read_text(encoding="utf-8")
    assert text.splitlines()[0] == HEADINGS
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 200
    assert {int(r["PAY_0"]) for r in rows} <= set(range(-2, 9))
    assert all(r["BILL_AMT1"].endswith(".0") for r in rows)
    assert sum(r["BILL_AMT1"].startswith("-") for r in rows) == 4


def test_the_whole_project_is_sound() -> None:
    project, warnings = read_project(UCI)
    assert warnings == ()
    assert project.documents is None
    assert list(project.contracts) == ["accounts"]
