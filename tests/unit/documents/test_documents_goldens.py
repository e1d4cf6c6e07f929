"""Every document in every form and language, as the starter writes it, against the stored text.

`GOLDEN_UPDATE=1` rewrites the stored texts; a change of one is a change that customers read.
"""

import os
from pathlib import Path

import pytest
from letterbox import ACCOUNT, DOLLARS, FILES, PERSON, post, texts

from collectctl.documents.catalog import read_documents

GOLDEN = Path(__file__).parents[2] / "golden" / "letters"
DOCUMENTS, _ = read_documents(FILES)
assert DOCUMENTS is not None
FORMS = sorted(DOCUMENTS.forms_by_key)
ENGLISH = {"name": "Wang Jianguo", "address": "Room 302, 18 Hexing Road, Chengguan, Qinghe"}
UPDATE = os.environ.get("GOLDEN_UPDATE") == "1"


@pytest.mark.parametrize(("document", "channel", "language"), FORMS)
def test_every_document_reads_as_it_was_approved(
    tmp_path: Path, document: str, channel: str, language: str
) -> None:
    role = "guarantor" if document == "guarantor-notice" else "principal"
    person = PERSON | {
        "document": document, "channel": channel, "language": language, "role": role,
    } | (ENGLISH if language == "en" else {})  # fmt: skip
    both = [person, person | {"contact_no": 2, "postal_code": None}]
    accounts = [ACCOUNT, ACCOUNT | {"contact_no": 2}, DOLLARS | {"contact_no": 2}]
    done, out = post(tmp_path, both, accounts)
    assert done.counts == {(document, channel): 2}
    found = texts(out, channel)
    shown = f"{found[1].strip()}\n\n=== two accounts ===\n\n{found[2].strip()}\n"
    golden = GOLDEN / f"{document}.{language}.{channel}.txt"
    if UPDATE:
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def test_no_stored_text_is_without_a_document() -> None:
    names = {f"{document}.{language}.{channel}.txt" for document, channel, language in FORMS}
    assert {path.name for path in GOLDEN.iterdir()} == names


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.txt")), ids=lambda p: p.stem)
def test_no_text_threatens_or_uses_abolished_words(golden: Path) -> None:
    """The words a bank's drafts must not hold, as the regulation notes list them."""
    text = golden.read_text(encoding="utf-8")
    for word in (
        "滞纳金", "超限费", "黑名单", "坐牢", "刑事", "公安", "诈骗", "曝光", "通知家人", "单位",
        "村委", "老赖", "后果自负", "最后通牒", "失信", "永久记录", "prison", "police", "criminal",
        "blacklist", "fraud", "employer", "family members", "¥", "￥",
    ):  # fmt: skip
        assert word not in text
