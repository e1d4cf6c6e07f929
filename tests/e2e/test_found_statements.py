"""Statement exports that lack what another bank's have."""

from pathlib import Path

import pytest
from conftest import Call

_HEADINGS = ("还款金额", "最低还款额", "消费", "取现")


@pytest.mark.parametrize("left_out", [*(({h}) for h in _HEADINGS), set(_HEADINGS)])
def test_statements_without_some_amounts_are_read_and_what_follows_is_unknown(
    project: Path, call: Call, tmp_path: Path, left_out: set[str]
) -> None:
    contract = project / "config/contracts/statements.yaml"
    lines = contract.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [ln for ln in lines if ln.strip().split(":")[0] not in left_out]
    text = "".join(kept).replace("other_headings: refuse", "other_headings: ignore")
    contract.write_text(text, encoding="utf-8")
    said = call("load", "--project", project, "--to", tmp_path / "out", "--date", "2026-11-20")
    assert said.code == 0, said.err
