"""Every code that a message can carry is declared once, and has an example that fails so."""

import ast
import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import problem_example
import pytest
from problem_example import BANK, EXAMPLES, Shown, examples, show

import collectctl
from collectctl.codes import CODES
from collectctl.compliance.reasons import REASONS

PROGRAM = Path(collectctl.__file__).parent
_WORDS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
OTHER_WORDS = frozenset(
    {
        "account-statement",
        "auto-generated",
        "dry-run",
        "e-mail",
        "no-capacity",
        "python-calamine",
        "second-hand",
        "yyyy-mm-dd",
    }
    | {
        "cat-file",
        "ls-tree",
        "rev-parse",
        "rules-apply",
        "ssh-keygen",
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "self-regulation",
        "holds-set",
        "holds-lift",
        "gate-permit",
        "opt-out",
    }
)
"""Hyphenated words of the program that are no codes."""
UPDATE = os.environ.get("GOLDEN_UPDATE") == "1"


def _constants(tree: ast.AST) -> Iterator[str]:
    """Each hyphenated word, and each word that is handed over as a code."""
    takers = {
        f.name: [a.arg for a in (*f.args.posonlyargs, *f.args.args) if a.arg != "self"]
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _WORDS.fullmatch(node.value):
                yield node.value
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = dict(zip(takers.get(name, []), node.args, strict=False))
            given |= {k.arg: k.value for k in node.keywords if k.arg is not None}
            code = given.get("code")
            assert not isinstance(code, ast.JoinedStr), ast.unparse(node)
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield code.value


def test_every_code_in_the_program_is_declared_and_none_is_declared_in_vain() -> None:
    found = set(REASONS)
    for path in sorted(PROGRAM.rglob("*.py")):
        if path.name != "codes.py":
            found |= set(_constants(ast.parse(path.read_text("utf-8")))) - OTHER_WORDS
    assert sorted(found - CODES.keys()) == []
    assert sorted(CODES.keys() - found) == []


def test_each_code_is_written_once_and_says_what_it_means_in_one_line() -> None:
    tree = ast.parse((PROGRAM / "codes.py").read_text("utf-8"))
    keys = [
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    ]
    assert [a for a, b in pairwise(sorted(map(str, keys))) if a == b] == []
    assert [c for c, meaning in CODES.items() if not meaning or "\n" in meaning] == []


def test_each_code_has_an_example_and_each_example_a_code() -> None:
    assert [p.name for p in examples()] == sorted(CODES)


@pytest.mark.parametrize("example", examples(), ids=lambda p: p.name)
def test_an_example_fails_as_it_says(example: Path, tmp_path: Path) -> None:
    shown = show(example, tmp_path)
    said = shown.stderr + (shown.table or "")
    carried = rf"^{example.name}[\t:]|\[{example.name}\]|\t{example.name}(\t|$)"
    assert re.search(carried, said, re.MULTILINE), said
    assert not any(secret in said for secret in _personal()), "a message carries personal data"
    assert "defect" not in shown.stderr
    if UPDATE:
        _write(example, shown)
    assert shown.stderr == (example / "stderr.txt").read_text("utf-8")
    assert shown.exit == int((example / "exit.txt").read_text("utf-8"))
    if shown.table is not None:
        assert shown.table == (example / "table.tsv").read_text("utf-8")


def _personal() -> set[str]:
    """Names, numbers and addresses of the bank's customers."""
    lines = (BANK / "inbox/2026-11-18/parties.csv").read_text("utf-8").splitlines()[1:]
    return {cell for line in lines for cell in line.split(",")[3:6]}


def _write(example: Path, shown: Shown) -> None:
    (example / "stderr.txt").write_text(shown.stderr, "utf-8")
    (example / "exit.txt").write_text(f"{shown.exit}\n", "utf-8")
    if shown.table is not None:
        (example / "table.tsv").write_text(shown.table, "utf-8")


def test_the_page_of_all_problems_is_that_of_the_examples() -> None:
    page = EXAMPLES.parent.parent / "docs" / "problems.md"
    text = problem_example.page()
    if UPDATE:
        page.write_text(text, "utf-8")
    assert page.read_text("utf-8") == text
