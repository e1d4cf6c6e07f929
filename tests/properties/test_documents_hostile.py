"""Whatever stands in data or in a text: it is printed or refused, never run, never a crash."""

import re
import tempfile
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.columns import to_frame
from collectctl.compliance.packs.reader import read_packs
from collectctl.compliance.wording.assembled import wording_of
from collectctl.documents.bank import read_bank
from collectctl.documents.catalog import read_documents
from collectctl.documents.environment import Texts, renderer
from collectctl.documents.glyphs import lacking
from collectctl.documents.prepare import Prepared, prepare
from collectctl.documents.records import Amount, CurrencyCode, Letter, Line, Rate, Total
from collectctl.documents.template_check import check_macros, check_text
from collectctl.problems import visible

CONFIG = Path(__file__).parents[2] / "config"
FILES = {
    path.relative_to(CONFIG).as_posix(): path.read_bytes()
    for path in sorted((CONFIG / "documents").rglob("*"))
    if path.is_file()
}
_PACKS, _ = read_packs(
    {n: (CONFIG / n).read_bytes() for n in ("packs/cn.yaml", "packs/house.yaml")}
)
assert _PACKS is not None
WORDING = wording_of(_PACKS, date(2026, 11, 20))
PARTS = (
    "principal", "instalment_not_due", "interest", "compound_interest", "penalty", "fees",
    "instalment_interest", "payments_set_off",
)  # fmt: skip
SPLINTERS = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "letter", "bank", ".", "|", "money", "date", "first", "lines",
     " for ", " in ", " if ", "endfor", "endif", "(", ")", "'", "\\", "\n", "<", ">", "&", '"',
     "</section>", "<script>", "{{ 7*7 }}", "\x1b[2J", "\u202e", "\u200b", "\x00", "=cmd", "王",
     "😀", "e\u0301", "\r\n", ",", ";", "__class__", "1", "**", "9"]
)  # fmt: skip
HOSTILE = st.lists(SPLINTERS | st.text(max_size=3), min_size=1, max_size=20).map("".join)


def trimmed(text: str) -> str:
    """The text without white space around it, as Arrow sees white space."""
    found: str = pc.utf8_trim_whitespace(text).as_py()
    return found


NAMES = HOSTILE.filter(lambda s: bool(trimmed(s)) and lacking(visible(trimmed(s))) is None)
"""A letter with a character that its font lacks is not printed; `test_letters_lint` tells of it."""
AMOUNTS = st.integers(0, 10**9)
FRAGMENTS = st.builds(
    "{}{{{{ {}.{}{} }}}}{}".format,
    st.sampled_from(["", "{% if letter.accounts > 1 %}", "{% for line in letter.lines %}"]),
    st.sampled_from(["letter", "letter.first", "line", "bank", "letter.totals", "loop"]),
    st.sampled_from(["title", "balance", "as_of", "accounts", "daily_rate", "name", "lines", "x"]),
    st.sampled_from(["", "|money", "|amount", "|date", "|rate", "|currency", " is none"]),
    st.sampled_from(["", "{% endif %}", "{% endfor %}", "{% else %}", "{{ debt_table(letter) }}"]),
)
MONEY = Amount(123, "CNY")
DAY = date(2026, 11, 20)
LINE = Line._make(["1234", "CNY", DAY, DAY, 35, *[MONEY] * 12, DAY, Rate(500, 6), Rate(1825, 4)])
LETTER = Letter(
    contact_no=1, reference="20261120-000001", date=DAY, title="Notice", addressee="Wang",
    surname="Wang", address="Qinghe", postal_code="000100", phone="10012345678", accounts=2,
    as_of=DAY, first=LINE, lines=(LINE, LINE),
    totals=(Total(CurrencyCode("CNY"), MONEY, MONEY, MONEY),),
)  # fmt: skip
SHARED = FILES["documents/en/shared.html.j2"].decode()
MACROS, _ = check_macros(SHARED, "shared.html.j2", "en")
DOCUMENTS, _ = read_documents(FILES)
FACTS, _ = read_bank(FILES["documents/bank.yaml"], "documents/bank.yaml")
assert FACTS is not None
TEXTS = Texts("en", SHARED, FACTS.en, markup=True)


def post(
    people: list[dict[str, Any]], debts: list[dict[str, Any]], look: Callable[[Path], Any]
) -> tuple[Prepared, Any]:
    """What came of the contacts, and what a look at the folder gave."""
    n = len(people)
    fixed = {"customer_id": "C1", "role": "principal", "document": "overdue-notice"}
    contacts = pa.table(
        {name: pa.array([value] * n, pa.string()) for name, value in fixed.items()}
        | {"contact_no": pa.array(range(1, n + 1), pa.int64())}
        | {
            name: pa.array([p.get(name) for p in people], pa.string())
            for name in ("channel", "language", "name", "phone", "email", "wechat_id", "address")
        }
    )
    names = ("balance", "overdue_amount", "minimum_due", *PARTS)
    lines = pa.table(
        {name: pa.array([d.get(name) for d in debts], pa.int64()) for name in names}
        | {
            "contact_no": pa.array(range(1, n + 1), pa.int64()),
            "account_id": pa.array([f"A{i}" for i in range(n)], pa.string()),
            "currency": pa.array(["CNY"] * n, pa.string()),
            "as_of": pa.array([date(2026, 11, 20)] * n, pa.date32()),
            "days_past_due": pa.array([35] * n, pa.int64()),
        }
    )
    assert DOCUMENTS is not None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "prepared"
        done = prepare(
            to_frame(contacts), to_frame(lines), DOCUMENTS, date(2026, 11, 20), out, 1,
            scratch=Path(folder) / "scratch", wording=WORDING,
        )  # fmt: skip
        return done, look(out)


def debt(parts: list[int], balance: int | None = None) -> dict[str, Any]:
    total = sum(parts[:-1]) - parts[-1]
    known = dict(zip(PARTS, parts, strict=True))
    right = total if balance is None else balance
    return known | {"balance": right, "overdue_amount": 1, "minimum_due": 1}


@settings(max_examples=40, deadline=None)
@given(name=NAMES, address=NAMES)
def test_data_is_printed_as_it_is_written_and_never_becomes_markup(name: str, address: str) -> None:
    person = {"channel": "letter", "language": "zh_CN", "name": name, "address": address}

    def look(out: Path) -> str:
        return (out / "letters" / "overdue-notice-zh_CN-0001.html").read_text("utf-8")

    done, page = post([person], [debt([1] * 8)], look)
    assert sum(done.counts.values()) == 1
    plain = page.split("<section id=", 1)[1]
    assert plain.count("<section") == 0
    assert plain.count("</section>") == 1
    assert "<script" not in plain
    shown = unescape(plain.split('<p class="who">')[1].split("　先生/女士　收</p>")[0])
    assert shown == visible(trimmed(name))
    in_one = re.sub("[ \u3000]*[\t\n\r\v\f\x85\u2028\u2029]+[ \u3000]*", " ", trimmed(address))
    assert unescape(plain.split("</p><p class=")[0].rsplit("<p>", 1)[1]) == visible(in_one)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300) | HOSTILE.map(lambda s: s.encode("utf-8", "surrogatepass")))
def test_any_bytes_as_a_text_give_documents_or_problems(data: bytes) -> None:
    files = FILES | {"documents/en/overdue-notice.letter.j2": data}
    documents, problems = read_documents(files, lint=True)
    assert (documents is None) == any(p.level == "error" for p in problems)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS | SPLINTERS, max_size=8).map("".join))
def test_a_text_that_the_check_passes_can_be_rendered(source: str) -> None:
    _, problems = check_text(source, "a.letter.j2", "en", MACROS)
    if not problems:
        renderer(TEXTS.compile(source))(LETTER)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["letter", "sms", "email", "wechat", "script"]),
            st.sampled_from([None, "zh_CN", "en", "fr"]),
            st.lists(AMOUNTS, min_size=8, max_size=8),
            st.none() | AMOUNTS,
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_every_proposed_document_is_prepared_or_failed_once(
    drawn: list[tuple[str, str | None, list[int], int | None, bool]],
) -> None:
    people = [
        {"channel": channel, "language": language, "name": "王小明",
         "phone": "10012345678" if has else None, "email": "a@example.invalid",
         "wechat_id": "wx", "address": "清河市" if has else None}
        for channel, language, _, _, has in drawn
    ]  # fmt: skip
    debts = [debt(parts, balance) for _, _, parts, balance, _ in drawn]
    done, _ = post(people, debts, lambda _: None)
    failed = done.failed["contact_no"].tolist()
    assert len(failed) == len(set(failed))
    assert sum(done.counts.values()) + len(failed) == len(drawn)
    wrong = {
        i for i, d in enumerate(debts, 1)
        if d["balance"] != sum(d[p] for p in PARTS[:-1]) - d["payments_set_off"]
    }  # fmt: skip
    assert wrong <= set(failed)
    assert not any("王小明" in str(reason) for reason in done.failed["reason"])
