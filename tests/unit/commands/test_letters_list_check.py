"""The list of documents and the check of letters alone, as whoever edits a letter sees them."""

import json
from pathlib import Path

from conftest import Call
from proposals import edit

LETTER = "documents/zh_CN/overdue-notice.letter.j2"


def listed(call: Call, project: Path) -> dict[str, dict[str, str]]:
    said = call("letters", "list", "--project", project, "--format", "json")
    assert said.code == 0, said.err
    return {row["document"]: row for row in json.loads(said.out)["documents"]}


def states(call: Call, project: Path) -> dict[str, str]:
    return {name: row["state"] for name, row in listed(call, project).items()}


def test_every_document_of_the_starter_is_listed_in_force_and_without_fault(
    project: Path, call: Call
) -> None:
    found = listed(call, project)
    assert len(found) >= 20
    assert {row["state"] for row in found.values()} == {"in force"}
    assert {row["check"] for row in found.values()} == {"ok"}
    row = found["overdue-notice"]
    assert row["en"] == "Credit card overdue notice"
    assert row["forms"] == "letter, sms, email, wechat, script"
    assert row["addressees"] == "principal"
    assert row["languages"] == "zh_CN, en"


def test_a_changed_text_is_pending_for_its_document_alone(project: Path, call: Call) -> None:
    edit(project, LETTER, "尽快", "十五日内")
    found = states(call, project)
    assert [name for name, state in found.items() if state != "in force"] == ["overdue-notice"]
    assert found["overdue-notice"] == "changed"


def test_what_documents_share_is_pending_for_all_of_them(project: Path, call: Call) -> None:
    edit(project, "documents/en/shared.text.j2", "{% macro", "\n{% macro")
    assert set(states(call, project).values()) == {"shared changed"}


def test_new_and_removed_documents_are_told_apart(project: Path, call: Call) -> None:
    catalog = project / "config" / "documents" / "documents.yaml"
    text = catalog.read_text("utf-8")
    catalog.write_text(text.replace("  account-statement:", "  other-statement:", 1), "utf-8")
    found = states(call, project)
    assert found["other-statement"] == "new"
    assert found["account-statement"] == "removed"
    assert list(found)[-1] == "account-statement"


def test_the_list_names_documents_with_faults_and_still_lists_all(
    project: Path, call: Call
) -> None:
    before = set(listed(call, project))
    edit(project, LETTER, "尽快", "{{ letter.nobody }}{{ letter.nowhere }}")
    edit(project, "documents/documents.yaml", "purpose: statement", "purpose: statemnt")
    found = listed(call, project)
    assert set(found) == before
    wrong = {name: row["check"] for name, row in found.items() if row["check"] != "ok"}
    assert wrong == {"overdue-notice": "2 errors", "account-statement": "1 errors"}


def test_a_catalogue_that_cannot_be_read_is_refused_with_its_faults(
    project: Path, call: Call
) -> None:
    edit(project, "documents/documents.yaml", "documents:\n", "documents: nothing\nothers:\n")
    said = call("letters", "list", "--project", project)
    assert said.code == 10
    assert "documents/documents.yaml:" in said.err


def test_check_names_every_fault_of_the_letters_with_its_place(project: Path, call: Call) -> None:
    edit(project, LETTER, "尽快", "{{ letter.nobody }}")
    edit(project, "documents/cases.yaml", "days_past_due: 35", "days_past_due: soon")
    edit(project, "packs/house.yaml", "format: collectctl/1", "format: collectctl/0")
    said = call("letters", "check", "--project", project)
    assert said.code == 10
    for place, code in (
        ("documents/zh_CN/overdue-notice.letter.j2:4:", "unknown-field"),
        ("documents/cases.yaml:", "bad-value"),
        ("packs/house.yaml:1:", "config-format"),
    ):
        assert any(
            line.startswith(place) and f"[{code}]" in line for line in said.err.splitlines()
        ), (place, code, said.err)
    told = call("letters", "check", "--project", project, "--format", "json")
    assert told.code == 10
    assert len(json.loads(told.out)) == said.err.count("error[")
    marked = call("letters", "check", "--project", project, "--format", "github")
    assert "::error file=config/documents/zh_CN/overdue-notice.letter.j2,line=4" in marked.out


def test_check_holds_letters_against_the_packs(project: Path, call: Call) -> None:
    edit(project, LETTER, "尽快", "尽快，否则您将坐　牢，")
    edit(project, LETTER, "{{ complaints() }}", "")
    edit(project, "documents/en/overdue-notice.letter.j2", "{{ complaints() }}", "")
    said = call("letters", "check", "--project", project)
    assert said.code == 10
    assert "overdue-notice.letter.j2:4:" in said.err
    assert "error[text-words]: '坐 牢'" in said.err
    # what a limit of the mode `warn` asks for is asked for, and stops nothing
    assert "warning[letter-incomplete]" in said.err
    assert "12378" in said.err or "hotline" in said.err
    assert {row["check"] for row in listed(call, project).values()} != {"ok"}


def test_check_says_under_which_condition_a_clause_stands(project: Path, call: Call) -> None:
    for language in ("zh_CN", "en"):
        edit(
            project, f"documents/{language}/overdue-notice.letter.j2", "{{ complaints() }}",
            "{% if letter.accounts > 1 %}\n{{ complaints() }}\n{% endif %}",
        )  # fmt: skip
    said = call("letters", "check", "--project", project)
    source = (project / "config" / LETTER).read_text().splitlines()
    line = source.index("{% if letter.accounts > 1 %}") + 1
    assert f"{LETTER}:{line}:4: " in said.err
    assert "letter-incomplete" in said.err


def test_check_looks_at_letters_alone(project: Path, call: Call) -> None:
    edit(project, "rules/overdue.yaml", "ruleset:", "rulset:")
    said = call("letters", "check", "--project", project)
    assert said.code == 0
    assert "no errors" in said.err
    assert call("check", "--project", project).code == 10


def test_a_project_without_letters_is_told_so(project: Path, call: Call) -> None:
    edit(project, "project.yaml", "documents: documents\n", "")
    for command in (["list"], ["check"], ["diff"], ["preview", "--to", str(project / "x")]):
        said = call("letters", *command, "--project", project)
        assert said.code == 10
        assert "[no-documents]" in said.err
