"""The catalogue: what is refused, each fault with its place, all faults of all files at once."""

import re

import pytest
from letterbox import FILES

from collectctl.documents.bank import read_bank
from collectctl.documents.catalog import Documents, read_documents
from collectctl.problems import Level, Problem, render

CATALOG = "documents/documents.yaml"


def changed(file: str, old: str, new: str) -> dict[str, bytes]:
    """The starter's files with one word changed."""
    assert old in FILES[file].decode()
    return FILES | {file: FILES[file].decode().replace(old, new, 1).encode()}


def problems(files: dict[str, bytes]) -> tuple[Problem, ...]:
    documents, found = read_documents(files, lint=True)
    assert documents is None
    return found


def starter() -> Documents:
    documents, found = read_documents(FILES, lint=True)
    assert documents is not None
    assert not found
    return documents


def test_the_starter_has_its_whole_set_of_documents_in_both_languages() -> None:
    documents = starter()
    assert documents.ids == (
        "due-reminder", "friendly-reminder", "overdue-notice", "firm-notice", "final-warning",
        "care-notice", "guarantor-notice", "joint-debtor-notice", "bureau-notice",
        "agency-notice", "plan-offer", "plan-agreement", "plan-confirmation", "plan-breach",
        "plan-completion", "complaint-acknowledgement", "complaint-decision",
        "settlement-confirmation", "account-statement", "validation-notice",
    )  # fmt: skip
    assert len(documents.forms_by_key) == 2 * sum(len(documents.forms(d)) for d in documents.ids)
    assert documents.forms("overdue-notice") == {"letter", "sms", "email", "wechat", "script"}
    for document in ("plan-offer", "plan-agreement", "agency-notice", "complaint-decision"):
        assert documents.forms(document) == {"letter", "email"}
    for document in ("account-statement", "validation-notice"):
        assert documents.forms(document) == {"letter"}
    assert documents.title("care-notice", "en") == "Help with your credit card debt"
    assert documents.tone("final-warning") == "legal"


def test_only_persons_liable_by_contract_are_addressed() -> None:
    documents = starter()
    assert documents.addressees("guarantor-notice") == {"guarantor"}
    assert documents.addressees("joint-debtor-notice") == {"joint_debtor"}
    for document in set(documents.ids) - {"guarantor-notice", "joint-debtor-notice"}:
        assert "principal" in documents.addressees(document)
        assert documents.addressees(document) <= {"principal", "joint_debtor", "guarantor"}
    for document in ("overdue-notice", "firm-notice", "final-warning"):
        assert documents.addressees(document) == {"principal"}, "joint debtors get their own"


def test_an_email_is_headed_without_a_word_of_the_debt() -> None:
    for (_, channel, _), form in starter().forms_by_key.items():
        if channel == "email":
            assert form.subject
            for word in ("欠", "逾期", "催", "债", "debt", "overdue", "owe", "collect", "pay"):
                assert word not in form.subject.lower()


@pytest.mark.parametrize("role", ["contact", "supplementary", "representative", "neighbour"])
def test_a_document_to_somebody_who_owes_nothing_is_refused(role: str) -> None:
    files = changed(CATALOG, "addressees: [guarantor]", f"addressees: [{role}]")
    (problem,) = problems(files)
    assert problem.code == "document-addressee"
    assert f"'{role}' does not owe the debt" in render(problem)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "column"),
    [
        (CATALOG, "addressees: [guarantor]", "addressees: []", "document-addressee", ":5"),
        (CATALOG, "purpose: reminder", "purpose: remainder", "document-purpose", ":14"),
        (CATALOG, "sms: firm-notice.sms.j2", "sms: ../x.j2", "bad-value", ":12"),
        (CATALOG, "sms: firm-notice.sms.j2", "smms: firm-notice.sms.j2", "bad-value", ":13"),
        (
            CATALOG, "sms: firm-notice.sms.j2", "sms: other.sms.j2", "document-file-missing",
            ":12",
        ),
        (
            "documents/en/overdue-notice.letter.j2", "{{ help() }}", "", "languages-differ", "",
        ),
        (
            "documents/zh_CN/overdue-notice.sms.j2", "。", "。http://x.cn ", "text-link", ":",
        ),
        (
            "documents/zh_CN/overdue-notice.sms.j2", "。", "{{ bank.website }}", "sms-text", ":",
        ),
        ("documents/zh_CN/overdue-notice.sms.j2", "。", "【】", "sms-text", ":"),
        ("documents/zh_CN/overdue-notice.sms.j2", "。", "，五百元。", "text-figures", ":"),
        (
            "documents/en/overdue-notice.letter.j2", "Please pay", "Pay 5 percent, and please pay",
            "text-figures", ":",
        ),
        ("documents/zh_CN/shared.html.j2", "先生/女士：", "：￥５００", "text-figures", ":"),
        ("documents/bank.yaml", "QingheRCB}", "Q}", "bad-value", ":3"),
        ("documents/bank.yaml", "currency: CNY", "currency: XXX", "bad-value", ":17"),
        ("documents/bank.yaml", "hotline: 0000-96000", "hotline: call us", "bad-value", ":"),
        ("documents/bank.yaml", 'hotline: "12378"', 'hotline: ""', "bad-value", ":1"),
        ("documents/bank.yaml", "{zh_CN: 信用卡部, en", "{zh_CN: ' ', en", "bad-value", ":"),
        ("documents/bank.yaml", '"000100"', '"10"', "bad-value", ":"),
        ("documents/bank.yaml", "www.qinghe-rcb.example", "see our site", "bad-value", ":"),
        ("documents/bank.yaml", "0000 9600 0000 0001", "by cash", "bad-value", ":15"),
    ],
)  # fmt: skip
def test_each_fault_of_the_catalogue_is_named(
    file: str, old: str, new: str, code: str, column: str
) -> None:
    files = changed(file, old, new)
    found = problems(files)
    errors = [p for p in found if p.level is Level.ERROR]
    # What is put into one language alone makes the two differ as well.
    assert {p.code for p in errors} - {"languages-differ"} <= {code}
    assert code in {p.code for p in errors}
    places = [str(p.span) for p in errors]
    if column:
        assert any(re.match(rf"{re.escape(file)}:\d+{column}", p) for p in places), places


def test_a_fault_of_a_shared_file_is_told_there_and_not_of_every_text() -> None:
    files = changed("documents/zh_CN/shared.html.j2", "{{ line.principal|amount }}", "{{ line.x }}")
    assert {str(p.span).split(":")[0] for p in problems(files)} == {
        "documents/zh_CN/shared.html.j2"
    }
    files["documents/zh_CN/shared.html.j2"] = b"{% macro head(letter) %}{% endmacr %}"
    found = problems(files)
    assert {p.code for p in found} == {"template-syntax"}


def test_a_character_that_cannot_be_printed_is_found_before_any_night() -> None:
    files = changed(
        "documents/en/firm-notice.letter.j2", "{{ duties() }}", "\U0001f600{{ duties() }}"
    )
    (problem,) = (p for p in problems(files) if p.code == "letter-glyph")
    assert "U+1F600" in render(problem)
    assert "documents/en/firm-notice.letter.j2:" in str(problem.span)


def test_an_e_mail_without_a_subject_is_refused() -> None:
    lines = FILES[CATALOG].decode().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("    subject:"))
    without = "".join(lines[:at] + lines[at + 1 :]).encode()
    (problem,) = problems(FILES | {CATALOG: without})
    assert problem.code == "email-subject"
    assert "'due-reminder' goes out as an e-mail" in render(problem)


def test_faults_of_all_files_are_reported_at_once_and_sorted() -> None:
    files = changed("documents/en/firm-notice.sms.j2", "{{ who(letter) }}", "{{ whom(letter) }}")
    files["documents/zh_CN/care-notice.letter.j2"] = b"{{ letter.lines"
    files["documents/zh_CN/care-notice.sms.j2"] = b"\xff"
    files["documents/bank.yaml"] = b"format: collectctl/1\nbank: {}\n"
    found = problems(files)
    assert {p.code for p in found} >= {
        "unknown-macro", "template-syntax", "config-encoding", "missing-key",
    }  # fmt: skip
    assert list(found) == sorted(found, key=Problem.sort_key)


@pytest.mark.parametrize("file", ["documents/documents.yaml", "documents/bank.yaml",
                                  "documents/en/shared.html.j2"])  # fmt: skip
def test_a_file_that_is_not_there_is_named(file: str) -> None:
    found = problems({name: data for name, data in FILES.items() if name != file})
    assert (file, "document-file-missing") in [(str(p.span), p.code) for p in found]


def test_a_text_that_nobody_uses_is_a_warning_only() -> None:
    documents, found = read_documents(FILES | {"documents/en/spare.sms.j2": b"x"}, lint=True)
    assert documents is not None
    assert [(p.code, p.level) for p in found] == [("document-file-unused", Level.WARNING)]


def test_the_digest_changes_with_any_text_and_with_nothing_else() -> None:
    other = read_documents(changed("documents/en/firm-notice.sms.j2", "Overdue", "Late"))[0]
    same = read_documents(FILES | {"columns.yaml": b"x"})[0]
    assert other is not None
    assert same is not None
    assert same.digest == starter().digest != other.digest


def test_the_bank_speaks_both_languages() -> None:
    facts, _ = read_bank(FILES["documents/bank.yaml"], "documents/bank.yaml")
    assert facts is not None
    assert facts.get("zh_CN").name == "清河农村商业银行"
    assert [r.hotline for r in facts.get("en").regulators] == ["12378", "12363"]
