"""Addendum: what a release lets out, written for printers, gateways and staff, and put on record.

Joins what stands with the rooms that write it, with archive and ledger. Refuses to know why an item
stands.
"""

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl import __version__
from collectctl.archive import publish as archive
from collectctl.archive.manifest import Json
from collectctl.archive.nights import Night
from collectctl.archive.staging import seal, share
from collectctl.columns import LANGUAGES, to_frame, to_table
from collectctl.documents.mail import Sender
from collectctl.documents.paper import versions
from collectctl.documents.printing import Release as Print
from collectctl.documents.printing import letter_files
from collectctl.documents.senders import Standing, message_files, script_files
from collectctl.ledger.connect import Ledger
from collectctl.ledger.releases import Issue, Release, record_release
from collectctl.queues.books import write_books
from collectctl.sheets.book import write_book
from collectctl.sheets.table import Cover, SheetColumn, Table
from collectctl.stages.clock import moment_texts
from collectctl.stages.desk import Desk, delivery_group, write_parquet
from collectctl.stages.queueing import for_staff
from collectctl.stages.releasing import Judgement
from collectctl.yaml_file import digest

MESSAGES = ("sms", "email", "wechat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an addendum holds."""

    counts: Mapping[str, int]
    """Items let out, by form; what there is none of is left out."""
    withheld: Mapping[str, int]
    """Items that do not stand, by what stands against them."""
    pulled_back: int
    earlier: int
    """Items let out before."""


def write_addendum(desk: Desk, night: Night, judged: Judgement) -> Written:
    """Everything that leaves, below the desk's folder; numbers as in the night."""
    standing, prepared = _standing(desk, judged), night.folder / "prepared"
    sent = datetime.fromtimestamp(judged.span[0], ZoneInfo(desk.project.settings.zone))
    for folder, files in (
        ("print", _letters(desk, prepared / "letters", standing["letter"])),
        ("scripts", script_files(prepared / "scripts", standing["script"])),
        ("send", message_files(prepared / "messages", standing["messages"], _senders(desk), sent)),
    ):
        for name, parts in files:
            desk.write(f"{folder}/{name}", parts)
    _write_books(desk, judged)
    write_parquet(desk, "issued.parquet", _by_keys(every(judged)))
    write_parquet(desk, "withheld.parquet", judged.withheld)
    write_parquet(desk, "pull-back.parquet", judged.pulled_back)
    _write_lists(desk, judged)
    counts = _counted(judged.standing["form"])
    counts |= {"desk": judged.desk.num_rows} if judged.desk.num_rows else {}
    return Written(
        counts=counts, withheld=_counted(judged.withheld["code"]),
        pulled_back=judged.pulled_back.num_rows, earlier=judged.earlier,
    )  # fmt: skip


def _senders(desk: Desk) -> dict[str, Sender]:
    """Who writes the bank's e-mails, by language; nobody in a project without documents."""
    documents = desk.project.documents
    if documents is None:
        return {}
    banks = {language: documents.bank.get(language) for language in LANGUAGES}
    return {k: Sender(name=bank.name, address=bank.email) for k, bank in banks.items()}


def _letters(
    desk: Desk, folder: Path, standing: Mapping[int, Standing]
) -> Iterator[tuple[str, bytes]]:
    """The files of the letters that stand, one after the other."""
    documents = desk.project.documents
    if not standing:
        return
    if documents is None:
        raise AssertionError("a project without documents proposes no letter")
    release = Print(name=desk.folder.name, day=desk.day, documents=documents, workers=desk.workers)
    yield from letter_files(folder, standing, release)


def _counted(words: pa.ChunkedArray) -> dict[str, int]:
    rows = pc.value_counts(words).to_pylist()
    return {row["values"]: row["counts"] for row in sorted(rows, key=lambda r: r["values"])}


def _standing(desk: Desk, judged: Judgement) -> dict[str, dict[int, Standing]]:
    """The documents that stand, by the kind of file they go to."""
    zone = desk.project.settings.zone
    rows = judged.standing.filter(pc.equal(judged.standing["kind"], "document"))
    opens, closes = (moment_texts(rows[name], zone).to_pylist() for name in ("opens", "closes"))
    found: dict[str, dict[int, Standing]] = {"letter": {}, "script": {}, "messages": {}}
    plain = [rows[n].to_pylist() for n in ("item", "form", "point_value", "language")]
    for item, form, to, language, first, last in zip(*plain, opens, closes, strict=True):
        found["messages" if form in MESSAGES else form][item] = Standing(
            item=f"{desk.day:%Y%m%d}-{item:06d}", to=to or "", language=language, opens=first,
            closes=last,
        )  # fmt: skip
    return found


def _write_books(desk: Desk, judged: Judgement) -> None:
    """The work lists of those who have something to do now."""
    work = to_table(judged.items.work)
    tasks = judged.standing.filter(pc.equal(judged.standing["kind"], "task"))
    key = _key(work)
    at = pc.index_in(key, value_set=_key(tasks).combine_chunks())
    for name in ("opens", "closes", "calls", "attempts"):
        place = work.column_names.index(name)
        work = work.set_column(place, name, tasks[name].take(at))
    desk_work = pc.is_in(key, value_set=_key(judged.desk).combine_chunks())
    work = work.filter(pc.or_(pc.is_valid(at), desk_work))
    if not work.num_rows:
        return
    settings = desk.project.settings
    told = for_staff(to_frame(work), desk.project, desk.day)
    write_books(
        told, desk.project.queues, desk.folder / "queues", settings.language, desk.day,
        workers=desk.workers, state="released",
    )  # fmt: skip


def _key(rows: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(rows["kind"], rows["item"].cast(pa.string()), "-")


_COLUMNS = ("kind", "item", "channel", "document", "party_id", "point_kind", "point_value",
            "made_by", "opens", "closes", "calls", "attempts", "accounts")  # fmt: skip


def every(judged: Judgement) -> pa.Table:
    """Everything that leaves, contacts and desk work, a row an item.

    Columns: kind, item, channel (or the step), document, party_id, point_kind, point_value,
    made_by, opens, closes, calls, attempts, accounts (divided by blanks).
    """
    contacts = judged.standing
    channel = pc.coalesce(contacts["channel"], contacts["form"])
    contacts = contacts.set_column(contacts.column_names.index("channel"), "channel", channel)
    contacts = contacts.select(list(_COLUMNS))
    work, size = judged.desk, judged.desk.num_rows
    start, end = judged.span
    desk = {
        "kind": work["kind"], "item": work["item"], "channel": pa.array(["desk"] * size),
        "party_id": work["party_id"], "made_by": work["person"], "accounts": work["account_id"],
        "opens": pa.array(np.full(size, start)), "closes": pa.array(np.full(size, end)),
    }  # fmt: skip
    rows = pa.table({f.name: desk.get(f.name, pa.nulls(size, f.type)) for f in contacts.schema})
    return pa.concat_tables([contacts, rows.cast(contacts.schema)]).combine_chunks()


def _by_keys(items: pa.Table) -> pa.Table:
    """What leaves, as the archive keeps it: without numbers and addresses."""
    return items.drop_columns(["point_kind", "point_value"])


_LISTED = (
    SheetColumn(name="kind", heading="类别 Kind", kind="text"),
    SheetColumn(name="item", heading="序号 No.", kind="int"),
    SheetColumn(name="channel", heading="渠道 Channel", kind="text"),
    SheetColumn(name="document", heading="文书 Document", kind="text", width=20),
    SheetColumn(name="accounts", heading="账号 Accounts", kind="text", width=24),
    SheetColumn(name="code", heading="原因 Reason", kind="text", width=24),
    SheetColumn(name="reason_zh_CN", heading="说明", kind="text", width=44, wrap=True),
    SheetColumn(name="reason_en", heading="Explanation", kind="text", width=54, wrap=True),
)
MOST_ROWS = 200_000
"""More than a person goes through; the Parquet files beside the workbook have them all."""


def _write_lists(desk: Desk, judged: Judgement) -> None:
    """`release.xlsx`: what is to be pulled back, and what was not let out and why."""
    lists = (("追回 Pull back", judged.pulled_back), ("未放行 Withheld", judged.withheld))
    write_book(
        desk.folder / "release.xlsx",
        tables=[
            Table(title=title, columns=_LISTED, data=rows.slice(0, MOST_ROWS))
            for title, rows in lists
        ],
        cover=Cover(
            sheet="说明 Cover",
            title="放行 Release",
            lines=(
                ("营业日期 Business date", desk.day),
                ("放行 Let out", judged.standing.num_rows + judged.desk.num_rows),
                ("此前已放行 Let out before", judged.earlier),
                *((title, rows.num_rows) for title, rows in lists),
            ),
            notes=(
                "追回：先前已放行、现在不应再联系的；请立即从机房、网关与坐席处撤回。",
                "Pull back: let out earlier, and no longer to be contacted: stop it where it lies.",
                "未放行：放行时有限制不允许；明晚重新计算。",
                "Withheld: a limit spoke against it now; the next night decides anew.",
            ),
        ),
        created=desk.day,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Who releases, and when."""

    by: str
    now: int
    position: int
    """Of the addendum, from 1."""
    recorded_at: str


def publish_addendum(
    desk: Desk, ledger: Ledger, judged: Judgement, written: Written, word: Word
) -> None:
    """The addendum put into the archive, whole, with its manifest and its rows in the ledger.

    From here on only recovery may touch the folder.

    Raises:
        LedgerError: nothing, or everything, is published; the next command finds out which.
    """
    staging = desk.staging
    if staging is None:
        raise AssertionError("an addendum is staged")
    group, delivery = delivery_group(desk.project), desk.project.settings.delivery
    if group is not None and delivery is not None:
        share(staging, delivery.folders, group)
    manifest = seal(staging, _manifest(desk, written, word))
    items = every(judged)
    lists = pc.split_pattern(items["accounts"].combine_chunks(), " ")
    lines = pa.table({
        "row": pc.list_parent_indices(lists).cast(pa.int64()), "account_id": pc.list_flatten(lists),
    })  # fmt: skip
    release = Release(
        business_date=desk.day, position=word.position, manifest_digest=manifest, moment=word.now,
        released_by=word.by, program=__version__, recorded_at=word.recorded_at,
    )  # fmt: skip
    pulled = judged.pulled_back
    pulled = pa.table({"issued": pulled["issued"], "reason": pulled["code"]})
    issue = Issue(items=items, lines=lines, pulled_back=pulled)
    desk.handed_over = True
    archive.publish(staging, manifest, lambda: record_release(ledger, release, issue))


def _manifest(desk: Desk, written: Written, word: Word) -> dict[str, Json]:
    project = desk.project
    moment = moment_texts(pa.chunked_array([pa.array([word.now])]), project.settings.zone)
    return {
        "business_date": desk.day.isoformat(),
        "addendum": word.position,
        "moment": moment[0].as_py(),
        "versions": {
            "collectctl": __version__,
            "python": platform.python_version(),
            **versions(),
        },
        "packs": {pack.id: digest(pack.document.text.encode()) for pack in project.packs.packs},
        "issued": dict(written.counts),
        "issued_before": written.earlier,
        "withheld": dict(written.withheld),
        "pulled_back": written.pulled_back,
    }
