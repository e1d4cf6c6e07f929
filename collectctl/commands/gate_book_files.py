"""What `collectctl gate book` writes."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from collectctl.commands.gate_answer import packs_of
from collectctl.commands.terminal import say_problems
from collectctl.compliance.gate.enforced import DUTIES_SHOWN_BY, boundary_test, code_of
from collectctl.compliance.packs.shapes import DutyLimit, FactLimit, TextLimit
from collectctl.project import read_project
from collectctl.reports.packbook import Enforcement, Shown, pack_page, pack_workbook


def made_book(project: Path, day: date, language: str | None) -> tuple[Mapping[str, bytes], str]:
    """The files by name, and what is to be said about them; `language`: else the project's.

    Raises:
        CollectctlError: the project cannot be read, or names no pack (`packs-none`).
    """
    read, warnings = read_project(project)
    say_problems(warnings)
    packs = packs_of(read)
    spoken = language or str(read.settings.language)
    by = Enforcement(code=code_of, test=boundary_test, duties=DUTIES_SHOWN_BY)
    shown = Shown(
        bank=read.settings.title, digest=read.configuration.digest, sample=read.settings.sample,
        day=day,
    )  # fmt: skip
    limits = [limit for pack in packs.packs for limit in pack.limits.values()]
    enforced = sum(not isinstance(limit, DutyLimit | FactLimit | TextLimit) for limit in limits)
    return {
        "packs.html": pack_page(packs, by, shown, spoken),
        "packs.xlsx": pack_workbook(packs, by, shown, spoken),
    }, f"{len(packs.packs)} packs, {len(limits)} limits, {enforced} of them enforced by the gate"
