"""Letters on paper: what a print PDF says, page by page, and that it says it the same way twice."""

import csv
import html
import re
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from letterbox import (
    ACCOUNT,
    DOLLARS,
    FILES,
    OF_A_CASE,
    PERSON,
    ROLES,
    RUN_DATE,
    Row,
    post,
    texts,
)
from pdf_reading import fonts_of, places_of, words_of
from pypdf import PdfReader

from collectctl.columns import LANGUAGES
from collectctl.documents.cases import CASES, read_cases
from collectctl.documents.catalog import read_documents
from collectctl.documents.paper import Cover, Page, Paper
from collectctl.documents.printing import WORTH_A_POOL, Release, letter_files
from collectctl.documents.senders import Standing
from collectctl.documents.writer import Writer

DOCUMENTS, _ = read_documents(FILES)
assert DOCUMENTS is not None
ENGLISH = {"name": "Wang Jianguo", "address": "Room 302, 18 Hexing Road, Chengguan, Qinghe"}
FORMS = sorted(
    (d, language) for d, channel, language in DOCUMENTS.forms_by_key if channel == "letter"
)


SEVERAL = {"plan-offer": 2, "plan-confirmation": 2, "plan-agreement": 3, "validation-notice": 2}
"""Letters with a schedule or a form to send back, and how many sheets they take at most."""


def paper() -> Paper:
    assert DOCUMENTS is not None
    bank = DOCUMENTS.bank
    return Paper({language: bank.get(language) for language in LANGUAGES}, bank.logo)


def letters(
    folder: Path, document: str, language: str, people: Sequence[Row], accounts: Sequence[Row]
) -> list[Page]:
    """What the people are sent, as pages to print."""
    role = ROLES.get(document, "principal")
    more = ENGLISH if language == "en" else {}
    rows = [
        PERSON | {"document": document, "language": language, "role": role} | more | p
        for p in people
    ]
    _, out = post(folder, rows, accounts)
    found = texts(out, "letter")
    return [
        Page(reference=f"20261120-{n:06d}", language=language, markup=m) for n, m in found.items()
    ]


def cells(markup: str) -> list[str]:
    root = ET.fromstring(f"<r>{markup}</r>")  # noqa: S314 - our own letter
    return [
        "".join("".join(node.itertext()).split())
        for node in root.iter()
        if node.tag in ("td", "th", "h1", "h2", "caption")
    ]


def of_a_case(document: str, language: str) -> Page:
    """A letter that no night writes, in its first telling case."""
    assert DOCUMENTS is not None
    case = next(c for c in read_cases(FILES[CASES], CASES)[0] if c.id == OF_A_CASE[document][0])
    form = DOCUMENTS.forms_by_key[document, "letter", language]
    letter = case.letter(language, form.title)
    markup = Writer(DOCUMENTS).write(form, letter)
    return Page(reference=letter.reference, language=language, markup=markup)


@pytest.mark.parametrize(("document", "language"), FORMS)
def test_every_letter_of_the_starter_prints_all_it_says_about_one_account_on_one_sheet(
    tmp_path: Path, document: str, language: str
) -> None:
    if document in OF_A_CASE:
        page = of_a_case(document, language)
    else:
        (page,) = letters(tmp_path, document, language, [{}], [ACCOUNT])
    printed = paper().pdf([page], RUN_DATE, title="a letter")
    assert 1 <= printed.sheets[0] <= SEVERAL.get(document, 1)
    sheet = "".join(words_of(printed.pdf))
    said = cells(page.markup)
    assert len(said) > 8
    assert [one for one in said if one not in sheet] == []
    words = re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", page.markup)))
    assert [word for word in words if word not in sheet] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_letter_counts_its_own_sheets_and_names_itself_on_each(
    tmp_path: Path, language: str
) -> None:
    people = [{"contact_no": n} for n in (1, 2, 3)]
    accounts = [ACCOUNT, ACCOUNT | {"contact_no": 3}]
    accounts += [ACCOUNT | {"contact_no": 2, "account_id": f"A{n}"} for n in range(12)]
    accounts += [DOLLARS | {"contact_no": 2}]
    pages = letters(tmp_path, "overdue-notice", language, people, accounts)
    printed = paper().pdf(pages, RUN_DATE, title="three letters")
    one, many, other = printed.sheets
    assert (one, other) == (1, 1) and many > 2
    found = words_of(printed.pdf)
    assert len(found) == sum(printed.sheets)
    at = 0
    for page, count in zip(pages, printed.sheets, strict=True):
        for n in range(1, count + 1):
            assert page.reference in found[at]
            words = f"第{n}页，共{count}页" if language == "zh_CN" else f"Page{n}of{count}"
            assert words in found[at]
            # In the table of references or the head line, and in the foot.
            assert found[at].count(page.reference) == 2
            at += 1


def test_the_same_letters_give_the_same_bytes_and_another_day_does_not(tmp_path: Path) -> None:
    pages = letters(tmp_path, "overdue-notice", "zh_CN", [{}], [ACCOUNT, DOLLARS])
    cover = Cover(title="通知书", lines=(("文件 File", "one.pdf"),))
    first = paper().pdf(pages, RUN_DATE, title="a letter", cover=cover)
    assert paper().pdf(pages, RUN_DATE, title="a letter", cover=cover) == first
    later = paper().pdf(pages, RUN_DATE.replace(year=2027), title="a letter", cover=cover)
    assert later.pdf != first.pdf and later.sheets == first.sheets
    assert first.sheets == (2,), "the cover is no sheet of a letter"
    assert len(words_of(first.pdf)) == 3
    assert "张数Sheets2" in words_of(first.pdf)[0]


def test_only_the_declared_font_is_used(tmp_path: Path) -> None:
    pages = letters(tmp_path, "overdue-notice", "zh_CN", [{}], [ACCOUNT])
    fonts = fonts_of(paper().pdf(pages, RUN_DATE, title="a letter").pdf)
    assert {font.partition("+")[2].partition("-Identity")[0] for font in fonts} == {
        "NotoSansCJKsc-Regular"
    }


def test_a_long_name_and_address_stay_whole_and_the_letter_on_one_sheet(tmp_path: Path) -> None:
    name = "欧阳娜𠅤" * 15
    address = (
        "云岫省清河县城关镇人民路16号清河花园二期东区第三组团和兴苑南楼18号2单元302室（棉纺织厂家属院对面）"
        * 2
    )
    (page,) = letters(
        tmp_path, "overdue-notice", "zh_CN", [{"name": name, "address": address}], [ACCOUNT]
    )
    printed = paper().pdf([page], RUN_DATE, title="a letter")
    assert printed.sheets == (1,)
    (sheet,) = words_of(printed.pdf)
    assert sheet.count(name) == 2 and address in sheet


def test_a_name_and_address_without_a_blank_stay_on_the_paper(tmp_path: Path) -> None:
    person = {"name": "W" * 60, "address": "A" * 120}
    (page,) = letters(tmp_path, "overdue-notice", "zh_CN", [person], [ACCOUNT])
    printed = paper().pdf([page], RUN_DATE, title="a letter")
    assert printed.sheets == (1,)
    (sheet,) = words_of(printed.pdf)
    # broken into several lines, of which none is as long as the whole
    (text,) = (p.extract_text() for p in PdfReader(BytesIO(printed.pdf)).pages)
    assert max(len(run) for run in re.findall("A+", text)) < 60
    assert sheet.count("W" * 60) == 2


def test_the_address_stands_where_the_envelope_has_its_window(tmp_path: Path) -> None:
    for language in LANGUAGES:
        (page,) = letters(tmp_path / language, "overdue-notice", language, [{}], [ACCOUNT])
        printed = paper().pdf([page], RUN_DATE, title="a letter")
        ((left, baseline),) = places_of(printed.pdf, "000112")
        assert abs(left - 20) < 0.5
        assert 47 < baseline < 73


def test_markup_that_is_no_xml_stops_the_print_and_quotes_nothing() -> None:
    page = Page(reference="x", language="zh_CN", markup="<p>王建国<br>欠款</p>")
    with pytest.raises(RuntimeError, match="failed to parse XML") as failed:
        paper().pdf([page], RUN_DATE, title="a letter")
    assert "王" not in str(failed.value)


def test_markup_in_data_is_printed_as_it_is_written(tmp_path: Path) -> None:
    name = '</section><b>#image("x")&*_$'
    (page,) = letters(tmp_path, "overdue-notice", "zh_CN", [{"name": name}], [ACCOUNT])
    (sheet,) = words_of(paper().pdf([page], RUN_DATE, title="a letter").pdf)
    assert name in sheet


def test_a_response_form_a_cut_and_a_long_list_print_whole() -> None:
    rows = "".join(f"<tr><td>row {n}</td><td>{n}.00</td></tr>" for n in range(1, 121))
    markup = (
        f'<h1>List</h1><table class="list"><tr><th class="left">Name</th><th>Sum</th></tr>{rows}'
        '<tr class="sum"><th colspan="2">end of list</th></tr></table><hr class="cut"/>'
        '<div class="form"><h2>Reply</h2><p><i class="box"></i> I object</p>'
        "<ol><li>first<ul><li>inner</li></ul></li><li>second</li></ol></div>"
    )
    printed = paper().pdf([Page(reference="r", language="en", markup=markup)], RUN_DATE, title="x")
    found = words_of(printed.pdf)
    assert printed.sheets == (len(found),) and len(found) >= 3
    text = "".join(found)
    for word in (
        *(f"row{n}" for n in range(1, 121)),
        "endoflist",
        "Reply",
        "Iobject",
        "inner",
        "second",
    ):
        assert word in text
    assert all("Name" in page and "Sum" in page for page in found[:2]), (
        "a long list goes on under its heading"
    )


def test_batches_come_out_the_same_from_any_number_of_processes(tmp_path: Path) -> None:
    documents = sorted({d for d, _ in FORMS} - {*ROLES, *OF_A_CASE})
    people = [
        PERSON
        | {
            "contact_no": n, "document": documents[n % 6], "language": LANGUAGES[n % 5 % 2],
            "postal_code": f"{n % 7:06d}" if n % 11 else None,
        }
        for n in range(1, 129)
    ]  # fmt: skip
    _, out = post(tmp_path, people)
    standing = {
        n: Standing(item=f"i{n}", to="", language="", opens="", closes="")
        for n in range(1, 129)
        if n % 4
    }
    one, two = (list(letter_files(out / "letters", standing, release(n))) for n in (1, 2))
    assert one == two
    names = [name for name, _ in one]
    assert len(names) > WORTH_A_POOL and names[-2:] == ["index.csv", "count.pdf"]
    index = list(csv.DictReader(one[-2][1].decode().splitlines()))
    assert Counter(row["item"] for row in index) == Counter(s.item for s in standing.values())
    assert {row["sheets"] for row in index} == {"1"}
    assert list(dict.fromkeys(row["file"] for row in index)) == names[:-2]


def test_no_file_holds_more_than_a_hundred_letters(tmp_path: Path) -> None:
    people = [PERSON | {"contact_no": n, "document": "due-reminder"} for n in range(1, 102)]
    _, out = post(tmp_path, people)
    standing = {
        n: Standing(item=f"i{n}", to="", language="", opens="", closes="") for n in range(1, 102)
    }
    found = dict(letter_files(out / "letters", standing, release(1)))
    index = list(csv.DictReader(found["index.csv"].decode().splitlines()))
    assert Counter(row["file"] for row in index) == {
        "due-reminder-zh_CN-0001.pdf": 100, "due-reminder-zh_CN-0002.pdf": 1,
    }  # fmt: skip
    assert [row["position"] for row in index][-2:] == ["100", "1"]


def release(workers: int) -> Release:
    assert DOCUMENTS is not None
    return Release(name="r-1", day=RUN_DATE, documents=DOCUMENTS, workers=workers)


def test_nothing_is_written_when_no_letter_stands(tmp_path: Path) -> None:
    _, out = post(tmp_path, [PERSON])
    assert list(letter_files(out / "letters", {}, release(1))) == []
