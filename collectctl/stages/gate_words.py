"""What the gate's limits have to say about each contact, in columns and in words.

Knows which limit is named when several speak. Refuses to know what any of them says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.bar_debts import passed
from collectctl.compliance.gate.facts import Facts
from collectctl.compliance.gate.judge import Judged
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import DecisionLimit, HoldLimit
from collectctl.config import Bilingual
from collectctl.reports.pack_words import said as word


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """Something that speaks about contacts: a limit, or a feed that is not known."""

    id: str
    words: Bilingual
    hold: bool
    blocks: bool
    spoke: Bool
    lasts: Bool
    """Where it speaks until the end of the span, so that it is enough by itself."""


PASSED = " (passed)"
"""Behind a hold's id: it speaks, and lets this document through, since law demands it."""


def said(judged: Judged, facts: Facts, last: int, stopped: Bool) -> dict[str, pa.Array]:
    """Who spoke about each row, and what stands against those that are stopped.

    Columns limits, code, reason_zh_CN, reason_en, held, as `Gated.table` has them. `last` is the
    end of the span meant for the contacts. Where no limit alone reaches that far, the limits that
    block and spoke do so together, and the first of them is named.
    """
    voices = list(_voices(judged, facts, last))
    size = len(judged.asked)
    alone = np.zeros(size, np.bool_)
    for voice in voices:
        alone |= voice.lasts
    spoke, row_of = _combinations([v.spoke for v in voices], size)
    ids = [",".join(voices[n].id for n in some) for some in spoke]
    limits = pa.array(ids, pa.string()).take(pa.array(row_of))
    against, row_of = _combinations(
        [stopped & (v.lasts | (v.spoke & ~alone & v.blocks)) for v in voices], size
    )
    first = [voices[some[0]] if some else None for some in against]
    held = [any(voices[n].hold for n in some) for some in against]
    at = pa.array(row_of)
    return {
        "limits": limits,
        "code": pa.array([v and v.id for v in first], pa.string()).take(at),
        "reason_zh_CN": pa.array([v and v.words.zh_CN for v in first], pa.string()).take(at),
        "reason_en": pa.array([v and v.words.en for v in first], pa.string()).take(at),
        "held": pa.array(held, pa.bool_()).take(at),
    }


def _voices(judged: Judged, facts: Facts, last: int) -> Iterator[_Voice]:
    for feed, where in judged.unknown.items():
        if where.any():
            words = Bilingual(
                zh_CN=f"数据源 {feed} 未知至当日开始，无法判断",
                en=f"the feed {feed} is not known up to the beginning of the day",
            )
            yield _Voice(
                id=f"feed:{feed}", words=words, hold=False, blocks=True, spoke=where, lasts=where
            )
    for dated, silent in zip(judged.limits, judged.silent_from, strict=True):
        if isinstance(dated.limit, HoldLimit):
            through = passed(dated, judged.asked, facts)
            if through.any():
                yield _Voice(
                    id=dated.id + PASSED, words=words_of(dated), hold=False, blocks=False,
                    spoke=through, lasts=np.zeros(len(judged.asked), np.bool_),
                )  # fmt: skip
        spoke = silent > judged.asked.at
        if spoke.any():
            blocks = dated.limit.mode == "block"
            yield _Voice(
                id=dated.id, words=words_of(dated), hold=isinstance(dated.limit, HoldLimit),
                blocks=blocks, spoke=spoke, lasts=(silent >= last) & blocks,
            )  # fmt: skip


def words_of(dated: Dated) -> Bilingual:
    """A limit's title with its source, and what somebody has to do where it is theirs to do."""
    value, title = dated.limit.values[dated.position], dated.limit.title
    source = value.source + (f" {value.article}" if value.article else "")
    zh, en = missing_of(dated)
    return Bilingual(zh_CN=f"{title.zh_CN}（{source}）{zh}", en=f"{title.en} ({source}){en}")


def missing_of(dated: Dated) -> tuple[str, str]:
    """What is missing for a limit to fall silent, in Chinese and English; empty for most."""
    if not isinstance(dated.limit, DecisionLimit):
        return "", ""
    step = dated.limit.step
    en = f": not every account it is about has a decision on the {word(step, 'en')};"
    return (
        f"：所涉账户未全部有{word(step, 'zh_CN')}的决定；请将决定登记入 decisions 数据文件",
        f"{en} record the decision in the decisions export",
    )


def _combinations(masks: Sequence[Bool], size: int) -> tuple[list[tuple[int, ...]], Ints]:
    """The different sets of masks that rows have, and which of them each row has."""
    if not masks:
        return [()], np.zeros(size, np.int64)
    packed = np.ascontiguousarray(np.packbits(np.array(masks), axis=0).T)
    whole = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, example, row_of = np.unique(whole, return_index=True, return_inverse=True)
    sets = [tuple(n for n, mask in enumerate(masks) if mask[row]) for row in example]
    return sets, row_of.astype(np.int64)
