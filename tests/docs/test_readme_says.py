"""What the README and its neighbours say is what the program does."""

import re
from pathlib import Path

import pytest

import collectctl
from collectctl import cli
from collectctl.commands.options import DIFFERENCES
from collectctl.commands.run import BRAKED
from collectctl.problems import CollectctlError

ROOT = Path(__file__).parent.parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = (
    *READMES, "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
    *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
)  # fmt: skip
USAGE = 2


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table(name: str, key: str) -> dict[str, str]:
    """The rows of tables whose first cell matches, with their second cell."""
    rows = re.findall(rf"^\| ({key}) \| ([^|]+) \|", text(name), flags=re.MULTILINE)
    return {first: second.strip() for first, second in rows}


def said_by_the_program() -> dict[str, str]:
    words = str(cli.app.info.help).split("Exit codes: ")[1].split(". ")[0]
    return dict(re.findall(r"(\d+) ([^,]+)(?:, |$)", words))


def test_the_table_of_exit_codes_is_the_programs_own() -> None:
    assert table("README.md", r"\d+") == said_by_the_program()
    kinds = {str(c.exit_code) for c in CollectctlError.__subclasses__()}
    others = {0, cli.DEFECT, USAGE, BRAKED, DIFFERENCES, cli.INTERRUPTED}
    assert said_by_the_program().keys() == kinds | {str(c) for c in others}


def test_the_chinese_table_has_the_same_exit_codes() -> None:
    assert table("README.zh-CN.md", r"\d+").keys() == said_by_the_program().keys()


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_table_and_no_other(readme: str) -> None:
    listed = re.findall(r"^\| `([a-z]+)(?: [A-Z]+)?` \|", text(readme), flags=re.MULTILINE)
    assert sorted(listed) == sorted(str(c.name) for c in cli.app.registered_commands)


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_a_nights_folder_is_what_a_night_leaves(readme: str, worked: Path) -> None:
    part = text(readme).split("night/archive/2026-11-20/")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+`) \|", part, flags=re.MULTILINE)
    listed = {n.rstrip("/") for cell in cells for n in re.findall(r"`([^`]+)`", cell)}
    assert listed == {p.name for p in (worked / "archive" / "2026-11-20").iterdir()}


def test_both_readmes_give_the_same_two_commands_one_line_each() -> None:
    english, chinese = (
        re.findall(r"^```sh\n(.*)\n```$", text(n), flags=re.MULTILINE) for n in READMES
    )
    assert english == chinese
    run, tests = english
    assert run.startswith("python3 -m venv .venv && ")
    assert "collectctl run" in run
    assert tests.startswith("python3 -m venv .venv && ")
    assert "pytest" in tests


def test_ci_finds_the_readmes_test_command() -> None:
    lines = [s for s in text("README.md").splitlines() if re.match(r"python3 -m venv .*pytest", s)]
    assert len(lines) == 1
    assert "python3 -m venv" in text(".ci/run")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text(page)):
        if not target.startswith("https://"):
            assert (ROOT / page).parent.joinpath(target).exists(), target


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    newest = re.search(r"^## \[([^\]]+)\]", text("CHANGELOG.md"), flags=re.MULTILINE)
    assert newest is not None
    assert newest[1] == collectctl.__version__


def test_the_package_has_the_version_of_the_program() -> None:
    assert f'\nversion = "{collectctl.__version__}"\n' in text("pyproject.toml")


def test_every_library_in_use_is_locked() -> None:
    locked = {s.split("==")[0].lower() for s in text("lock.txt").splitlines() if "==" in s}
    wanted = text("pyproject.toml").split("\ndependencies = [")[1].split("[project.scripts]")[0]
    names = re.findall(r'^  "([A-Za-z][\w-]*)', wanted, flags=re.MULTILINE)
    assert {n.lower() for n in names} <= locked


def test_every_kind_of_configuration_has_a_guide_in_the_readme() -> None:
    for entry in sorted((ROOT / "config").iterdir()):
        assert f"`{entry.name}" in text("README.md"), entry


def test_pictures_are_there_and_small() -> None:
    shown = set(re.findall(r"docs/pictures/(\w+\.png)", text("README.md")))
    there = {p.name: p.stat().st_size for p in (ROOT / "docs" / "pictures").glob("*.png")}
    assert shown == there.keys()
    assert all(size < 300_000 for size in there.values()), there
