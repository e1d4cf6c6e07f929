import json
from datetime import date
from typing import Any

import pytest
from nightbox import ROOT, contract, declared, dictionary, mapped, read

from collectctl.columns import read_dictionary
from collectctl.exports.contract import read_contract


def codes(**changes: Any) -> list[str]:
    return [p.code for p in read(**changes)[1]]


@pytest.mark.parametrize(
    "export", ["accounts", "parties", "statuses", "falling_due", "statements", "decisions"]
)
def test_each_starter_contract_can_be_used(export: str) -> None:
    data = (ROOT / f"config/contracts/{export}.yaml").read_bytes()
    found, problems = read_contract(data, f"{export}.yaml", dictionary())
    assert problems == ()
    assert found is not None
    assert found.export == export


def test_a_contract_names_the_files_of_a_night() -> None:
    found = contract(
        whole={
            "marker": "{date}/accounts.ok",
            "control_file": {"file": "{date}/{yyyymmdd}.ctl", "rows": "n"},
        }
    ).expected(date(2026, 1, 2))
    assert found.main == "2026-01-02/accounts_20260102.csv"
    assert found.control == "2026-01-02/20260102.ctl"
    assert found.marker == "2026-01-02/accounts.ok"
    assert found.mended == "2026-01-02/mended/accounts_*.csv"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"file": "{date}/../{yyyymmdd}.csv"}, "contract-file"),
        ({"file": "/data/{date}.csv"}, "contract-file"),
        ({"file": "accounts.csv"}, "contract-file"),
        ({"mended": "{date}/mended.csv"}, "contract-file"),
        ({"whole": {"marker": "{date}/a*.ok"}}, "contract-file"),
        ({"header": {"row": "1", "find": "true"}}, "contract-header"),
        ({"header": {}}, "contract-header"),
        ({"delimiter": ",,"}, "contract-setting"),
        ({"sheet": "Sheet1"}, "contract-setting"),
        ({"key": ["customer_id"]}, "contract-key"),
        ({"totals": ["days_past_due"]}, "contract-totals"),
        ({"whole": {"trailer": ["总计", "{rows}", "{balance XYZ}"]}}, "contract-totals"),
        ({"whole": {"trailer": ["总计"]}}, "contract-whole"),
        ({"whole": {"trailer": ["{rows}"]}}, "contract-whole"),
        ({"whole": {"trailer": ["总计", "{rows}", "{sum}"]}}, "contract-whole"),
        ({"whole": {}}, "contract-whole"),
        ({"whole": {"unchecked": "no", "marker": "{date}.ok"}}, "contract-whole"),
        ({"business_date": {"column": "due_date"}}, "contract-setting"),
        ({"business_date": "trailer"}, "contract-setting"),
        ({"constants": {"branch_code": "B001"}}, "contract-needs"),
        ({"constants": {"branch_code": "B0", "product": "gold"}}, "contract-constant"),
        ({"constants": {"branch_code": "B001", "product": "gold", "currency": "CNY"}},
         "contract-constant"),
        ({"constants": {"branch_code": "B001", "product": "gold", "card_no": "{name}"}},
         "contract-constant"),
        ({"columns": mapped(卡号="card_number")}, "contract-column"),
        ({"columns": mapped(借据号="account_id")}, "contract-column"),
        ({"columns": mapped(净天数="net_days")}, "net-days"),
        ({"columns": mapped(最低="minimum_due")}, "contract-unit"),
        ({"columns": mapped(最低={"to": "minimum_due", "unit": "percent"})}, "contract-unit"),
        ({"columns": mapped(日期={"to": "due_date", "dates": ["YYYY-MM"]})}, "contract-dates"),
        ({"columns": mapped(困难="hardship")}, "contract-values"),
        ({"columns": mapped(困难={"to": "hardship", "values": {"是": "yes"}})}, "contract-values"),
        ({"columns": mapped(评分={"to": "credit_score", "values": {"A": "good"}})},
         "contract-values"),
        ({"columns": mapped(姓名={"to": "name", "thousands": "true"})}, "contract-setting"),
        ({"columns": mapped(日期={"to": "due_date", "dates": ["YYYY-MM-DD-DD"]})},
         "contract-dates"),
        ({"columns": mapped(**{" 姓名": "name"})}, "contract-column"),
        ({"whole": {"control_file": {"file": "{date}.ctl", "totals": {"balance": "b"}}}},
         "contract-whole"),
        ({"absent": "ignore"}, "bad-value"),
        ({"export": "receipts"}, "bad-value"),
        ({"complete": "day_end"}, "contract-setting"),
        ({"complete": "noon"}, "bad-value"),
        ({"headers": "1"}, "unknown-key"),
        ({"key": None}, "missing-key"),
    ],
)  # fmt: skip
def test_a_contract_that_makes_no_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    assert code in codes(**changes)


def test_all_faults_of_a_contract_are_said_at_once_and_where() -> None:
    found, problems = read(key=["customer_id"], columns=mapped(卡号="card_num", 最低="minimum_due"))
    assert found is None
    assert sorted(p.code for p in problems) == ["contract-column", "contract-key", "contract-unit"]
    assert all(p.span is not None and p.span.line > 1 for p in problems)
    assert "did you mean 'card_no'?" in {p.mend for p in problems}


def test_an_amount_needs_a_currency() -> None:
    columns = mapped()
    del columns["币种"]
    assert "contract-needs" in codes(columns=columns)
    constants = declared()["constants"] | {"currency": "CNY"}
    assert codes(columns=columns, constants=constants) == []


def test_a_unit_needs_as_many_decimals_as_it_has() -> None:
    data = (ROOT / "config/columns.yaml").read_bytes().replace(b"decimals: 6", b"decimals: 2")
    coarse, _ = read_dictionary(data.replace(b"max: 0.01", b"max: 1"), "columns.yaml")
    assert coarse is not None
    columns = mapped(日利率={"to": "daily_rate", "unit": "ten_thousandth"})
    text = json.dumps(declared(columns=columns)).encode()
    assert [p.code for p in read_contract(text, "a.yaml", coarse)[1]] == ["contract-unit"]


def test_a_file_that_is_no_contract_is_refused() -> None:
    assert [p.code for p in read_contract(b"[", "a.yaml", dictionary())[1]] == ["yaml-syntax"]
