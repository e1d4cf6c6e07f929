"""Every document in every form and language, as the starter writes it, against the stored text.

`GOLDEN_UPDATE=1` rewrites the stored texts; a change of one is a change that customers read.
"""

import html
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from letterbox import ACCOUNT, DOLLARS, FILES, OF_A_CASE, PERSON, ROLES, post, texts

from collectctl.documents.cases import CASES, read_cases
from collectctl.documents.catalog import Form, read_documents
from collectctl.documents.plain import plain
from collectctl.documents.sms import MAX_CHARACTERS, parts
from collectctl.documents.writer import Writer, lacking

GOLDEN = Path(__file__).parents[2] / "golden" / "letters"
DOCUMENTS, _ = read_documents(FILES)
assert DOCUMENTS is not None
WRITER = Writer(DOCUMENTS)
KNOWN = {case.id: case for case in read_cases(FILES[CASES], CASES)[0]}
FORMS = sorted(DOCUMENTS.forms_by_key)
OF_A_NIGHT = [key for key in FORMS if key[0] not in OF_A_CASE]
OF_CASES = [key for key in FORMS if key[0] in OF_A_CASE]
ENGLISH = {
    "name": "Wang Jianguo", "address": "Room 302, 18 Hexing Road, Chengguan, Qinghe",
    "agency_name": "Qinghe Anxin Consulting Services Co., Ltd.",
}  # fmt: skip
UPDATE = os.environ.get("GOLDEN_UPDATE") == "1"


def compare(key: tuple[str, str, str], shown: str) -> None:
    document, channel, language = key
    golden = GOLDEN / f"{document}.{language}.{channel}.txt"
    if UPDATE:
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(("document", "channel", "language"), OF_A_NIGHT)
def test_every_document_of_a_night_reads_as_it_was_approved(
    tmp_path: Path, document: str, channel: str, language: str
) -> None:
    person = PERSON | {
        "document": document, "channel": channel, "language": language,
        "role": ROLES.get(document, "principal"),
    } | (ENGLISH if language == "en" else {})  # fmt: skip
    both = [person, person | {"contact_no": 2, "postal_code": None}]
    accounts = [ACCOUNT, ACCOUNT | {"contact_no": 2}, DOLLARS | {"contact_no": 2}]
    done, out = post(tmp_path, both, accounts)
    assert done.counts == {(document, channel): 2}
    found = texts(out, channel)
    compare(
        (document, channel, language),
        f"{found[1].strip()}\n\n=== two accounts ===\n\n{found[2].strip()}\n",
    )


def written(form: Form, case: str) -> str:
    """The form of a case, as the receiver reads it."""
    letter = KNOWN[case].letter(form.language, form.title)
    assert lacking(form, letter) == ()
    text = WRITER.write(form, letter)
    return f"Subject: {form.subject}\n\n{plain(text)}" if form.channel == "email" else text


@pytest.mark.parametrize(("document", "channel", "language"), OF_CASES)
def test_every_other_document_reads_as_it_was_approved(
    document: str, channel: str, language: str
) -> None:
    assert DOCUMENTS is not None
    form = DOCUMENTS.forms_by_key[document, channel, language]
    shown = [f"=== {case} ===\n\n{written(form, case).strip()}\n" for case in OF_A_CASE[document]]
    compare((document, channel, language), "\n".join(shown))


def test_no_stored_text_is_without_a_document() -> None:
    names = {f"{document}.{language}.{channel}.txt" for document, channel, language in FORMS}
    assert {path.name for path in GOLDEN.iterdir()} == names


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.txt")), ids=lambda p: p.stem)
def test_no_text_threatens_or_uses_abolished_words(golden: Path) -> None:
    """The words a bank's drafts must not hold, as the regulation notes list them."""
    text = golden.read_text(encoding="utf-8")
    for word in (
        "滞纳金", "超限费", "手续费", "黑名单", "坐牢", "刑事", "公安", "诈骗", "曝光", "通知家人",
        "单位", "村委", "老赖", "后果自负", "最后通牒", "失信", "永久记录", "prison", "police",
        "criminal", "blacklist", "fraud", "employer", "family members", "¥", "￥", "{{", "None",
    ):  # fmt: skip
        assert word not in text


_TOKEN = re.compile(r"\{%-?\s*(.*?)\s*-?%\}|\{\{\s*(.*?)\s*\}\}", re.DOTALL)


def said(source: str) -> list[str]:
    """What a text prints, asks and calls, in its order; capitals are of one language alone."""
    found = [statement or value for statement, value in _TOKEN.findall(source)]
    return [part for part in found if not part.endswith("|capital")]


@pytest.mark.parametrize("file", sorted({f.file for f in DOCUMENTS.forms_by_key.values()}))
def test_both_languages_say_the_same_in_the_same_order(file: str) -> None:
    name = file.rsplit("/", 1)[1]
    chinese, english = (FILES[f"documents/{of}/{name}"].decode() for of in ("zh_CN", "en"))
    assert said(chinese) == said(english)


_NUMBER = re.compile(r"\d[\d,]*\.\d\d(?!\d)|\d+(?:-\d+)+|\d+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


_ARTICLES = {"第十五条": "15", "第十六条": "16", "第二十五条": "25", "第七十条": "70"}


def numbers(markup: str) -> list[str]:
    """Every number a reader sees, sorted; names of months and articles count as their numbers."""
    text = html.unescape(re.sub(r"<h2>\d\. |<[^>]*>", " ", markup))
    for words, number in _ARTICLES.items():
        text = text.replace(words, number)
    for month, name in enumerate(_MONTHS, 1):
        text = re.sub(rf"(\d+) {name} (\d+)", rf"\2 {month} \1", text)
    return sorted(_NUMBER.findall(text))


@pytest.mark.parametrize(
    ("document", "case"), [(d, case) for d, cases in OF_A_CASE.items() for case in cases]
)
def test_a_letter_holds_the_same_numbers_in_both_languages(document: str, case: str) -> None:
    assert DOCUMENTS is not None
    chinese, english = (
        numbers(written(DOCUMENTS.forms_by_key[document, "letter", language], case))
        for language in ("zh_CN", "en")
    )
    assert chinese == english


def test_amounts_in_capitals_stand_where_money_is_agreed_or_settled() -> None:
    for document, capitals in (
        ("plan-agreement", "人民币壹万贰仟叁佰肆拾伍元陆角柒分"),
        ("settlement-confirmation", "人民币壹万贰仟叁佰肆拾伍元陆角柒分"),
        ("account-statement", "人民币壹万贰仟叁佰肆拾伍元陆角柒分"),
        ("plan-completion", "人民币陆仟壹佰零伍元整"),
    ):
        assert DOCUMENTS is not None
        form = DOCUMENTS.forms_by_key[document, "letter", "zh_CN"]
        assert capitals in written(form, OF_A_CASE[document][0])


@pytest.mark.parametrize("case", ["plan_offered", "plan_agreed", "plan_missed", "plan_completed"])
def test_the_instalments_of_a_case_add_up_on_paper(case: str) -> None:
    plan = KNOWN[case].letters["en"].plan
    assert plan is not None
    assert plan.debt.minor + plan.charges_total.minor == plan.total.minor
    left = plan.total.minor
    for instalment in plan.instalments:
        assert instalment.principal.minor + instalment.charges.minor == instalment.amount.minor
        left -= instalment.amount.minor
        assert instalment.left.minor == left
    assert left == 0
    assert len(plan.instalments) == plan.months
    assert sum(i.principal.minor for i in plan.instalments) == plan.debt.minor
    assert (plan.instalments[0].due_date, plan.instalments[-1].due_date) == (
        plan.first_due, plan.last_due,
    )  # fmt: skip


def messages(language: str) -> Iterable[tuple[str, str]]:
    """Each short message as it is sent, about one account where its document can be."""
    for golden in sorted(GOLDEN.glob(f"*.{language}.sms.txt")):
        text = golden.read_text(encoding="utf-8").split("=== two accounts ===")[0]
        yield golden.stem, re.sub(r"^=== \w+ ===\n", "", text).strip()


def test_a_short_message_takes_few_parts_and_only_what_networks_carry() -> None:
    for name, text in messages("zh_CN"):
        assert parts(text) <= 3, name
        assert len(text) <= MAX_CHARACTERS
        assert not set("¥★※√&") & set(text), name
    for name, text in messages("en"):
        plain_text = re.sub(r"^【\w+】", "", text)
        assert plain_text.isascii(), name
        assert parts(plain_text) <= 3, name
