"""How the gate's answer is worded for a person."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import typer

from collectctl.archive.nights import list_nights
from collectctl.commands.feeds_session import moments_of
from collectctl.commands.rules_sources import inputs_of, laid_out
from collectctl.commands.session import session
from collectctl.commands.terminal import say_problems
from collectctl.compliance.packs.duties import duties_on
from collectctl.compliance.packs.reader import Dated, Packs
from collectctl.compliance.packs.shapes import CHANNELS, Step
from collectctl.config import Bilingual
from collectctl.problems import ConfigError, Problem
from collectctl.project import Project, read_project
from collectctl.stages.gate_words import PASSED, missing_of
from collectctl.stages.gating import Line, Purpose, Spoke, documents_known, gate_lines, shown
from collectctl.stages.standing import standing_of

_ANSWERS: Mapping[str, Bilingual] = {
    "allow": Bilingual(zh_CN="可以", en="allow"),
    "defer": Bilingual(zh_CN="推迟", en="defer"),
    "block": Bilingual(zh_CN="禁止", en="block"),
}
_VERIFIED: Mapping[str, Bilingual] = {
    "text": Bilingual(zh_CN="已读原文", en="text read"),
    "second-hand": Bilingual(zh_CN="转述", en="second-hand"),
    "recalled": Bilingual(zh_CN="凭记忆", en="recalled"),
    "house": Bilingual(zh_CN="本行", en="house"),
}
_MODES: Mapping[str, Bilingual] = {
    "block": Bilingual(zh_CN="", en=""),
    "warn": Bilingual(zh_CN="提示：", en="warns: "),
    "info": Bilingual(zh_CN="参考：", en="informs: "),
}
Row = tuple[str, str, str, str, str, str, str, str]


def lines_of(
    project: Path, account: str, at: str | None, zones: tuple[str, ...], now: datetime, *,
    party: str | None, channel: str | None, language: str | None,
    document: str | None = None, step: Step | None = None,
) -> list[Row]:  # fmt: skip
    """The answer, a row for each limit that speaks, and one where none does.

    Raises:
        CollectctlError: the project has no packs, or the account is not known.
        typer.BadParameter: a zone, channel or document does not exist.
    """
    read, _ = read_project(project)
    for name in zones:
        if name not in available_timezones():
            raise typer.BadParameter(f"'{name}' is not a zone such as America/New_York")
    if channel is not None and channel not in CHANNELS:
        raise typer.BadParameter(f"'{channel}' is none of {', '.join(CHANNELS)}")
    if document is not None and document not in documents_known(read):
        raise typer.BadParameter(f"'{document}' is none of {', '.join(documents_known(read))}")
    packs = packs_of(read)
    places = zones or (read.settings.zone,)
    moments = (int(now.timestamp()),) if at is None else moments_of(at, places[0])
    day = datetime.fromtimestamp(moments[0], ZoneInfo(places[0])).date()
    say_problems(packs.warnings(day))
    nights = list_nights(project / read.settings.archive)
    named = f"night:{nights[-1].business_date}" if nights else None
    purpose = Purpose(document=document, step=step)
    with (
        laid_out(inputs_of(named, project, None)) as laid,
        session(project, "gate", reads=True) as here,
    ):
        found = gate_lines(read, here.ledger, laid.intake, account, moments, zones, purpose)
        standing = standing_of(read, laid.intake, account, day)
    chosen = [
        line for line in found if party in (None, line.party_id) and channel in (None, line.channel)
    ]
    spoken = language or str(read.settings.language)
    return [
        row
        for line in chosen
        for row in _rows(
            line, read, places[0], spoken,
            standing.against(line.role, line.channel, purpose),
        )
    ]  # fmt: skip


def packs_of(project: Project) -> Packs:
    """The packs that the bank works by; raises ConfigError (`packs-none`) where it names none."""
    if project.packs.packs:
        return project.packs
    raise ConfigError(
        Problem(
            code="packs-none", message="project.yaml names no pack",
            expected="packs: [packs/cn.yaml, packs/house.yaml]",
        )
    )  # fmt: skip


def _rows(
    line: Line, project: Project, zone: str, language: str, forbidding: tuple[str, Bilingual] | None
) -> Iterator[Row]:
    """A row for each limit that speaks; first what forbids the contact whatever the limits are."""
    answer = line.answer if forbidding is None else "block"
    blocked = answer == "block"
    day = shown(line.moment, zone)
    first = (
        line.party_id, line.role, line.channel, _ANSWERS[answer].get(language),
        "-" if blocked else day, "-" if blocked else shown(line.until, zone),
    )  # fmt: skip
    rows = []
    if forbidding is not None:
        code, because = forbidding
        rows.append((code, because.get(language)))
    rows += [(spoke.limit.id, _why(spoke, zone, language)) for spoke in line.spoke]
    rows += [(dated.id + PASSED, _through(dated, language)) for dated in line.passed]
    words = (
        "数据源未知，无法判断"
        if language == "zh_CN"
        else "not known up to the beginning of the day"
    )
    rows += [(f"feed {feed}", words) for feed in line.unknown]
    if not line.reachable:
        rows.append(("-", "没有号码或地址" if language == "zh_CN" else "no number or address"))
    if not blocked:
        rows += list(_duties(line, project, zone, language))
    for limit, why in rows or [("-", "-")]:
        yield (*first, limit, why)


def _through(dated: Dated, language: str) -> str:
    chinese = language == "zh_CN"
    what = (
        "停催期间仍可发出：法定文书"
        if chinese
        else "held, and goes out all the same: law demands it"
    )
    return f"{dated.limit.title.get(language)}; {what}"


def _why(spoke: Spoke, zone: str, language: str) -> str:
    limit = spoke.limit.limit
    value = limit.values[spoke.limit.position]
    until = shown(spoke.until, zone)
    chinese = language == "zh_CN"
    when = ("一直" if chinese else "for good") if until == "never" else (
        f"至 {until}" if chinese else f"until {until}"
    )  # fmt: skip
    source = value.source + (f" {value.article}" if value.article else "")
    sure = _VERIFIED[value.verified].get(language)
    mode = _MODES[limit.mode].get(language)
    missing = missing_of(spoke.limit)[0 if chinese else 1]
    return f"{mode}{limit.title.get(language)}; {when}; {source} ({sure}){missing}"


def _duties(line: Line, project: Project, zone: str, language: str) -> Iterator[tuple[str, str]]:
    """What whoever makes the contact has to do."""
    day = datetime.fromtimestamp(line.moment, ZoneInfo(zone)).date()
    for dated, words in duties_on(project.packs.dated, line.channel, day, language):
        yield dated.id, words
