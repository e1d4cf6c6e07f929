"""The page a supervisor reads in the morning."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from collectctl.columns import to_frame
from collectctl.config import Bilingual
from collectctl.reports.conservation import Between, DocumentCount, place
from collectctl.reports.judge import Braked
from collectctl.reports.measures import measure
from collectctl.reports.night import (
    Came,
    FeedLine,
    HoldLine,
    Kind,
    Named,
    NightReport,
    Share,
    counted,
)
from collectctl.reports.page import Languages, night_page


def both(zh: str, en: str) -> Bilingual:
    return Bilingual(zh_CN=zh, en=en)


DECISIONS = pa.table(
    {
        "account_id": ["6060000000000000001", "6060000000000000002", "6060000000000000003"],
        "currency": ["CNY", "CNY", "USD"],
        "balance": [123456, 250, 9900],
        "grade": ["M1", "M2", "MANUAL"],
        "disposition": ["worked", "blocked", "manual"],
        "branch_code": ["B001", "B001", "B002"],
    }
)
MEASURES = measure(
    DECISIONS, documents={"notice/letter": 1}, rows={"accounts": 4}, rejected={"accounts": 1}
)


def missing(*ids: str) -> pd.DataFrame:
    return to_frame(
        pa.table(
            {
                "account_id": pa.array(ids, pa.string()),
                "customer_id": pa.array(["C7"] * len(ids), pa.string()),
                "currency": pa.array(["CNY"] * len(ids), pa.string()),
                "balance": pa.array([1234567] * len(ids), pa.int64()),
            }
        )
    )


REPORT = NightReport(
    bank=both("清河农村商业银行", "Qinghe Rural Commercial Bank"),
    business_date=date(2026, 11, 20),
    previous=date(2026, 11, 19),
    sample=True,
    overtaken=False,
    gated=True,
    braked=(),
    came=(
        Came(
            export="accounts", state="arrived", file="2026-11-20/accounts_20261120.csv",
            encoding="gb18030", digest="ab" * 32, rows_in=4, used=3, rejected=1,
        ),
        Came(
            export="statements", state="absent", file="", encoding=None, digest=None,
            rows_in=0, used=0, rejected=0,
        ),
    ),
    placed=place(DECISIONS),
    grades=("M1", "M2"),
    documents=DocumentCount(proposed=3, prepared=1, deferred=0, blocked=1, failed=1),
    kinds=(
        Kind(
            document=both("告知函", "Notice"), channel=both("信函", "Letter"),
            prepared=1, failed=1, blocked=1, deferred=0,
        ),
    ),
    queues=(Share(team=both("电话组", "Phone"), people=4, accounts=1, waiting=2),),
    between=Between(
        yesterday=4, carried=2, quarantined=0, closed=1, missing=missing("6060000000000009999"),
        new=1,
    ),
    measures=MEASURES,
    earlier=replace(MEASURES, accounts=4),
    quarantine=(Named(label=both("accounts bad-date", "accounts bad-date"), count=1),),
    undecided=(Named(label=both("行内评分", "Credit score"), count=1),),
    objections=(Named(label=both("没有手机号码", "no phone number is known"), count=1),),
    statuses=(),
)  # fmt: skip
BRAKED = Braked(
    code="branch-missing", name="B004", today=0, before=340, limit=2500,
    message=both("支行 B004 一户也没有", "no account of branch B004"),
    because=both("支行缺失", "a branch that did not deliver"),
)  # fmt: skip


def page(report: NightReport = REPORT, languages: Languages = "both") -> str:
    return night_page(report, languages).decode()


def words(html: str) -> str:
    body = html.split("<body>")[1]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_the_first_line_says_that_nothing_is_released_and_whether_limits_were_checked() -> None:
    assert words(page()).startswith("已核对联系限制，尚未放行。 Contact limits were checked;")
    free = page(replace(REPORT, gated=False), "en")
    assert words(free).startswith("Contact limits were not checked.")


def test_feeds_holds_and_calls_beyond_their_shares_are_shown() -> None:
    said = words(
        page(
            replace(
                REPORT,
                feeds=(
                    FeedLine(feed="dialler", state="arrived", new=9, apart=1,
                             known_to="2026-11-21 00:00:00"),
                    FeedLine(feed="payments", state="absent", new=0, apart=0, known_to=""),
                ),
                holds_due=(
                    HoldLine(number=3, reason="dispute", review=date(2026, 11, 1), set_by="S1"),
                ),
                excesses=(Named(label=both("接通次数超出", "reached too often"), count=2),),
                tasks_stopped=(Named(label=both("停催", "Holds"), count=4),),
            ),
            "en",
        )
    )  # fmt: skip
    assert "dialler arrived 9 1 2026-11-21 00:00:00" in said
    assert "payments absent 0 0 not known" in said
    assert "Holds to be looked at again 3 dispute 2026-11-01 S1" in said
    assert "reached too often 2" in said
    assert "Holds 4" in said


def test_it_says_which_night_and_what_it_is_compared_with() -> None:
    assert "2026-11-20 对比 compared with 2026-11-19" in words(page())
    first = replace(REPORT, previous=None, between=None, earlier=None)
    assert "the first night" in words(page(first))


def test_an_overtaken_night_says_that_nothing_may_leave() -> None:
    assert "Overtaken" not in words(page())
    assert "Overtaken by a later export: for the record only" in words(
        page(replace(REPORT, overtaken=True))
    )


def test_a_braked_night_says_what_was_beyond_which_limit() -> None:
    text = words(page(replace(REPORT, braked=(BRAKED,))))
    assert "Braked: nothing may leave until approved with a reason." in text
    assert "no account of branch B004" in text
    assert "No brake acted." in words(page())


def test_a_sample_rulebook_is_named_as_such() -> None:
    assert "no bank has approved it" in words(page())
    assert "no bank has approved it" not in words(page(replace(REPORT, sample=False)))


def test_the_equations_stand_there_with_their_numbers() -> None:
    text = words(page(languages="en"))
    assert "proposed 3 = prepared 1 + deferred 0 + blocked 1 + failed 1" in text
    assert "the night before 4 = carried on 2 + closed with evidence 1" in text
    assert "CNY 1,237.06 1,234.56 2.50 0.00" in text


def test_a_grade_the_rulebook_does_not_name_stands_at_the_end() -> None:
    text = words(page(languages="en"))
    assert text.index(" M1 1 1") < text.index(" M2 1") < text.index(" MANUAL 1")


def test_a_missing_account_is_listed_without_its_number() -> None:
    html = page()
    assert "6060000000000009999" not in html
    assert "**9999" in html
    assert "CNY 12,345.67" in html


def test_a_long_list_is_cut_and_says_by_how_much() -> None:
    assert REPORT.between is not None
    many = missing(*(f"{i:019d}" for i in range(30)))
    text = words(page(replace(REPORT, between=replace(REPORT.between, missing=many))))
    assert "另有 and 18" in text


def test_markup_and_control_characters_are_printed_never_obeyed() -> None:
    evil = both("<script>alert(1)</script>\u202e\x1b[2J{{ 7*7 }}", "x")
    html = page(replace(REPORT, statuses=(Named(label=evil, count=1),)))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert r"\u{202e}\u{1b}[2J{{ 7*7 }}" in html


def test_it_needs_nothing_from_anywhere() -> None:
    html = page()
    assert "<script" not in html
    assert "http:" not in html
    assert "https:" not in html
    assert "src=" not in html


@pytest.mark.parametrize("languages", ["both", "zh_CN", "en"])
def test_the_same_night_gives_the_same_bytes(languages: Languages) -> None:
    assert night_page(REPORT, languages) == night_page(REPORT, languages)


def test_one_language_alone_has_no_word_of_the_other() -> None:
    assert re.search(r"[\u4e00-\u9fff]", words(page(languages="en"))) is None
    assert "Where it went" not in words(page(languages="zh_CN"))


def test_a_night_with_nothing_in_it_has_a_page_too() -> None:
    empty = DECISIONS.slice(0, 0)
    report = replace(
        REPORT, placed=place(empty), queues=(), kinds=(), came=(), quarantine=(), undecided=(),
        objections=(), between=None, earlier=None, previous=None,
        measures=measure(empty, documents={}, rows={}, rejected={}),
    )  # fmt: skip
    assert words(page(report)).endswith("没有。 Nothing.")


def test_counts_are_named_the_largest_first() -> None:
    found = counted({"b": 2, "a": 2, "c": 5, "z": 0}, {"c": both("丙", "C")})
    assert [(n.label.zh_CN, n.count) for n in found] == [("丙", 5), ("a", 2), ("b", 2)]
