"""`collectctl rules book`: the rulebook as a document to read and sign."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from collectctl import durable
from collectctl.commands.options import PROJECT, day_of
from collectctl.commands.rules_explain import Language
from collectctl.commands.stages import refuse_used
from collectctl.commands.terminal import say, say_problems
from collectctl.config import Bilingual
from collectctl.ledger.versions import Version
from collectctl.project import Project


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="book")(book)


def book(
    to: Path = typer.Option(..., "--to", metavar="DIR", help="Where to write; new or empty."),
    in_force: bool = typer.Option(
        False, "--in-force", help="What is in force on the date, instead of the working folder."
    ),
    since: str | None = typer.Option(
        None,
        "--since",
        metavar="OLD",
        help="Mark what differs from this: as in 'rules diff'; else from what is in force.",
    ),
    no_since: bool = typer.Option(False, "--no-since", help="Mark no changes."),
    night: str | None = typer.Option(
        None, "--date", metavar="DATE", help="The business date whose values are named; else today."
    ),
    language: Language | None = typer.Option(
        None, "--lang", help="Of the document; else the project's."
    ),
    project: Path = PROJECT,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be written."),
) -> None:
    """Write the rulebook as a document to read and sign: rulebook.html and rulebook.xlsx.

    Every tier, treatment, parameter and source stands in it, and the SHA-256 of the configuration
    that is signed. What differs from the configuration in force is marked.
    """
    from collectctl.archive.faults import disk_faults
    from collectctl.reports.rulebook import Signing, rulebook_page, rulebook_workbook
    from collectctl.rules.booklet import booklet

    if since is not None and no_since:
        raise typer.BadParameter("--since and --no-since say opposite things")
    refuse_used(to)
    day = day_of(night) or datetime.now(UTC).date()
    chosen, old, told = _sides(project, day, since, in_force=in_force, plain=no_since)
    spoken = str(language or chosen.settings.language)
    earlier = None if old is None else (old.rulebook, _titles(old))
    made = booklet(chosen.rulebook, _titles(chosen), spoken, day, earlier)
    signing = Signing(
        bank=chosen.settings.title, digest=chosen.configuration.digest,
        sample=chosen.settings.sample, day=day, since=told, roles=_roles(chosen),
        state=_state(in_force=in_force),
    )  # fmt: skip
    files = {
        "rulebook.html": rulebook_page(made, signing),
        "rulebook.xlsx": rulebook_workbook(made, signing),
    }
    with disk_faults("writing the rulebook"):
        if not dry_run:
            durable.make_folder(to)
        for name, data in files.items():
            if not dry_run:
                durable.write_file(to / name, data)
            sys.stdout.write(f"{to / name}\n")
    sys.stdout.flush()
    marked = f"{len(made.changes)} changes marked" if made.compared else "no changes marked"
    say(f"{len(made.sections)} sections, {marked}")


def _sides(
    project: Path, day: date, since: str | None, *, in_force: bool, plain: bool
) -> tuple[Project, Project | None, Bilingual | None]:
    """The project to print, the one to compare it with, and what that is called."""
    from collectctl.commands.rules_sources import rulebook_side
    from collectctl.commands.session import session
    from collectctl.project import read_project
    from collectctl.versions.known import Versions

    def stored(known: Versions, on: date) -> Project:
        return known.project(known.on(on))

    with session(project, "rules book") as here:
        known = here.versions
        if in_force:
            chosen = stored(known, day)
        else:
            chosen, warnings = read_project(project)
            say_problems(warnings)
        if plain or (since is None and in_force):
            return chosen, None, None
        if since is not None:
            told = Bilingual(zh_CN=since, en=since)
            return chosen, rulebook_side(since, project), told
        version = known.on(day)
        return chosen, stored(known, day), _named(version)


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
