"""Holds from the command line: what they may stop, who lifts them, and when they are looked at."""

from pathlib import Path

import pytest
from conftest import Call, Said

from collectctl.ledger.connect import connect
from collectctl.ledger.holds import holds


def set_hold(call: Call, project: Path, *more: str, review: str = "2026-12-01") -> Said:
    given = dict(zip(more[::2], more[1::2], strict=True))
    options = {
        "--account": "A1", "--from": "2026-11-10", "--reason": "dispute", "--evidence": "letter 7",
        "--by": "S1", "--lifted-by": "compliance", "--review": review, **given,
    }  # fmt: skip
    words = [word for pair in options.items() for word in pair]
    return call("holds", "set", "--project", project, *words)


def lift(call: Call, project: Path, number: str, by: str) -> Said:
    words = ("--from", "2026-11-20", "--by", by, "--reason", "settled", "--project", project)
    return call("holds", "lift", number, *words)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("all", ("all",)),
        ("ladder", ("ladder",)),
        ("call, sms,call", ("call", "sms")),
        ("placement", ("agency",)),
        ("agency,placement,legal", ("agency", "legal")),
        ("demand,ladder", ("demand", "ladder")),
    ],
)
def test_a_hold_names_channels_purposes_ladders_and_steps(
    project: Path, call: Call, typed: str, kept: tuple[str, ...]
) -> None:
    assert set_hold(call, project, "--stops", typed).code == 0
    ledger = connect(project / "ledger" / "ledger.sqlite")
    assert [h.stops for h in holds(ledger)] == [kept]
    ledger.close()


@pytest.mark.parametrize(
    "changed",
    [
        ("--stops", "smoke"),
        ("--stops", ""),
        ("--lifted-by", "supervisor"),
        ("--to", "2026-11-09"),
        ("--review", "soon"),
        ("--evidence", " "),
    ],
)
def test_what_makes_no_hold_is_refused_and_leaves_nothing(
    project: Path, call: Call, changed: tuple[str, str]
) -> None:
    assert set_hold(call, project, *changed).code == 2
    assert call("holds", "list", "--project", project).out.count("\n") == 1


def test_only_the_role_that_was_named_lifts_a_hold(project: Path, call: Call) -> None:
    assert set_hold(call, project).code == 0
    for by in ("S2001", "S9999"):
        said = lift(call, project, "1", by)
        assert (said.code, "[not-authorised]" in said.err) == (12, True)
    assert "role 'compliance'" in lift(call, project, "1", "S1003").err
    assert lift(call, project, "1", "S1002").code == 0
    assert "[hold-lifted]" in lift(call, project, "1", "S1002").err
    assert "[hold-unknown]" in lift(call, project, "2", "S1002").err


def test_somebody_who_works_as_another_user_lifts_nothing(project: Path, call: Call) -> None:
    authority = project / "config" / "authority.yaml"
    text = authority.read_text("utf-8")
    text = text.replace("roles: [compliance]}", "roles: [compliance], account: another}")
    authority.write_text(text, "utf-8")
    assert call("rules", "apply", "--sample", "--project", project).code == 0
    assert set_hold(call, project).code == 0
    assert "another user" in lift(call, project, "1", "S1002").err


def test_the_list_says_which_holds_are_due_for_review(project: Path, call: Call) -> None:
    assert set_hold(call, project, review="2020-01-01").code == 0
    assert set_hold(call, project, review="9999-01-01").code == 0
    rows = call("holds", "list", "--project", project).out.splitlines()
    assert rows[0].split("\t")[-2:] == ["review", "review due"]
    assert [row.split("\t")[-1] for row in rows[1:]] == ["yes", "-"]
