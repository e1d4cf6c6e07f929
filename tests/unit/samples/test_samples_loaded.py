"""The samples, loaded: every planted fault is found, and nothing else is."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from collectctl.columns import Dictionary, read_dictionary
from collectctl.exports.contract import Contract, read_contract
from collectctl.exports.load import Loaded, load_export
from collectctl.exports.snapshot import take_snapshot
from collectctl.problems import InputRefusedError
from collectctl.rules.decide import decide
from collectctl.rules.rulebook import read_rulebook

ROOT = Path(__file__).parents[3]
UCI = ROOT / "samples" / "uci"
UCI_NIGHT = date(2005, 9, 30)
NIGHTS = tuple(date(2026, 11, d) for d in (18, 19, 20))
LATER = {"parts-do-not-add-up", "unlisted-status"}
"""Not seen by loading: a letter is refused, or the table of statuses does not list it."""


def dictionary_in(config: Path) -> Dictionary:
    dictionary, problems = read_dictionary((config / "columns.yaml").read_bytes(), "columns.yaml")
    assert dictionary is not None, problems
    return dictionary


def contract_in(config: Path, name: str) -> Contract:
    file = config / "contracts" / f"{name}.yaml"
    contract, problems = read_contract(file.read_bytes(), file.name, dictionary_in(config))
    assert contract is not None, problems
    return contract


def loaded(contract: Contract, config: Path, inbox: Path, night: date, into: Path) -> Loaded:
    snapshot = take_snapshot(inbox, (contract,), night, into)
    return load_export(contract, snapshot, night, dictionary_in(config), None)


def planted(night: date, export: str) -> set[int]:
    """Lines that loading must set apart."""
    text = (ROOT / "samples" / "faults.tsv").read_text(encoding="utf-8")
    rows = [
        r
        for r in csv.DictReader(io.StringIO(text), delimiter="\t")
        if r["night"] == night.isoformat()
        and r["file"].startswith(export)
        and r["kind"] not in LATER
    ]
    good = {int(r["line"]) for r in rows if r["kind"] == "duplicate-row"}
    return {int(r["line"]) for r in rows} - ({min(good)} if good else set())


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize(
    "export", ["accounts", "parties", "statuses", "falling_due", "statements", "decisions"]
)
def test_exactly_the_planted_faults_are_set_apart(export: str, night: date, tmp_path: Path) -> None:
    config = ROOT / "config"
    found = loaded(
        contract_in(config, export), config, ROOT / "samples" / "inbox", night, tmp_path / "in"
    )
    assert set(found.rejects["row"]) == planted(night, export)
    assert found.arrival.rows_rejected == len(planted(night, export))
    assert found.problems == ()


def test_the_uci_layout_is_read_and_graded_by_its_own_contract_and_rulebook(
    tmp_path: Path,
) -> None:
    config = UCI / "config"
    found = loaded(
        contract_in(config, "accounts"), config, UCI / "inbox", UCI_NIGHT, tmp_path / "in"
    )
    assert (found.arrival.rows_in, found.arrival.rows_used) == (200, 200)
    rulebook, problems = read_rulebook(
        {"rules/uci.yaml": (config / "rules" / "uci.yaml").read_bytes()}, dictionary_in(config)
    )
    assert rulebook is not None, problems
    tiers = decide(rulebook, found.frame, UCI_NIGHT)["tier"]
    late = (found.frame["days_past_due"] > 0).tolist()
    assert [t != "M0" for t in tiers] == late
    assert set(tiers) > {"M0", "M1-L", "M1-H"}
    assert "MANUAL" not in set(tiers)


def two_headers(text: str) -> str:
    """The layout with a row of numbers above the headings, and the other name of the last one."""
    lines = text.replace("default.payment.next.month", "default payment next month").splitlines()
    above = ["", *(f"X{n}" for n in range(1, 24)), "Y"]
    return "\ufeff" + "\r\n".join([",".join(above), *lines]) + "\r\n"


def test_a_second_row_of_headings_is_refused_unless_a_contract_says_so(tmp_path: Path) -> None:
    config, folder = UCI / "config", tmp_path / "inbox" / UCI_NIGHT.isoformat()
    folder.mkdir(parents=True)
    text = (UCI / "inbox" / UCI_NIGHT.isoformat() / "cards.csv").read_text("utf-8")
    for name in ("cards.csv", "two_header_rows_bom.csv"):
        (folder / name).write_bytes(two_headers(text).encode())
    inbox = tmp_path / "inbox"
    with pytest.raises(InputRefusedError):
        loaded(contract_in(config, "accounts"), config, inbox, UCI_NIGHT, tmp_path / "one")
    right = contract_in(config, "two_header_rows")
    assert loaded(right, config, inbox, UCI_NIGHT, tmp_path / "two").arrival.rows_used == 200


def test_the_contract_for_the_workbook_with_a_title_row_is_sound() -> None:
    assert contract_in(UCI / "config", "title_row").reader == "xlsx"
