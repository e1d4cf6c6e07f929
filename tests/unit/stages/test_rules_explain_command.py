"""`collectctl rules explain`: one account told from tonight's exports."""

import json
import subprocess
import sys
from pathlib import Path

from conftest import Call
from small_nights import small_night, small_project


def test_an_account_is_told_with_its_tier_and_tests_in_both_languages(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(12)
    project = small_project(fresh, tmp_path / "p", night)
    account = night.accounts[0]["账号"]
    at = ("rules", "explain", account, "--project", project)
    english = call(*at, "--lang", "en")
    assert (english.code, english.err) == (0, "")
    said = dict(line.split("\t", 1) for line in english.out.splitlines())
    assert said["Account"] == account
    assert said["night"] == night.day
    assert {"tier", "rule", "treatment", "because", "test"} <= said.keys()
    days = said["Days past due"]
    assert said["net days (for ladders only)"] == (
        f"past due {days} - grace 3 - held missing = missing"
    )
    assert "分层\t" + said["tier"] in call(*at).out
    told = json.loads(call(*at, "--lang", "en", "--format", "json").out)["explanation"]
    assert {"what": "tier", "says": said["tier"]} in told


def test_no_name_phone_or_identity_number_is_told(fresh: Path, tmp_path: Path, call: Call) -> None:
    night = small_night(12)
    project = small_project(fresh, tmp_path / "p", night)
    account = night.accounts[0]["账号"]
    said = call("rules", "explain", account, "--project", project).out
    people = [row for row in night.parties if row["账号"] == account]
    assert people
    for row in people:
        for heading in ("姓名", "手机", "证件号码"):
            assert not row.get(heading) or row[heading] not in said


def test_an_account_that_no_export_has_is_refused(fresh: Path, tmp_path: Path, call: Call) -> None:
    project = small_project(fresh, tmp_path / "p", small_night(12))
    said = call("rules", "explain", "nobody", "--project", project)
    assert said.code == 11
    assert "account-unknown" in said.err
    assert "nobody" not in said.err


def test_an_account_in_quarantine_is_told_why(fresh: Path, tmp_path: Path, call: Call) -> None:
    night = small_night(12)
    night.accounts[0]["逾期天数"] = "many"
    project = small_project(fresh, tmp_path / "p", night)
    said = call("rules", "explain", night.accounts[0]["账号"], "--project", project)
    assert said.code == 11
    assert "quarantine" in said.err
    assert "days_past_due" in said.err or "逾期天数" in said.err


def test_only_what_grades_an_account_has_to_be_in_order(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(12)
    project = small_project(fresh, tmp_path / "p", night)
    at = ("rules", "explain", night.accounts[0]["账号"], "--project", project)
    whole = call(*at)
    (project / "config" / "queues.yaml").write_text("half a fi")
    assert call("check", "--project", project).code == 10
    assert call(*at) == whole
    (project / "config" / "statuses.yaml").write_text("half a fi")
    assert call(*at).code == 10


def test_letters_workbooks_and_proofs_are_not_loaded_for_it(fresh: Path, tmp_path: Path) -> None:
    night = small_night(12)
    project = small_project(fresh, tmp_path / "p", night)
    arguments = ["rules", "explain", night.accounts[0]["账号"], "--project", str(project)]
    told = (
        "import sys\n"
        "from collectctl.cli import main\n"
        f"main({arguments!r})\n"
        "heavy = ('jinja2', 'openpyxl', 'sqlite3', 'z3')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr, end='')"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stderr == "[]"


def test_a_value_that_is_the_customers_is_told_with_the_account_it_comes_from(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(12)
    first, second, *_ = night.accounts
    second["客户号"] = first["客户号"]
    first["困难客户"], second["困难客户"] = "否", "是"
    project = small_project(fresh, tmp_path / "p", night)
    english = call("rules", "explain", first["账号"], "--project", project, "--lang", "en")
    assert f"Hardship\ttrue (the customer's, from account {second['账号']})\n" in english.out
    chinese = call("rules", "explain", second["账号"], "--project", project)
    assert f"困难客户\ttrue（客户级，来自账户 {second['账号']}）\n" in chinese.out
    third = night.accounts[2]
    third["困难客户"] = "否"
    project = small_project(fresh, tmp_path / "q", night)
    alone = call("rules", "explain", third["账号"], "--project", project, "--lang", "en")
    assert "Hardship\tfalse (the customer's, all accounts say so)\n" in alone.out


def test_an_account_that_a_status_sets_apart_lends_its_mark_all_the_same(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(12)
    first, sold, *_ = night.accounts
    sold["客户号"] = first["客户号"]
    first["困难客户"], sold["困难客户"], first["逾期天数"] = "否", "是", "100"
    night.rows["statuses"].append(
        {"账号": sold["账号"], "账户状态": "sold", "起始日": "2026-11-01", "案号": ""}
    )
    project = small_project(fresh, tmp_path / "p", night)
    apart = call("rules", "explain", sold["账号"], "--project", project, "--lang", "en")
    assert "status\tsold" in apart.out
    assert "customer's treatment" not in apart.out
    said = call("rules", "explain", first["账号"], "--project", project, "--lang", "en")
    assert f"Hardship\ttrue (the customer's, from account {sold['账号']})\n" in said.out
    assert "customer's treatment\tcare\n" in said.out
