"""What governs a night is what people approved, whatever lies in the working folder."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from conftest import Call
from proposals import approved, approved_whole, edit, proposed, text_of

from collectctl.archive.store import proposal_file, put_configuration
from collectctl.commands.signing import operating_user, verified
from collectctl.ledger.connect import connect
from collectctl.ledger.versions import in_force, versions
from collectctl.problems import LedgerError, Level, Problem
from collectctl.project import read_project

LIMIT = ("brakes.yaml", "'90000.00'", "'80000.00'")


THREATS = """\
  threats:
    kind: wording
    title: Threats
    mode: block
    binding: house
    channels: [letter, sms]
    values:
      - from: 2024-01-01
        source: example
        verified: house
        terms: [{id: jail, en: [jail], zh_CN: [坐牢], why: a threat}]
"""


@pytest.fixture
def bank(tmp_path: Path, call: Call) -> Path:
    """The very small bank, in force as a sample."""
    folder = tmp_path / "bank"
    shutil.copytree(Path(__file__).parents[2] / "problems" / "_bank", folder)
    assert call("rules", "apply", "--sample", "--project", folder).code == 0
    return folder


def codes(error: pytest.ExceptionInfo[LedgerError]) -> list[str]:
    return [p.code for p in error.value.problems]


def config_of(night: Path) -> dict[str, bytes]:
    folder = night / "config"
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_a_night_takes_nothing_from_files_that_are_being_edited(bank: Path, call: Call) -> None:
    before = config_of(bank)
    edit(bank, *LIMIT)
    said = call("run", "--project", bank, "--date", "2026-11-18", "--quiet")
    assert said.code == 0
    assert "pending-edits" in said.err
    assert "brakes.yaml" in said.err
    assert config_of(bank / "archive" / "2026-11-18") == before


@pytest.mark.parametrize("name", ["project.yaml", "columns.yaml", "brakes.yaml"])
def test_a_file_saved_half_stops_no_night(bank: Path, call: Call, name: str) -> None:
    path = bank / "config" / name
    path.write_text(path.read_text("utf-8")[:40], "utf-8")
    said = call("run", "--project", bank, "--date", "2026-11-18", "--quiet")
    assert said.code == 0
    assert "pending-edits" in said.err


def test_a_proposal_governs_from_its_first_day_and_only_when_approved(
    bank: Path, call: Call
) -> None:
    edit(bank, *LIMIT)
    version = proposed(bank, "2026-11-19", by="S0001")
    days = [date(2026, 11, 18), date(2026, 11, 19), date(2027, 1, 1)]
    with closing(connect(bank / "ledger" / "ledger.sqlite")) as ledger:
        known = versions(ledger)
        assert [found.number for d in days if (found := in_force(known, d))] == [1, 1, 1]
    approved_whole(bank, version)
    with closing(connect(bank / "ledger" / "ledger.sqlite")) as ledger:
        known = versions(ledger)
        assert [found.number for d in days if (found := in_force(known, d))] == [1, 2, 2]
    assert "approved" in call("rules", "apply", "--project", bank).out


def test_after_a_sample_every_part_needs_somebodys_word(bank: Path) -> None:
    version = proposed(bank, by="S0001")
    assert version.parts == ("rules", "documents", "operations", "authority")


def test_every_changed_part_needs_its_own_approval(bank: Path) -> None:
    approved_whole(bank, proposed(bank, "2026-11-30", by="S0001"))
    edit(bank, *LIMIT)
    edit(bank, "columns.yaml", "format", "# later\nformat")
    version = proposed(bank, by="S0001")
    assert version.parts == ("rules", "operations")
    assert approved(bank, version, by="S0002", account="committee") == ["rules"]
    with closing(connect(bank / "ledger" / "ledger.sqlite")) as ledger:
        assert versions(ledger)[-1].waits_for == ("operations",)
    assert approved(bank, version, by="S0003") == ["operations"]
    with closing(connect(bank / "ledger" / "ledger.sqlite")) as ledger:
        assert versions(ledger)[-1].approved


def test_nobody_makes_themselves_a_checker(bank: Path) -> None:
    approved_whole(bank, proposed(bank, "2026-12-01", by="S0001"))
    edit(bank, "authority.yaml", "id: S0001, roles: [analyst]", "id: S0009, roles: [committee]")
    version = proposed(bank, "2026-12-02", by="S0003")
    with pytest.raises(LedgerError) as error:
        approved(bank, version, by="S0009")
    assert codes(error) == ["not-authorised"]


def test_the_text_says_what_changes_for_the_accounts(bank: Path, call: Call) -> None:
    assert call("run", "--project", bank, "--date", "2026-11-18", "--quiet").code == 0
    edit(bank, "columns.yaml", "format", "# later\nformat")
    said = call(
        "rules", "apply", "--from", "2026-12-01", "--by", "S0001", "--reason", "r",
        "--project", bank,
    )  # fmt: skip
    assert said.code == 0, said.err
    number = said.out.strip()
    text = next((bank / "store" / "proposals").glob(f"{number}*.json"))
    comparison = json.loads(text.read_text("utf-8"))["comparison"]
    assert comparison["moved"] == 0
    assert comparison["accounts"] > 0
    assert sum(m["accounts"] for m in comparison["tiers"]) == comparison["accounts"]


def test_a_text_that_the_packs_refuse_is_never_proposed(bank: Path, call: Call) -> None:
    edit(bank, "packs/small.yaml", "  wording: none\n", "")
    edit(bank, "packs/small.yaml", "limits:\n", f"limits:\n{THREATS}")
    for language, words in (("en", "Jail waits for you"), ("zh_CN", "请您及时还款")):
        letter = bank / "config" / "documents" / language / "notice.letter.j2"
        letter.write_text(letter.read_text("utf-8") + f"<p>{words}</p>\n", "utf-8")
    said = call(
        "rules", "apply", "--from", "2026-12-01", "--by", "S0001", "--reason", "r",
        "--project", bank,
    )  # fmt: skip
    assert said.code == 12
    assert "error[text-words]: 'Jail'" in said.err
    assert "error[not-proved]" in said.err


def test_a_proof_left_undecided_is_named_or_stays_out(bank: Path) -> None:
    edit(bank, "columns.yaml", "format", "# later\nformat")
    left = Problem(code="rule-unproved", message="gap not decided", level=Level.WARNING)
    version = proposed(bank, by="S0001", findings=[left])
    said = text_of(bank, version)
    assert said["undecided"] == ["warning[rule-unproved]: gap not decided"]
    for answer in ({}, {2: "other"}, {1: "so", 2: "other"}):
        with pytest.raises(LedgerError) as error:
            approved(bank, version, by="S0002", account="committee", undecided=answer)
        assert codes(error) == ["undecided-unnamed"]
    approved(bank, version, by="S0002", account="committee", undecided={1: "ranges are small"})
    with closing(connect(bank / "ledger" / "ledger.sqlite")) as ledger:
        assert versions(ledger)[-1].consents[-1].undecided == "1: ranges are small"


def test_the_same_machine_user_approves_only_with_a_signature(bank: Path, call: Call) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("OpenSSH is not installed")
    key = bank / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = " ".join(key.with_suffix(".pub").read_text("ascii").split()[:2])
    user = operating_user()
    edit(bank, "authority.yaml", "account: committee", f"account: {user}, keys: ['{public}']")
    version = proposed(bank, by="S0001", account=user)
    text = proposal_file(bank, version.proposal)
    arguments = ("approve", version.proposal[:12], "--by", "S0002", "--reference", "m 1",
                 "--project", bank)  # fmt: skip
    assert "maker-is-checker" in call(*arguments).err
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "collectctl", "-f", key, text],
        check=True, capture_output=True,
    )  # fmt: skip
    signature = text.with_name(text.name + ".sig")
    said = call(*arguments, "--signature", signature)
    assert "approved rules, documents, authority" in said.err, said.err
    person = read_project(bank)[0].authority.people["S0002"]
    with pytest.raises(LedgerError) as error:
        verified(text.read_bytes() + b" ", person, signature)
    assert codes(error) == ["signature-wrong"]


def test_a_store_that_was_left_unfinished_is_begun_anew(tmp_path: Path) -> None:
    half = tmp_path / "store" / "abc.unfinished" / "config"
    half.mkdir(parents=True)
    (half / "project.yaml").write_bytes(b"half")
    put_configuration(tmp_path, "abc", {"project.yaml": b"whole"})
    assert (tmp_path / "store" / "abc" / "config" / "project.yaml").read_bytes() == b"whole"
    assert not half.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE version SET starts = '2020-01-01'",
        "DELETE FROM version",
        "INSERT OR REPLACE INTO version SELECT * FROM version",
        "UPDATE consent SET role = 'x'",
        "DELETE FROM consent",
        "INSERT INTO consent SELECT number, 'x', made_by, 'r', 'a', 'm', '', NULL, '' FROM version",
    ],
)
def test_the_ledger_keeps_what_was_proposed_and_approved(bank: Path, statement: str) -> None:
    approved_whole(bank, proposed(bank, by="S0001"))
    with (
        closing(connect(bank / "ledger" / "ledger.sqlite")) as ledger,
        pytest.raises(sqlite3.IntegrityError),
    ):
        ledger.execute(statement)
