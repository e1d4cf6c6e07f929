"""What a release reads once more: a stored text that is not as it must be does not leave."""

import sys
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))

from letterbox import FILES, PACKS, PERSON, RUN_DATE, post

from collectctl.archive.nights import Night
from collectctl.stages.relinting import relint

FORMS = ("letter", "sms", "email", "wechat", "script")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """A night with one document of each form."""
    people = [PERSON | {"contact_no": n, "channel": form} for n, form in enumerate(FORMS, 1)]
    done, _ = post(tmp_path, people)
    assert not len(done.failed)
    for name, data in FILES.items():
        path = tmp_path / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Night(business_date=RUN_DATE, folder=tmp_path)


def contacts(language: str = "zh_CN") -> pa.Table:
    size = len(FORMS)
    return pa.table(
        {
            "kind": ["document"] * size,
            "item": list(range(1, size + 1)),
            "form": list(FORMS),
            "document": ["overdue-notice"] * size,
            "language": [language] * size,
        }
    )


def changed(night: Night, pattern: str, old: str, new: str) -> None:
    (path,) = (night.folder / "prepared").glob(pattern)
    text = path.read_text("utf-8")
    assert old in text
    assert len(old.encode()) == len(new.encode())
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_what_a_night_has_written_leaves(night: Night) -> None:
    assert relint(night, PACKS, RUN_DATE, contacts()) == {}


def test_a_part_of_the_debt_that_was_changed_holds_the_letter_back(night: Night) -> None:
    changed(night, "letters/*.html", ">10,000.00<", ">10,000.01<")
    found = relint(night, PACKS, RUN_DATE, contacts())
    assert list(found) == [0]
    assert "do not add up" in found[0].en
    assert "合计" in found[0].zh_CN


def test_a_message_with_a_link_does_not_leave(night: Night) -> None:
    changed(night, "messages/sms.jsonl", "如已还款请忽略", "www.evil-bank.com/abc")
    found = relint(night, PACKS, RUN_DATE, contacts())
    assert list(found) == [1]


def test_a_text_whose_template_is_not_there_does_not_leave(night: Night) -> None:
    assert len(relint(night, PACKS, RUN_DATE, contacts("en"))) == len(FORMS)
    (night.folder / "config" / "documents" / "documents.yaml").unlink()
    assert len(relint(night, PACKS, RUN_DATE, contacts())) == len(FORMS)
