"""What the generators write is what the starter contracts ask for."""

import hashlib
import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from collectctl.columns import Dictionary, read_dictionary
from collectctl.exports.contract import Contract, read_contract

ROOT = Path(__file__).parents[3]
INBOX = ROOT / "samples" / "inbox"
EXPORTS = ("accounts", "parties", "statuses", "falling_due", "statements", "decisions")
NIGHTS = tuple(date(2026, 11, d) for d in (18, 19, 20))


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    dictionary = the_dictionary()
    found = {}
    for name in EXPORTS:
        file = ROOT / "config" / "contracts" / f"{name}.yaml"
        contract, problems = read_contract(file.read_bytes(), file.name, dictionary)
        assert contract is not None, problems
        found[name] = contract
    return found


def the_dictionary() -> Dictionary:
    file = ROOT / "config" / "columns.yaml"
    dictionary, problems = read_dictionary(file.read_bytes(), file.name)
    assert dictionary is not None, problems
    return dictionary


def headings(inbox: Path, contract: Contract, night: date) -> list[str]:
    file = inbox / contract.expected(night).main
    if file.suffix == ".xlsx":
        book = load_workbook(io.BytesIO(file.read_bytes()), read_only=True)
        (row,) = book.worksheets[0].iter_rows(min_row=3, max_row=3, values_only=True)
        return [str(cell) for cell in row]
    encoding = {"gb18030": "gb18030"}.get(contract.layout.encoding or "", "utf-8-sig")
    return file.read_text(encoding).splitlines()[0].split(",")


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("export", EXPORTS)
def test_every_sample_has_the_headings_of_its_contract(
    contracts: dict[str, Contract], export: str, night: date
) -> None:
    contract = contracts[export]
    assert headings(INBOX, contract, night) == [h.name for h in contract.headings]


@pytest.mark.parametrize("night", NIGHTS)
def test_every_file_that_says_a_sample_is_whole_is_there(
    contracts: dict[str, Contract], night: date
) -> None:
    for contract in contracts.values():
        expected = contract.expected(night)
        for name in (expected.control, expected.marker):
            assert name is None or (INBOX / name).is_file()


def test_a_big_night_has_the_headings_and_totals_of_the_contracts(
    contracts: dict[str, Contract], tmp_path: Path
) -> None:
    make: list[str | Path] = [sys.executable, ROOT / "benchmarks" / "make_night.py", "-n", "3000"]
    for name in ("one", "two"):
        subprocess.run([*make, tmp_path / name], check=True, capture_output=True)
    for export in ("accounts", "parties", "statuses"):
        contract = contracts[export]
        name = contract.expected(NIGHTS[0]).main
        wanted = [h.name for h in contract.headings]
        assert headings(tmp_path / "one", contract, NIGHTS[0]) == wanted
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    folder = tmp_path / "one" / NIGHTS[0].isoformat()
    lines = (folder / "accounts_20261118.csv").read_text("gb18030").splitlines()
    assert len(lines) == 3002
    assert lines[-1].startswith("总计,3000,")
    digest = hashlib.sha256((folder / "statuses_20261118.csv").read_bytes()).hexdigest()
    assert f"sha256={digest}" in (folder / "statuses_20261118.ctl").read_text()
