"""Every command says what it does, and what it says changes only on purpose."""

import os
from pathlib import Path

import pytest
from conftest import Call

from collectctl.cli import app

GOLDEN = Path(__file__).parent.parent / "golden" / "help"
REGISTERED = {
    **{str(c.name): c for c in app.registered_commands},
    **{
        f"{g.name or g.typer_instance.info.name} {c.name}": c
        for g in app.registered_groups
        if g.typer_instance is not None
        for c in g.typer_instance.registered_commands
    },
}
COMMANDS = tuple(REGISTERED)


def helped(call: Call, monkeypatch: pytest.MonkeyPatch, *command: str) -> str:
    monkeypatch.setenv("COLUMNS", "100")
    said = call(*command, "--help")
    assert said.code == 0
    assert said.err == ""
    return said.out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_a_help_text_is_the_one_that_was_agreed(
    command: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = helped(call, monkeypatch, *command.split())
    golden = GOLDEN / f"{command.replace(' ', '-') or 'collectctl'}.txt"
    if os.environ.get("GOLDEN_UPDATE") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_no_agreed_help_text_is_of_a_command_that_is_gone() -> None:
    assert {p.stem for p in GOLDEN.iterdir()} == {
        "collectctl", *(c.replace(" ", "-") for c in COMMANDS)
    }  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_is_for_and_what_each_option_does(command: str) -> None:
    found = REGISTERED[command]
    assert found.callback is not None
    assert (found.callback.__doc__ or "").strip()
    for default in found.callback.__defaults__ or ():
        assert getattr(default, "help", None), default
