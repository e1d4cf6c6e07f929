"""What changed in the letters, as their readers see it: sentences, words and cases."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from conftest import Call
from proposals import edit, proposed

from collectctl.documents.comparing import compare, sentences

ZH, EN = "documents/zh_CN", "documents/en"
LETTER = f"{ZH}/overdue-notice.letter.j2"
OLD, NEW = "请您收到本函后尽快归还", "请您收到本函后及时归还"


def diff(call: Call, project: Path, *more: str | Path) -> tuple[int, str, str]:
    said = call("letters", "diff", "--project", project, *more)
    return said.code, said.out, said.err


def rows(call: Call, project: Path, *more: str) -> list[dict[str, str]]:
    _, out, _ = diff(call, project, "--format", "json", *more)
    found: list[dict[str, str]] = json.loads(out)["letters"]
    return found


def test_what_nobody_changed_is_no_difference(project: Path, call: Call) -> None:
    assert diff(call, project) == (0, "", "nothing differs\n")


def test_a_changed_word_is_marked_in_its_sentence_once_for_all_cases_and_forms(
    project: Path, call: Call
) -> None:
    edit(project, LETTER, OLD, NEW)
    code, out, _ = diff(call, project, "overdue-notice")
    assert code == 15
    place, before, after, _, *table = out.splitlines()
    assert re.fullmatch(
        r"overdue-notice/zh_CN/letter, email/ordinary \(the same in \d+ more cases\)", place
    )
    assert before.startswith("- 请您收到本函后[-尽快-]归还逾期金额")
    assert after.startswith("+ 请您收到本函后{+及时+}归还逾期金额")
    assert [line.split("\t")[:3] for line in table[1:]] == [
        ["overdue-notice", "zh_CN", "letter"], ["overdue-notice", "zh_CN", "email"],
    ]  # fmt: skip
    assert all(line.split("\t")[3] == line.split("\t")[4] for line in table[1:])
    assert diff(call, project, "firm-notice")[0] == 0
    assert diff(call, project, "--language", "en")[0] == 0


def test_changes_that_are_not_the_same_in_every_case_stand_apart(project: Path, call: Call) -> None:
    edit(
        project, f"{EN}/overdue-notice.letter.j2", "{{ signature(letter) }}",
        "{% if letter.postal_code is none %}<p>We know no postal code.</p>{% else %}"
        "<p>We write to {{ letter.postal_code }}.</p>{% endif %}{{ signature(letter) }}",
    )  # fmt: skip
    found = rows(call, project, "overdue-notice")
    told = {row["new"]: row for row in found if row["forms"] == "letter"}
    assert {"We write to 000112.", "We write to 000100."} <= set(told)
    assert all(row["old"] == "" for row in told.values())
    # an e-mail knows no address, so it says in every case what a letter says in one
    assert "We know no postal code." in {r["new"] for r in found if "email" in r["forms"]}


def test_a_change_that_no_case_shows_is_said_and_is_a_difference(project: Path, call: Call) -> None:
    edit(
        project, LETTER, OLD,
        "{% if letter.accounts > 90 %}您的账户很多。{% endif %}" + OLD,
    )  # fmt: skip
    code, out, _ = diff(call, project)
    assert code == 15
    assert "no case shows where" in out
    assert "您的账户很多" not in out


def test_documents_and_forms_that_came_or_went_are_said(project: Path, call: Call) -> None:
    catalog = project / "config" / "documents" / "documents.yaml"
    text = catalog.read_text("utf-8")
    text = text.replace("  account-statement:", "  other-statement:", 1)
    text = text.replace("      wechat: overdue-notice.wechat.j2\n", "", 1)
    catalog.write_text(text, "utf-8")
    code, out, _ = diff(call, project)
    assert code == 15
    assert out.splitlines()[:3] == [
        "added: other-statement",
        "removed: overdue-notice, form wechat",
        "removed: account-statement",
    ]


def test_what_the_catalogue_says_of_a_document_is_compared_too(project: Path, call: Call) -> None:
    edit(
        project, "documents/documents.yaml", "en: Credit card overdue notice", "en: Overdue notice"
    )
    code, out, _ = diff(call, project, "--language", "en")
    assert code == 15
    assert "title en was 'Credit card overdue notice' and is 'Overdue notice'" in out
    assert "- [-Credit card overdue-] notice" in out
    assert "+ {+Overdue+} notice" in out


def test_the_page_shows_both_sides_marked_escaped_and_is_never_overwritten(
    project: Path, call: Call, tmp_path: Path
) -> None:
    edit(project, LETTER, OLD, NEW)
    page = tmp_path / "diff.html"
    assert diff(call, project, "--to", page, "--dry-run")[0] == 15
    assert not page.exists()
    assert diff(call, project, "--to", page)[0] == 15
    text = page.read_text("utf-8")
    assert "<del>尽快</del>归还" in text
    assert "<ins>及时</ins>归还" in text
    assert oct(page.stat().st_mode & 0o777) == "0o600"
    code, _, err = diff(call, project, "--to", page)
    assert code == 10
    assert "[file-exists]" in err
    assert page.read_text("utf-8") == text
    other = tmp_path / "again.html"
    diff(call, project, "--to", other)
    assert other.read_bytes() == page.read_bytes()


def test_another_version_a_revision_and_a_night_can_be_compared_with(
    worked: Path, project: Path, call: Call
) -> None:
    for command in (["init", "-q"], ["add", "config"], ["commit", "-qm", "first"]):
        subprocess.run(
            ["git", "-C", str(project), "-c", "user.name=t", "-c", "user.email=t@t", *command],
            check=True,
        )
    edit(project, LETTER, OLD, NEW)
    version = proposed(project)
    assert diff(call, project, "--from", "git:HEAD")[0] == 15
    assert diff(call, project, "--from", f"version:{version.proposal[:12]}")[0] == 0
    assert diff(call, project, "--from", str(worked / "archive" / "2026-11-18"))[0] == 15
    code, _, err = diff(call, project, "--from", "version:zz")
    assert code == 12
    assert "[no-such-proposal]" in err


def test_letters_with_faults_are_not_compared(project: Path, call: Call) -> None:
    edit(project, LETTER, OLD, "{{ letter.nam }}")
    code, out, err = diff(call, project)
    assert (code, out) == (10, "")
    assert "overdue-notice.letter.j2:" in err
    assert "[unknown-field]" in err


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ("请三日内归还5,000.00元。", "请五日内归还5,000.00元。", [(("三",), ("五",))]),
        ("欠款1,234.50元。", "欠款1,234.60元。", [(("1,234.50",), ("1,234.60",))]),
        ("Pay within ten days.", "Pay within a few days.", [(("ten",), ("a few",))]),
        ("One. Two.", "One. Two. Three.", [((), ("Three.",))]),
        ("One. Two. Three.", "One. Three.", [(("Two.",), ())]),
        ("甲。乙。", "甲。乙。", []),
        ("您好。", "Good day.", [(("您好。",), ()), ((), ("Good day.",))]),
    ],
)
def test_sentences_are_compared_word_by_word(
    old: str, new: str, edits: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    assert [change.edit for change in compare(old, new)] == edits


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("甲。乙！丙？丁", ["甲。", "乙！", "丙？", "丁"]),
        ("“甲。”乙；丙", ["“甲。”", "乙；", "丙"]),
        ("CNY 1,234.50 is due. Pay it.", ["CNY 1,234.50 is due.", "Pay it."]),
        ("a line\nand another\n\n", ["a line", "and another"]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_a_reader_sees_its_end(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_what_is_compared_puts_both_sentences_together_again() -> None:
    old, new = "请您尽快归还逾期金额，或与我行联系。", "请您十五日内归还逾期金额，或致电我行。"
    (change,) = compare(old, new)
    assert "".join(p.text for p in change.old) == old
    assert "".join(p.text for p in change.new) == new
