"""The night's documents: what is written, what fails and why, and the forms senders take."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from letterbox import ACCOUNT, DOLLARS, PERSON, failures, post, texts

from collectctl.documents import prepare as module


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_letter_is_found_by_its_place_in_the_index(tmp_path: Path) -> None:
    people = [PERSON | {"contact_no": n, "name": f"王{n}"} for n in (1, 2, 3)]
    done, out = post(tmp_path, people)
    assert done.files == ("letters/index.csv", "letters/overdue-notice-zh_CN-0001.html")
    for row in rows(out / "letters" / "index.csv"):
        data = (out / "letters" / row["file"]).read_bytes()
        page = data[int(row["offset"]) : int(row["offset"]) + int(row["length"])].decode()
        assert page.startswith(f'<section id="c{row["contact_no"]}">\n')
        assert page.endswith("</section>\n")
        assert f"王{row['contact_no']}　先生/女士　收" in page


def test_letters_are_printed_in_the_order_of_their_postal_codes(tmp_path: Path) -> None:
    codes = {1: "200", 2: None, 3: "100", 4: "100"}
    _, out = post(
        tmp_path, [PERSON | {"contact_no": n, "postal_code": code} for n, code in codes.items()]
    )
    index = rows(out / "letters" / "index.csv")
    assert [int(r["contact_no"]) for r in index] == [3, 4, 1, 2]
    assert [int(r["position"]) for r in index] == [1, 2, 3, 4]


def test_a_batch_holds_a_thousand_letters_of_one_document_and_language(tmp_path: Path) -> None:
    people = [PERSON | {"contact_no": n} for n in range(1, 1003)]
    people.append(PERSON | {"contact_no": 2000, "language": "en"})
    done, out = post(tmp_path, people)
    assert done.files == (
        "letters/index.csv", "letters/overdue-notice-en-0001.html",
        "letters/overdue-notice-zh_CN-0001.html", "letters/overdue-notice-zh_CN-0002.html",
    )  # fmt: skip
    assert len(rows(out / "letters" / "index.csv")) == 1003
    assert (out / "letters" / done.files[3][8:]).read_text("utf-8").count("<section") == 2


def test_the_bytes_do_not_depend_on_the_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WORTH_A_POOL", 1)
    channels = ("letter", "sms", "email", "wechat", "script")
    people = [
        PERSON | {"contact_no": n, "channel": channels[n % 5], "language": ("zh_CN", "en")[n % 2]}
        for n in range(1, 61)
    ]
    people[3]["phone"] = people[4]["address"] = None
    accounts = [a | {"contact_no": p["contact_no"]} for p in people for a in (ACCOUNT, DOLLARS)]
    alone, first = post(tmp_path / "alone", people, accounts)
    two, second = post(tmp_path / "two", people[::-1], accounts[::-1], workers=2)
    assert alone.files == two.files
    assert alone.counts == two.counts
    assert failures(alone) == failures(two)
    assert [(first / f).read_bytes() for f in alone.files] == [
        (second / f).read_bytes() for f in two.files
    ]


def test_the_scratch_folder_is_gone_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    done, out = post(tmp_path, [PERSON])
    assert [p.name for p in tmp_path.iterdir()] == ["prepared"]
    assert {(out / f).stat().st_mode & 0o777 for f in done.files} == {0o600}
    assert (out / "letters").stat().st_mode & 0o777 == 0o700


def test_a_short_message_is_signed_and_its_parts_counted(tmp_path: Path) -> None:
    _, out = post(tmp_path, [PERSON | {"channel": "sms", "phone": "10012345678"}])
    (line,) = (out / "messages" / "sms.jsonl").read_text("utf-8").splitlines()
    row = json.loads(line)
    assert "10012345678" not in line, "from a night nothing can be sent"
    assert row["text"].startswith("【清河农商银行】欧阳先生/女士，您尾号1234信用卡账户")
    assert row["parts"] == -(-len(row["text"]) // 67)


def test_a_mail_has_its_subject_on_one_line_whatever_the_name(tmp_path: Path) -> None:
    people = [PERSON | {"channel": "email", "name": "王\r\nBcc: x@example.invalid"}]
    _, out = post(tmp_path, people)
    mail = json.loads((out / "messages" / "email.jsonl").read_text("utf-8"))
    assert "wh@example.invalid" not in mail.values()
    assert mail["subject"] == "关于您的信用卡账户"
    assert "王\\u{d}\\u{a}Bcc: x" in mail["body"]


@pytest.mark.parametrize(
    ("person", "account", "code", "reason"),
    [
        ({"document": "nothing"}, {}, "document-unknown", ""),
        ({"document": "due-reminder", "channel": "script"}, {}, "form-missing", ""),
        ({"channel": "pigeon"}, {}, "form-missing", ""),
        ({"language": "fr"}, {}, "language-unknown", ""),
        ({"role": "contact"}, {}, "addressee-not-liable", ""),
        ({"role": "guarantor"}, {}, "addressee-not-liable", ""),
        ({}, {"contact_no": 9}, "no-accounts", ""),
        ({}, {"currency": "XXX"}, "currency-unknown", ""),
        ({}, {"interest": 40_001}, "parts-do-not-add-up", ""),
        ({"channel": "sms"}, {"balance": 1}, "parts-do-not-add-up", ""),
        ({}, {"interest": None, "fees": None}, "field-missing", "interest, fees"),
        ({"name": " "}, {}, "field-missing", "name"),
        ({"address": None}, {}, "address-missing", ""),
        ({"channel": "sms", "phone": None}, {}, "address-missing", ""),
        ({"channel": "sms", "phone": "10012345678;ls"}, {}, "address-unusable", ""),
        ({"channel": "email", "email": "a@b\nBcc:c@d"}, {}, "address-unusable", ""),
        ({"channel": "wechat", "wechat_id": "a b"}, {}, "address-unusable", ""),
        ({"name": "王www.pay-now.cn"}, {}, "letter-link", "address on the net"),
        ({"channel": "sms", "name": "王https://a.cn"}, {}, "letter-link", ""),
        ({"address": "清河市 evil.com 1号"}, {}, "letter-link", ""),
        ({"name": "王\U0001f600"}, {}, "letter-glyph", "U+1F600"),
        ({"channel": "sms", "name": "【某】"}, {}, "sms-brackets", ""),
        ({"channel": "sms", "name": "Ann " * 120}, {}, "sms-too-long", ""),
    ],
)
def test_a_document_that_cannot_be_written_is_listed_with_its_reason(
    tmp_path: Path, person: dict[str, Any], account: dict[str, Any], code: str, reason: str
) -> None:
    done, _ = post(tmp_path, [PERSON | person], [ACCOUNT | account])
    ((number, found, why),) = failures(done)
    assert (number, found) == (1, code)
    assert reason in why
    assert done.counts == {}
    failed = done.failed.iloc[0]
    assert failed["customer_id"] == "C001"
    assert failed["channel"] == (PERSON | person)["channel"]


def test_a_short_message_does_not_need_what_only_the_letter_says(tmp_path: Path) -> None:
    gone = {"principal": None, "daily_rate": None, "fees": None}
    done, _ = post(tmp_path, [PERSON | {"channel": "sms", "address": None}], [ACCOUNT | gone])
    assert done.counts == {("overdue-notice", "sms"): 1}


def test_unknown_rates_are_left_out_of_the_letter_and_fail_nothing(tmp_path: Path) -> None:
    done, out = post(tmp_path, [PERSON], [ACCOUNT | {"daily_rate": None}])
    assert not failures(done)
    assert "见领用合约" in texts(out, "letter")[1]


def test_proposed_documents_are_prepared_or_failed(tmp_path: Path) -> None:
    people = [
        PERSON | {"contact_no": n, "channel": ("letter", "sms")[n % 2],
                  "phone": None if n % 3 == 0 else "10012345678"}
        for n in range(1, 31)
    ]  # fmt: skip
    done, _ = post(tmp_path, people)
    assert sum(done.counts.values()) + len(done.failed) == 30
    assert len(done.failed) == 5


def test_nothing_to_write_is_no_fault(tmp_path: Path) -> None:
    done, out = post(tmp_path, [], [])
    assert done.files == ()
    assert done.counts == {}
    assert len(done.failed) == 0
    assert list(out.iterdir()) == []


def test_a_customer_without_a_language_is_written_to_in_chinese(tmp_path: Path) -> None:
    _, out = post(tmp_path, [PERSON | {"language": None, "channel": "sms"}])
    assert texts(out, "sms")[1].startswith("【清河农商银行】")


def test_a_letter_shows_no_more_of_a_number_than_its_last_four_digits(tmp_path: Path) -> None:
    accounts = [ACCOUNT, ACCOUNT | {"account_id": "A000000777", "card_no": None},
                ACCOUNT | {"account_id": "B", "card_no": "1234"}]  # fmt: skip
    _, out = post(tmp_path, [PERSON], accounts)
    letter = texts(out, "letter")[1]
    assert "尾号1234" in letter
    assert "尾号0777" in letter
    assert "尾号****" in letter
    assert "62000000" not in letter
    assert "A0000" not in letter


def test_the_emblem_and_the_seal_are_part_of_the_file(tmp_path: Path) -> None:
    _, out = post(tmp_path, [PERSON])
    page = (out / "letters" / "overdue-notice-zh_CN-0001.html").read_text("utf-8")
    assert ".logo { background-image: url(data:image/svg+xml;base64," in page
    assert ".seal { background-image: url(data:image/svg+xml;base64," in page
    assert "http://" not in page


@pytest.mark.parametrize("document", ["bureau-notice", "agency-notice"])
def test_a_notice_of_a_step_without_its_day_fails_and_the_others_are_written(
    tmp_path: Path, document: str
) -> None:
    undated = PERSON | {"document": document, "decision_act_from": None}
    done, _ = post(tmp_path, [undated, PERSON | {"contact_no": 2, "document": document}])
    assert failures(done) == [
        (1, "field-missing", "the document needs what is not known: decision_act_from")
    ]
    assert done.counts == {(document, "letter"): 1}


def test_a_final_warning_without_a_decision_fails_and_one_without_a_day_is_written(
    tmp_path: Path,
) -> None:
    final = PERSON | {"document": "final-warning"}
    none = final | {"decision_reference": None, "decision_on": None}
    done, out = post(tmp_path, [none, final | {"contact_no": 2, "decision_act_from": None}])
    assert failures(done) == [
        (1, "field-missing", "the document needs what is not known: decision_reference")
    ]
    assert "十五日内" in texts(out, "letter")[2]
