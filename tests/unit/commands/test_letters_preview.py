"""The preview: every letter with every case that it can be shown with, and real ones as written."""

import csv
import json
import re
import shutil
from html import unescape
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Call
from proposals import edit

from collectctl.documents.cases import read_cases

NIGHT = "2026-11-18"
PAGED = ("letter", "script", "email")


@pytest.fixture
def bank(worked: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    shutil.copytree(worked, folder)
    return folder


def preview(call: Call, project: Path, *more: str) -> dict[str, str]:
    """The files of a preview by name, those of text as text."""
    folder = project / "preview"
    shutil.rmtree(folder, ignore_errors=True)
    said = call("letters", "preview", "--project", project, "--to", folder, *more)
    assert said.code == 0, said.err
    assert {oct(p.stat().st_mode & 0o777) for p in folder.iterdir()} == {"0o600"}
    return {
        p.name: p.read_bytes().decode("latin-1" if p.suffix == ".pdf" else "utf-8")
        for p in sorted(folder.iterdir())
    }


def test_a_document_stands_in_every_form_language_and_case_and_on_the_sheet(
    project: Path, call: Call
) -> None:
    files = preview(call, project, "overdue-notice")
    data = (project / "config" / "documents" / "cases.yaml").read_bytes()
    plain = {c.id for c in read_cases(data, "cases.yaml")[0] if c.role == "principal"}
    shown = {tuple(name.split(".")[:4]) for name in files if name.count(".") == 4}
    forms = {(channel, language) for _, channel, language, _ in shown}
    assert forms == {
        (f, s) for f in ("letter", "sms", "email", "wechat", "script") for s in ("zh_CN", "en")
    }
    cases = {case for _, _, _, case in shown}
    assert {"ordinary", "several_accounts", "longest_name", "zero_interest"} <= cases & plain
    # cases about a plan or a complaint say nothing that this document speaks of
    assert not [case for case in cases if case.startswith(("plan", "complaint"))]
    sheet = files["index.html"]
    linked = set(re.findall(r'(?:href|src)="([^"#]+)"', sheet))
    assert set(files) - {"index.html"} == linked
    assert files["overdue-notice.zh_CN.pdf"].startswith("%PDF")
    letter = files["overdue-notice.letter.zh_CN.ordinary.html"]
    assert letter.startswith("<!doctype html>")
    assert "欧阳文华" in letter
    message = files["overdue-notice.sms.zh_CN.ordinary.txt"].strip()
    assert message in unescape(sheet)
    assert re.search(rf"{len(message)} 字，计 \d 条", sheet)


def test_options_narrow_it_to_one_letter(project: Path, call: Call) -> None:
    options = ("--form", "letter", "--language", "en", "--case", "ordinary")
    files = preview(call, project, "firm-notice", *options)
    assert sorted(files) == [
        "firm-notice.en.pdf", "firm-notice.letter.en.ordinary.html", "index.html"
    ]  # fmt: skip


def test_the_same_texts_give_the_same_bytes(project: Path, call: Call) -> None:
    first = preview(call, project, "care-notice", "--language", "zh_CN")
    assert preview(call, project, "care-notice", "--language", "zh_CN") == first


def test_what_is_in_force_is_shown_when_it_is_asked_for(project: Path, call: Call) -> None:
    edit(project, "documents/zh_CN/overdue-notice.sms.j2", "请", "烦请")
    name, only = "overdue-notice.sms.zh_CN.ordinary.txt", ("--case", "ordinary", "--form", "sms")
    edited = preview(call, project, "overdue-notice", *only)[name]
    stored = preview(call, project, "overdue-notice", *only, "--in-force")[name]
    assert edited != stored
    assert edited.replace("烦请", "请", 1) == stored


def test_nothing_is_written_in_a_dry_run_nor_into_a_used_folder(project: Path, call: Call) -> None:
    folder = project / "preview"
    said = call("letters", "preview", "--project", project, "--to", folder, "--dry-run")
    assert said.code == 0
    assert "would write" in said.err
    assert not folder.exists()
    folder.mkdir()
    (folder / "mine").write_text("mine")
    said = call("letters", "preview", "--project", project, "--to", folder)
    assert said.code == 10
    assert "[folder-used]" in said.err
    assert [p.name for p in folder.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["nothing"], ["--case", "nobody"], ["--night", NIGHT], ["--form", "fax"],
        ["--account", "1", "--case", "ordinary"], ["due-reminder", "--form", "script"],
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_a_question_put_wrongly(
    project: Path, call: Call, wrong: list[str]
) -> None:
    said = call("letters", "preview", "--project", project, "--to", project / "x", *wrong)
    assert said.code == 2
    assert not (project / "x").exists()


def test_a_project_without_cases_is_told_which_file_is_missing(project: Path, call: Call) -> None:
    (project / "config" / "documents" / "cases.yaml").unlink()
    said = call("letters", "preview", "--project", project, "--to", project / "x")
    assert said.code == 10
    assert "documents/cases.yaml" in said.err


def rows_of(bank: Path, account: str) -> list[dict[str, object]]:
    night = bank / "archive" / NIGHT
    gate = pq.read_table(night / "gate.parquet").to_pylist()
    items = {
        r["item"] for r in gate if r["kind"] == "document" and account in r["accounts"].split()
    }
    contacts = pq.read_table(night / "contacts.parquet").to_pylist()
    return [r for r in contacts if r["contact_no"] in items and r["state"] == "prepared"]


def account_with(bank: Path, channel: str) -> str:
    """An account about which the night wrote in this form."""
    gate = pq.read_table(bank / "archive" / NIGHT / "gate.parquet").to_pylist()
    for row in gate:
        about = row["accounts"].split()[0]
        if row["kind"] == "document" and channel in {r["channel"] for r in rows_of(bank, about)}:
            return str(about)
    raise AssertionError(channel)


def written(bank: Path, row: dict[str, object]) -> str:
    """What the night's own files hold of a contact, read by its index."""
    prepared, number = bank / "archive" / NIGHT / "prepared", row["contact_no"]
    channel = str(row["channel"])
    if channel in ("letter", "script"):
        lines = (prepared / f"{channel}s" / "index.csv").read_text("utf-8").splitlines()
        index = csv.DictReader(lines)
        (entry,) = [r for r in index if int(r["contact_no"]) == number]
        data = (prepared / f"{channel}s" / entry["file"]).read_bytes()
        start = int(entry["offset"])
        return data[start : start + int(entry["length"])].decode()
    lines = (prepared / "messages" / f"{channel}.jsonl").read_text("utf-8").splitlines()
    (found,) = [e for e in map(json.loads, lines) if e["contact_no"] == number]
    return str(found["body" if channel == "email" else "text"])


@pytest.mark.parametrize("channel", ["letter", "email", "wechat"])
def test_a_real_account_is_shown_what_that_night_wrote_word_for_word(
    bank: Path, call: Call, channel: str
) -> None:
    account = account_with(bank, channel)
    rows = rows_of(bank, account)
    files = preview(call, bank, "--account", account, "--night", NIGHT)
    assert len(files) == len(rows) + 1
    for row in rows:
        (text,) = [t for n, t in files.items() if n.startswith(f"{row['contact_no']:06d}.")]
        assert written(bank, row) in text
        assert text.count("<section") == (row["channel"] in PAGED)
    assert account not in "".join(files)
    assert "个人信息" in files["index.html"]


def test_a_document_that_the_night_did_not_write_is_written_with_its_figures(
    bank: Path, call: Call
) -> None:
    account = account_with(bank, "letter")
    files = preview(call, bank, "account-statement", "--account", account, "--night", NIGHT)
    assert sorted(files) == ["account-statement.letter.zh_CN.account.html", "index.html"]
    text = files["account-statement.letter.zh_CN.account.html"]
    decisions = pq.read_table(bank / "archive" / NIGHT / "decisions.parquet").to_pylist()
    (balance,) = [r["balance"] for r in decisions if r["account_id"] == account]
    assert f"{balance // 100:,}.{balance % 100:02d}" in text
    assert "没有写这份文书" in files["index.html"]


def test_a_stranger_and_a_night_that_was_not_run_are_refused_without_repeating_a_number(
    bank: Path, call: Call
) -> None:
    base = ("letters", "preview", "--project", bank, "--to", bank / "x", "--account")
    said = call(*base, "6060009999999999999")
    assert said.code == 11
    assert "[account-unknown]" in said.err
    assert "6060009999999999999" not in said.err
    said = call(*base, "1", "--night", "2026-01-01")
    assert said.code == 10
    assert "[no-such-night]" in said.err


def test_a_night_that_was_changed_since_is_refused(bank: Path, call: Call) -> None:
    account = account_with(bank, "letter")
    for file in (bank / "archive" / NIGHT / "prepared" / "letters").glob("*.html"):
        file.write_text(file.read_text("utf-8").replace("清河", "浊河"), "utf-8")
    said = call(
        "letters", "preview", "--project", bank, "--to", bank / "x", "--account", account,
        "--night", NIGHT,
    )  # fmt: skip
    assert said.code == 12
    assert "[archive-changed]" in said.err
    assert not (bank / "x").exists()
