import csv as csv_module
import hashlib
import io
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from nightbox import (  # fmt: skip
    ANOTHER,
    HEADINGS,
    MAIN,
    NIGHT,
    ROOT,
    ROW,
    column,
    contract,
    csv,
    declared,
    dictionary,
    faults,
    loaded,
    mapped,
    put,
    refused,
    snapped,
)

from collectctl.columns import read_dictionary
from collectctl.exports.contract import read_contract
from collectctl.exports.load import Loaded, load_export
from collectctl.exports.mended import REASON
from collectctl.problems import InputRefusedError, render

MENDED = "2026-11-18/mended/accounts_1.csv"
TRAILER = {"trailer": ["总计", "{rows}", "{balance CNY}", "{balance USD}"]}
CONTROL = {
    "control_file": {
        "file": "{date}/accounts.ctl", "rows": "rows", "sha256": "sha256",
        "business_date": "date", "totals": {"balance CNY": "cny"},
    }
}  # fmt: skip


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def ties(found: Loaded) -> bool:
    """Whether every row is used or rejected, and says so."""
    a = found.arrival
    rows = set(zip(found.rejects["file"], found.rejects["row"], strict=True))
    return (a.rows_in, a.rows_used, a.rows_rejected) == (
        len(found.frame) + len(rows),
        len(found.frame),
        len(rows),
    )


def test_a_plain_export_is_read_whole(inbox: Path) -> None:
    put(inbox, csv(ANOTHER, ROW))
    found = loaded(inbox)
    assert list(found.frame.columns) == [
        "account_id", "customer_id", "branch_code", "product", "currency", "as_of",
        "days_past_due", "balance", "_row",
    ]  # fmt: skip
    assert column(found, "account_id") == ["6060001", "6060002"]
    assert column(found, "_row") == [3, 2]
    assert found.arrival.totals == {"balance": {"CNY": 124450}}
    assert found.arrival.digest == hashlib.sha256(csv(ANOTHER, ROW)).hexdigest()
    assert found.mend is None
    assert ties(found)


@pytest.mark.parametrize(
    ("tail", "codes"),
    [
        ("总计,2,1244.50,0.00\n", []),
        ('总计,2,"1,244.50",0,,\n', []),
        ("", ["truncated"]),
        ("总计,3,1244.50,0.00\n", ["row-count"]),
        ("总计,2,1244.51,0.00\n", ["total-mismatch"]),
        ("总计,2,1244.50,5.00\n", ["total-mismatch"]),
        ("总计,9,9.00,9.00\n", ["row-count", "total-mismatch", "total-mismatch"]),
        ("总计,2,1244.50\n", ["trailer"]),
        ("总计,two,x,0.00\n", ["trailer", "trailer"]),
        ("总计,2,1244.50,0.00\n6060003,C3,CNY,2026-11-18,1,1\n", ["truncated"]),
    ],
)
def test_a_trailer_says_whether_the_file_arrived_whole(
    inbox: Path, tail: str, codes: list[str]
) -> None:
    put(inbox, csv(ROW, ANOTHER, tail=tail))
    assert refused(inbox, contract(whole=TRAILER)) == codes


def test_a_total_is_left_unchecked_where_an_amount_cannot_be_read(inbox: Path) -> None:
    put(inbox, csv(ROW, (*ANOTHER[:5], "1O"), tail="总计,2,1244.50,0.00\n"))
    found = loaded(inbox, contract(whole=TRAILER))
    assert [(p.code, p.level) for p in found.problems] == [("total-unchecked", "warning")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"rows": "3"}, "row-count"),
        ({"sha256": "0" * 64}, "digest-mismatch"),
        ({"sha256": "none"}, "control-file"),
        ({"date": "20261117"}, "stale"),
        ({"cny": "1.00"}, "total-mismatch"),
        ({"rows": None}, "control-file"),
    ],
)
def test_a_control_file_is_held_against_the_export(
    inbox: Path, change: dict[str, str | None], code: str | None
) -> None:
    data = csv(ROW, ANOTHER)
    said = {"rows": "2", "sha256": hashlib.sha256(data).hexdigest(), "date": "20261118",
            "cny": "1,244.50"}  # fmt: skip
    lines = [f"{k} = {v}" for k, v in (said | change).items() if v is not None]
    put(inbox, data)
    put(inbox, "\r\n".join(lines).encode(), "2026-11-18/accounts.ctl")
    one = contract(whole=CONTROL, business_date="control_file")
    assert refused(inbox, one) == ([] if code is None else [code])


def test_an_export_without_its_marker_or_control_file_has_not_arrived(inbox: Path) -> None:
    put(inbox, csv(ROW))
    assert refused(inbox, contract(whole={"marker": "{date}/accounts.ok"})) == ["no-marker"]
    assert refused(inbox, contract(whole=CONTROL)) == ["no-control-file"]
    put(inbox, b"\xff\xff", "2026-11-18/accounts.ctl")
    assert "undecodable" in refused(inbox, contract(whole=CONTROL))


@pytest.mark.parametrize(
    ("policy", "refusals", "warned"), [("refuse", 1, 0), ("warn", 0, 1), ("allow", 0, 0)]
)
def test_an_absent_empty_or_unchanged_export_follows_its_contract(
    inbox: Path, policy: str, refusals: int, warned: int
) -> None:
    inbox.mkdir()
    one = contract(absent=policy, empty=policy, unchanged=policy)
    cases: list[tuple[str, bytes | None]] = [
        ("absent", None), ("empty", csv()), ("unchanged", csv(ROW)),
    ]  # fmt: skip
    for code, data in cases:
        previous = None if data is None else hashlib.sha256(data).hexdigest()
        if code == "empty":
            previous = "of another night"
        if data is not None:
            put(inbox, data)
        assert refused(inbox, one, previous) == [code] * refusals
        if not refusals:
            found = loaded(inbox, one, previous)
            assert [p.code for p in found.problems] == [code] * warned
            assert found.arrival.state == ("arrived" if code == "unchanged" else code)
            assert found.frame["balance"].dtype == "int64[pyarrow]"
            assert ties(found)


def test_an_export_of_another_night_is_stale(inbox: Path) -> None:
    old = [(*r[:3], "2026-11-17", *r[4:]) for r in (ROW, ANOTHER)]
    put(inbox, csv(*old))
    assert refused(inbox) == ["stale"]
    put(inbox, csv(ROW, old[1]))
    found = loaded(inbox)
    assert faults(found) == [(3, "数据日期", "other-business-date")]
    assert ties(found)


@pytest.mark.parametrize(
    ("headings", "codes"),
    [
        (("账号", "客户号", "币种", "数据日期", "逾期天数", "余额"),
         ["missing-heading", "unknown-heading"]),
        (("账号", "账号", "币种", "数据日期", "逾期天数", "欠款总额"),
         ["duplicate-heading", "missing-heading"]),
        (ROW, ["no-header"]),
        (("账号", "客户号", "币种", "数据日期", "逾期天数", ""),
         ["missing-heading", "unknown-heading"]),
    ],
)  # fmt: skip
def test_headings_must_be_the_contracts(
    inbox: Path, headings: tuple[str, ...], codes: list[str]
) -> None:
    put(inbox, csv(ROW, headings=headings))
    assert sorted(refused(inbox)) == codes


def test_other_headings_may_be_ignored(inbox: Path) -> None:
    put(inbox, csv((*ROW, "x", ""), headings=(*HEADINGS, "备注", "")))
    assert refused(inbox) == ["unknown-heading"]
    assert refused(inbox, contract(ignore=["备注"])) == []
    assert refused(inbox, contract(other_headings="ignore")) == []


def test_the_order_of_headings_changes_nothing(inbox: Path) -> None:
    put(inbox, csv(ROW, ANOTHER))
    plain = loaded(inbox).frame
    put(inbox, csv(ROW[::-1], ANOTHER[::-1], headings=HEADINGS[::-1]))
    assert loaded(inbox).frame.equals(plain)


def test_a_file_of_which_nothing_can_be_used_is_refused(inbox: Path) -> None:
    put(inbox, csv((*ROW[:5], "?"), ANOTHER[:3]))
    with pytest.raises(InputRefusedError) as caught:
        loaded(inbox)
    assert [p.code for p in caught.value.problems] == ["no-usable-rows"]
    assert "not-a-number, too-few-cells" in caught.value.problems[0].message


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"])
def test_a_workbook_named_csv_is_refused(inbox: Path, head: bytes) -> None:
    put(inbox, head + b"\0" * 20)
    assert refused(inbox) == ["wrong-kind"]
    assert refused(inbox, contract(reader="auto")) not in ([], ["wrong-kind"])


def test_one_row_of_equal_ones_is_used(inbox: Path) -> None:
    put(inbox, csv(ROW, ANOTHER, (*ROW[:5], "1234.5"), ROW))
    found = loaded(inbox)
    assert faults(found) == [(4, "账号", "duplicate-row"), (5, "账号", "duplicate-row")]
    assert found.mend is None
    assert ties(found)


def test_rows_that_contradict_each_other_are_all_set_apart(inbox: Path) -> None:
    put(inbox, csv(ROW, ANOTHER, (*ROW[:4], "38", "1"), ROW))
    found = loaded(inbox)
    assert [f[0] for f in faults(found)] == [2, 4, 5]
    assert set(found.rejects["code"]) == {"contradicting-rows"}
    assert set(found.rejects["found"]) == {"differs in 逾期天数, 欠款总额"}
    assert column(found, "account_id") == [ANOTHER[0]]
    assert ties(found)


def test_a_row_is_not_believed_beside_a_broken_one_of_its_key(inbox: Path) -> None:
    put(inbox, csv(ROW, (*ROW[:5], "l2"), ANOTHER))
    assert faults(loaded(inbox)) == [
        (2, "账号", "contradicting-rows"),
        (3, "欠款总额", "not-a-number"),
    ]


def test_the_order_of_rows_decides_nothing(inbox: Path) -> None:
    rows = [ROW, ANOTHER, (*ROW[:5], "1"), ANOTHER, ("6060003", *ROW[1:5], "x")]
    seen = set()
    for order in itertools.permutations(rows):
        put(inbox, csv(*order))
        found = loaded(inbox)
        frame = found.frame.drop(columns="_row")
        rejects = found.rejects.drop(columns="row").sort_values(["account_id", "code", "found"])
        seen.add((frame.to_csv(index=False), rejects.to_csv(index=False)))
        assert ties(found)
    assert len(seen) == 1


def test_what_comes_back_mended_is_used_instead(inbox: Path) -> None:
    broken = ("6060003", "", *ROW[2:4], "007", "-1,5")
    lines = [*csv(ROW).decode().splitlines(), '6060003,,CNY,2026-11-18,007,"-1,5"']
    put(inbox, "\n".join(lines).encode())
    first = loaded(inbox)
    assert first.mend is not None
    rows = list(csv_module.reader(io.StringIO(first.mend.decode("utf-8-sig"))))
    assert rows[0] == [*HEADINGS, REASON]
    assert rows[1][:6] == ["6060003", "", "CNY", "'2026-11-18", "'007", "'-1,5"]
    assert rows[1][6].startswith("客户号: missing-value, expected a value; 欠款总额: not-a-number")
    assert broken[4] == "007"

    put(inbox, first.mend, MENDED)
    again = loaded(inbox)
    assert ties(again)
    assert {f[2] for f in faults(again)} == {"missing-value", "not-a-number"}
    assert again.arrival.rows_in == 3

    rows[1][1], rows[1][5] = "C3", "-1.5"
    out = io.StringIO()
    csv_module.writer(out).writerows(rows)
    put(inbox, out.getvalue().encode("gb18030"), MENDED)
    mended = loaded(inbox)
    assert column(mended, "balance") == [123450, -150]
    assert faults(mended) == [(3, "账号", "replaced-by-mended")]
    assert mended.mend is None
    assert ties(mended)


def test_a_mended_row_settles_a_contradiction(inbox: Path) -> None:
    put(inbox, csv(ROW, (*ROW[:5], "1"), ANOTHER))
    put(inbox, csv(ROW), MENDED)
    found = loaded(inbox)
    assert column(found, "account_id") == ["6060001", "6060002"]
    assert [f[2] for f in faults(found)] == ["replaced-by-mended"] * 2
    assert ties(found)


def test_a_mended_row_does_not_overrule_a_good_one(inbox: Path) -> None:
    put(inbox, csv(ROW, ANOTHER))
    put(inbox, csv((*ROW[:5], "1"), ANOTHER), MENDED)
    found = loaded(inbox)
    assert column(found, "account_id") == [ANOTHER[0]]
    assert sorted(f[2] for f in faults(found)) == ["contradicting-rows"] * 2 + ["duplicate-row"]
    assert ties(found)


def test_a_mended_file_that_cannot_be_read_is_refused_by_name(inbox: Path) -> None:
    put(inbox, csv(ROW))
    put(inbox, b"a,b\n1,2\n", MENDED)
    with pytest.raises(InputRefusedError) as caught:
        loaded(inbox)
    assert [str(p.span) for p in caught.value.problems] == [MENDED]


def test_all_reasons_to_refuse_are_said_at_once(inbox: Path) -> None:
    data = csv(ROW, tail="总计,9,1.00,0.00\n")
    put(inbox, data)
    one = contract(whole=TRAILER | {"marker": "{date}/accounts.ok"})
    assert refused(inbox, one, hashlib.sha256(data).hexdigest()) == [
        "no-marker", "row-count", "total-mismatch", "unchanged",
    ]  # fmt: skip


def test_what_was_found_is_masked_in_the_quarantine(inbox: Path) -> None:
    columns = mapped(姓名={"to": "name", "required": "true"}, 手机="phone", 日={"to": "due_date"})
    rows = [(*ROW, "", "10012345678", "13912345678"), (*ANOTHER, "李", "1", "2026-01-01")]
    put(inbox, csv(*rows, headings=(*HEADINGS, "姓名", "手机", "日")))
    found = loaded(inbox, contract(columns=columns))
    assert sorted(found.rejects["found"]) == ["", "*******5678"]


def test_no_message_repeats_what_stands_in_a_cell(inbox: Path) -> None:
    canary = "canary张三13912345678"
    cases: list[tuple[bytes, dict[str, Any]]] = [
        (f"{canary},{canary}\n".encode(), {}),
        (csv((canary,) * 6), {}),
        (csv((*ROW, canary), tail=f"总计,{canary},{canary},{canary}\n"), {"whole": TRAILER}),
        (csv(headings=(canary, *HEADINGS[1:])) + b"\xff", {}),
        (f'"{canary}\n'.encode(), {"header": {"find": "true"}}),
        (f"{canary}\0".encode(), {}),
    ]
    for data, changes in cases:
        put(inbox, data)
        with pytest.raises(InputRefusedError) as caught:
            loaded(inbox, contract(**changes))
        assert "canary" not in "".join(render(p) for p in caught.value.problems)
        assert "canary" not in str(caught.value)


def test_everything_after_the_snapshot_reads_only_the_copy(inbox: Path) -> None:
    put(inbox, csv(ROW))
    one = contract()
    snapshot = snapped(inbox, one)
    put(inbox, csv(ANOTHER))
    found = load_export(one, snapshot, NIGHT, dictionary(), None)
    assert column(found, "account_id") == [ROW[0]]
    assert snapshot.files[MAIN].size == len(csv(ROW))


def test_an_odd_bank_file_is_read_rightly_by_a_contract_that_says_so(inbox: Path) -> None:
    lines = [
        '清河农商行 5" 明细',
        "打印日期：2026-11-18",
        "",
        " 账号 \t客户号\t币种\t数据日期\t逾期天数\t欠款总额\t",
        '="0060001"\t C1 \tCNY\t20261118\t37\t"3,240.28"\t',
        '="0060002"\tC2\tCNY\t20261118\t５\t10\t',
    ]
    columns = mapped(
        账号={"to": "account_id", "excel_text": "true"},
        客户号={"to": "customer_id", "trim": "true"},
        数据日期={"to": "as_of", "dates": ["YYYYMMDD"]},
        逾期天数={"to": "days_past_due", "full_width": "true"},
        欠款总额={"to": "balance", "unit": "yuan", "thousands": "true"},
    )
    put(inbox, "\r\n".join(lines).encode("gb18030"))
    one = contract(reader="tsv", header={"find": "true"}, columns=columns)
    found = loaded(inbox, one)
    assert faults(found) == []
    assert column(found, "account_id") == ["0060001", "0060002"]
    assert column(found, "customer_id") == ["C1", "C2"]
    assert column(found, "days_past_due") == [37, 5]
    assert column(found, "balance") == [324028, 1000]
    assert column(found, "_row") == [5, 6]


def test_mended_rows_may_come_in_several_files(inbox: Path) -> None:
    put(inbox, csv((*ROW[:5], "?"), (*ANOTHER[:5], "?"), ("6060003", *ROW[1:])))
    put(inbox, csv(ROW), MENDED)
    put(inbox, csv((*ANOTHER, "mended"), headings=(*HEADINGS, REASON)), MENDED.replace("_1", "_2"))
    found = loaded(inbox)
    assert column(found, "account_id") == ["6060001", "6060002", "6060003"]
    assert [f[2] for f in faults(found)] == ["replaced-by-mended"] * 2
    put(inbox, csv((*ROW[:5], "2")), MENDED.replace("_1", "_2"))
    found = loaded(inbox)
    assert column(found, "account_id") == ["6060003"]
    assert ties(found)


def test_a_key_of_several_columns_names_a_row(inbox: Path) -> None:
    columns = {"账号": "account_id", "人": "party_id", "关系": "role"}
    one = contract(
        export="parties", key=["account_id", "party_id", "role"], columns=columns, totals=[],
        constants={}, business_date="file_name",
    )  # fmt: skip
    rows = [("1", "P1", "principal"), ("1", "P2", "guarantor"), ("1", "P1", "principal"),
            ("1", "P2", "neighbour")]  # fmt: skip
    put(inbox, csv(*rows, headings=tuple(columns)))
    found = loaded(inbox, one)
    assert column(found, "party_id") == ["P1", "P2"]
    assert faults(found) == [
        (4, "账号 + 人 + 关系", "duplicate-row"),
        (5, "关系", "unknown-value"),
    ]


def test_a_column_bounded_on_one_side_says_so(inbox: Path) -> None:
    data = (ROOT / "config/columns.yaml").read_bytes()
    loose, problems = read_dictionary(data.replace(b"min: 300, max: 900", b"min: 300"), "c.yaml")
    assert loose is not None, problems
    columns = mapped(评分="credit_score")
    one, _ = read_contract(json.dumps(declared(columns=columns)).encode(), "a.yaml", loose)
    assert one is not None
    put(inbox, csv((*ROW, "99999"), (*ANOTHER, "299"), headings=(*HEADINGS, "评分")))
    found = load_export(one, snapped(inbox, one), NIGHT, loose, None)
    assert found.rejects["expected"].tolist() == ["300 to any"]
