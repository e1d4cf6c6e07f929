"""What `collectctl rules book` prints, and what it compares that with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from collectctl.commands.rules_sources import rulebook_side
from collectctl.commands.session import session
from collectctl.commands.terminal import say_problems
from collectctl.config import Bilingual
from collectctl.ledger.versions import Version
from collectctl.project import Project, read_project
from collectctl.reports.rulebook import Signing, rulebook_page, rulebook_workbook
from collectctl.rules.booklet import booklet
from collectctl.versions.known import Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The project to print, and the one it is compared with."""

    project: Project
    state: Bilingual
    """Where it was taken from."""
    old: Project | None = None
    told: Bilingual | None = None
    """What the other one is called."""


def sides(project: Path, day: date, since: str | None, *, in_force: bool, plain: bool) -> Sides:
    """What to print and, unless it is to be `plain`, what to compare it with.

    Raises:
        CollectctlError: one of them cannot be read, or nothing is in force on the day.
    """

    def stored(known: Versions, on: date) -> Project:
        return known.project(known.on(on))

    with session(project, "rules book", reads=True) as here:
        known, state = here.versions, _state(in_force=in_force)
        if in_force:
            chosen = stored(known, day)
        else:
            chosen, warnings = read_project(project)
            say_problems(warnings)
        if plain or (since is None and in_force):
            return Sides(project=chosen, state=state)
        if since is not None:
            told = Bilingual(zh_CN=since, en=since)
            other = rulebook_side(since, project)
            return Sides(project=chosen, state=state, old=other, told=told)
        version = known.on(day)
        other = stored(known, day)
        return Sides(project=chosen, state=state, old=other, told=_named(version))


def _named(version: Version) -> Bilingual:
    number = version.configuration
    if version.sample:
        return Bilingual(zh_CN=f"正在试用的样例，{number}", en=f"the sample in force, {number}")
    return Bilingual(
        zh_CN=f"自 {version.starts} 生效的版本，{number}",
        en=f"what is in force from {version.starts}, {number}",
    )


def _titles(project: Project) -> dict[str, Bilingual]:
    documents = project.documents
    if documents is None:
        return {}
    return {
        d: Bilingual(zh_CN=documents.title(d, "zh_CN"), en=documents.title(d, "en"))
        for d in documents.ids
    }


def _state(*, in_force: bool) -> Bilingual:
    if in_force:
        return Bilingual(zh_CN="已生效的配置", en="the configuration in force")
    return Bilingual(zh_CN="工作文件夹，未经批准", en="the working folder, not approved")


def _roles(project: Project) -> tuple[tuple[Bilingual, tuple[str, ...]], ...]:
    authority = project.authority
    words = {
        "rules": Bilingual(zh_CN="批准：规则", en="Approved: rules"),
        "documents": Bilingual(zh_CN="批准：文书", en="Approved: documents"),
        "operations": Bilingual(zh_CN="批准：运行", en="Approved: operations"),
        "authority": Bilingual(zh_CN="批准：权限", en="Approved: authority"),
    }
    made = (Bilingual(zh_CN="拟定", en="Made"), tuple(sorted(authority.makes)))
    return (made, *((words[p], tuple(roles)) for p, roles in authority.approves.items()))


def made_book(chosen: Sides, day: date, language: str | None) -> tuple[Mapping[str, bytes], str]:
    """The files by name, and what is to be said about them; `language`: else the project's."""
    project, old = chosen.project, chosen.old
    spoken = language or str(project.settings.language)
    earlier = None if old is None else (old.rulebook, _titles(old))
    made = booklet(project.rulebook, _titles(project), spoken, day, earlier)
    signing = Signing(
        bank=project.settings.title, digest=project.configuration.digest,
        sample=project.settings.sample, day=day, since=chosen.told, roles=_roles(project),
        state=chosen.state,
    )  # fmt: skip
    marked = f"{len(made.changes)} changes marked" if made.compared else "no changes marked"
    return {
        "rulebook.html": rulebook_page(made, signing),
        "rulebook.xlsx": rulebook_workbook(made, signing),
    }, f"{len(made.sections)} sections, {marked}"
