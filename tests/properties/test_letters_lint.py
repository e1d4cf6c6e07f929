"""A text that is not as it must be is stopped, whatever is wrong; an honest one never is."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "documents"))

from letterbox import ACCOUNT, FILES, PACKS, PERSON, RUN_DATE, post, texts

from collectctl.columns import LANGUAGES
from collectctl.compliance.wording.assembled import wording_of
from collectctl.documents.cases import read_cases
from collectctl.documents.catalog import Documents, read_documents
from collectctl.documents.lint.forms import Read, Written, read_forms
from collectctl.documents.lint.letters import LetterLint, letter_lint
from collectctl.documents.lint.packs import pack_problems
from collectctl.documents.lint.texts import text_problems
from collectctl.documents.lint.told import Told
from collectctl.documents.records import Letter
from collectctl.documents.template_check import check_macros, check_text
from collectctl.documents.template_walk import MacroKind
from collectctl.documents.wording_check import wording_problems
from collectctl.documents.writer import Writer, addressed, lacking
from collectctl.problems import Level

TOLD = Told(wording_of(PACKS, RUN_DATE))
THREAT = {"zh_CN": "。再不还款就抓你坐牢", "en": ". We will have you arrested and sent to jail"}
Mutation = tuple[str, str]
"""What was done, and what came of it."""


@cache
def starter() -> Documents:
    documents, found = read_documents(FILES, lint=True)
    assert documents is not None, found
    return documents


@cache
def reads() -> tuple[Read, ...]:
    read, _ = read_forms(starter().written, starter().shared)
    return tuple(read)


@cache
def lint_of(n: int) -> LetterLint:
    one, bank = reads()[n], starter().bank
    language = one.form.language
    return letter_lint(one, bank.get(language), bank.sms_signature.get(language), TOLD)


# templates


@cache
def macros_of(language: str, *, markup: bool) -> Mapping[str, MacroKind]:
    file, source = starter().shared[language, markup]
    return check_macros(source, file, language)[0]


def stopped(form: Written, source: str, both: dict[str, str] | None = None) -> bool:
    """Whether `check` says an error about a form whose text was changed (or both of its texts)."""
    changed = {form.language: source} if both is None else both
    pair = [
        w for w in starter().written if (w.document, w.channel) == (form.document, form.channel)
    ]
    made = []
    for one in pair:
        text = changed.get(one.language, one.source)
        if check_text(text, one.file, one.language, macros_of(one.language, markup=one.markup))[1]:
            return True
        made.append(
            Written(**{f: getattr(one, f) for f in one.__dataclass_fields__} | {"source": text})
        )
    if any(p.level is Level.ERROR for p in text_problems(made, starter().shared)):
        return True
    read, _ = read_forms(made, starter().shared)
    return bool(pack_problems(read, starter().bank, TOLD, starter().places))


def template_mutations(form: Written) -> Iterator[Mutation]:
    source = form.source
    for n, call in enumerate(re.finditer(r"\{\{ \w+\([a-z.]*\) \}\}", source)):
        yield f"macro {n} dropped", source[: call.start()] + source[call.end() :]
    for n, slot in enumerate(re.finditer(r"\{\{ [a-z_.]+(\|\w+)? \}\}", source)):
        if "|capital" in slot.group():
            continue  # Chinese alone says an amount once more in capitals; the digits stay
        yield f"value {n} dropped", source[: slot.start()] + source[slot.end() :]
        name = slot.group().split("|")[0].rstrip(" }")
        yield (
            f"field {n} misspelt",
            source[: slot.start()] + slot.group().replace(name, f"{name}x") + source[slot.end() :],
        )
        literal = source[: slot.start()] + "1,234.50" + source[slot.end() :]
        yield f"value {n} written by hand", literal
    for n, tag in enumerate(re.finditer(r"</\w+>", source)):
        yield f"end tag {n} dropped", source[: tag.start()] + source[tag.end() :]
    for n, attribute in enumerate(re.finditer(r'class="(\w+)"', source)):
        yield (
            f"attribute {n} unquoted",
            source[: attribute.start()] + f"class={attribute[1]}" + source[attribute.end() :],
        )
        yield (
            f"class {n} unknown",
            source[: attribute.start()] + 'class="blink"' + source[attribute.end() :],
        )
    other = next(
        w for w in starter().written
        if (w.document, w.channel) == (form.document, form.channel) and w.language != form.language
    )  # fmt: skip
    yield "language swapped", other.source
    for n, (at, link) in enumerate(
        [
            (0, "http://evil.example"),
            (-1, "www.evil-bank.com"),
            (-1, "ｅｖｉｌ．ｃｏｍ"),
            (-1, "t.cn/Ab1"),
        ]
    ):
        yield f"link {n} added", _inserted(source, link, at)
    yield "threat added", _inserted(source, THREAT[form.language], -1)
    yield "number added", _inserted(source, "30", -1)
    if form.markup:
        threat = THREAT[form.language]
        yield "a threat over two lines", _inserted(source, f"{threat[:-1]}<br/>{threat[-1]}", -1)
        yield "an unknown element", _inserted(source, "<blink>x</blink>", -1)
        yield "a bare ampersand", _inserted(source, "A & B", -1)
    elif form.channel == "sms":
        yield "a bracket", source + "【"
        yield "a refused character", source + "￥"


def _inserted(source: str, text: str, at: int) -> str:
    """The source with words put behind the first or last words that it says itself."""
    words = list(
        re.finditer(
            r"(?<=[\u4e00-\u9fff，。a-z,])(?=[。.<“”])",
            re.sub(r"\{.*?\}", lambda m: "#" * len(m[0]), source),
        )
    )
    if not words:
        return source + (f"<p>{text}</p>" if "<" in source else text)
    place = words[at].start()
    return f"{source[:place]} {text} {source[place:]}"


def change_templates(step: int) -> int:
    """Every so many of all changes are tried; how many."""
    changes = [(form, *change) for form in starter().written for change in template_mutations(form)]
    some = changes[::step]
    through = [
        f"{form.file} ({form.channel}): {what}"
        for form, what, source in some
        if source == form.source or not stopped(form, source)
    ]
    assert not through, f"{len(through)} of {len(some)}: {through[:20]}"
    return len(some)


def test_every_fifth_change_of_a_template_is_stopped() -> None:
    assert change_templates(5) >= 1000


@pytest.mark.slow
def test_every_change_of_a_template_is_stopped() -> None:
    assert change_templates(1) >= 5000


def test_a_clause_within_a_condition_is_no_clause() -> None:
    """The same condition in both languages, so that they do not differ.

    What is stopped where a macro is left out is stopped where a condition may leave it out.
    """
    through, done = [], 0
    for form in starter().written:
        if form.channel != "letter" or form.language != "zh_CN":
            continue
        for call in set(re.findall(r"\{\{ \w+\([a-z.]*\) \}\}", form.source)):
            sources = {
                w.language: w.source
                for w in starter().written
                if (w.document, w.channel) == (form.document, form.channel)
            }
            without = {k: source.replace(call, "") for k, source in sources.items()}
            if not stopped(form, "", without):
                continue
            condition = f"{{% if letter.accounts > 99 %}}\n{call}\n{{% endif %}}"
            within = {k: source.replace(call, condition) for k, source in sources.items()}
            done += 1
            if not stopped(form, "", within):
                through.append((form.document, call))
    assert done >= 20
    assert not through


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_in_a_shared_macro_is_found_with_its_place(language: str) -> None:
    file = f"documents/{language}/shared.html.j2"
    source = FILES[file].decode()
    tags = list(re.finditer(r"</(p|td|th|b|li)>", source))
    for tag in tags[:: max(1, len(tags) // 6)]:
        broken = source[: tag.start()] + source[tag.end() :]
        documents, found = read_documents(FILES | {file: broken.encode()}, lint=True)
        assert documents is None
        places = [p.span for p in found if p.code == "letter-markup"]
        assert any(s is not None and s.file == file and s.line for s in places), tag


NAMED = re.compile(r"\{\{ ((?:letter\.plan|letter\.validation|\w+)\.(\w+))\|(?:amount|money) \}\}")
"""An amount with what names it in the tables."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_or_headings_that_change_places_are_stopped(language: str) -> None:
    """Sums cannot tell: parts add up in any order."""
    through, done = [], 0
    for name in (f"{language}/shared.html.j2", f"{language}/validation-notice.letter.j2"):
        source = FILES[f"documents/{name}"].decode()
        headings = list(re.finditer(r"(?<=<th>)[^<>{}]+(?=</th>)", source))
        amounts = list(NAMED.finditer(source))
        for places in (amounts, headings):
            for one, other in pairwise(places):
                line = source[one.start() : other.end()]
                if one.group() == other.group() or "</table>" in line:
                    continue
                if places is not headings and one[1].split(".")[0] != other[1].split(".")[0]:
                    continue  # of two loops: it could not be printed at all
                changed = (
                    source[: one.start()] + other.group() + source[one.end() : other.start()]
                    + one.group() + source[other.end() :]
                )  # fmt: skip
                done += 1
                if not labels_stop(language, name, changed):
                    through.append((name, one.group(), other.group()))
    assert done >= 30
    assert not through, through


SHOWS_ALL = {
    ("plan-agreement", "letter"), ("plan-breach", "letter"), ("validation-notice", "letter"),
    ("overdue-notice", "letter"), ("overdue-notice", "script"), ("guarantor-notice", "script"),
    ("joint-debtor-notice", "script"),
}  # fmt: skip
"""Forms that call every macro with amounts, or print them themselves."""


def labels_stop(language: str, name: str, changed: str) -> bool:
    shared = dict(starter().shared)
    made = [
        w
        for w in starter().written
        if (w.document, w.channel) in SHOWS_ALL and w.language == language
    ]
    if name.endswith("shared.html.j2"):
        shared[language, True] = (shared[language, True][0], changed)
    else:
        made = [
            replace(w, source=changed) if w.document == "validation-notice" else w for w in made
        ]
    return any(p.code == "text-label" for p in text_problems(made, shared))


def test_the_starter_passes_its_own_check_on_every_day() -> None:
    documents, found = read_documents(FILES, lint=True)
    assert documents is not None
    assert not found
    assert not wording_problems(documents, PACKS, RUN_DATE)


# rendered texts


@cache
def rendered() -> tuple[tuple[int, str, Letter], ...]:
    """Every form with every telling case that it can be written for."""
    cases, problems = read_cases(FILES["documents/cases.yaml"], "documents/cases.yaml")
    assert not problems
    writer, found = Writer(starter()), []
    for n, one in enumerate(reads()):
        form = starter().forms_by_key[one.form.document, one.form.channel, one.form.language]
        for case in cases:
            letter = case.letter(form.language, form.title)
            if not lacking(form, letter):
                text = writer.write(form, letter)
                found.append((n, text, addressed(letter, form.channel)))
    return tuple(found)


def rendered_mutations(lint: LetterLint, text: str, letter: Letter) -> Iterator[Mutation]:
    form = lint.read.form
    for n, amount in enumerate(re.finditer(r"\d[\d,]*\.\d\d(?!%)", text)):
        at = amount.end() - 1
        yield f"amount {n} changed", text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
        if n < 6 and len(set(amount.group()[:2])) == 2 and amount.group()[:2].isdigit():
            start = amount.start()
            yield (
                f"digits of amount {n} swapped",
                text[:start] + text[start + 1] + text[start] + text[start + 2 :],
            )
    replaced = (
        ("元", "美元"), ("CNY ", "USD "), ("0000-96000", "0000-96009"),
        ("0000-96001", "0000-96011"), (letter.reference, "20261120-999999"),
        (letter.first.card, "0000"), (letter.addressee or "-", "王某某"), ("2026", "2062"),
        ('class="', "class="), ("</p>", ""), ("</tr>", ""),
    )  # fmt: skip
    for n, (old, new) in enumerate(replaced):
        if old in text and old != new:
            yield f"replacement {n}", text.replace(old, new, 1)
    cut = re.search(r"<h2>.*?</p>", text, re.DOTALL)
    if cut is not None:
        yield "clause dropped", text[: cut.start()] + text[cut.end() :]
    row = re.search(r"<tr>.*?</tr>", text)
    if row is not None:
        yield "row twice", text[: row.end()] + row.group() + text[row.end() :]
    window = text.find('<p class="who">')
    if window > 0:
        yield "debt in the window", text[:window] + "<p>1,234.50</p>" + text[window:]
    middle = len(text) // 2
    yield "link added", text + " www.evil-bank.com"
    yield "threat added", text + THREAT[form.language]
    yield "cut off", text[:middle]
    if form.channel == "sms":
        yield "signature dropped", text.split("】", 1)[1]
        yield "another signature", text.replace("【", "【某", 1)
        yield "too long", text + "。" * 500
        yield "bracket", text + "【"
        yield "refused character", text + "￥"


def _other_language(n: int) -> str | None:
    form = reads()[n].form
    for m, other, _ in rendered():
        one = reads()[m].form
        if (one.document, one.channel) == (
            form.document,
            form.channel,
        ) and one.language != form.language:
            return other
    return None


@pytest.mark.parametrize("record", [True, False])
def test_every_change_of_a_finished_text_is_stopped(record: bool) -> None:  # noqa: FBT001 - with its record, and without
    done, through = 0, []
    seen: set[int] = set()
    for n, text, letter in rendered():
        if n in seen:
            continue
        seen.add(n)
        lint = lint_of(n)
        changed = [*rendered_mutations(lint, text, letter)]
        other = _other_language(n)
        changed += [("language swapped", other)] if other else []
        for what, mutated in changed:
            if not record and not seen_without_record(what):
                continue
            done += 1
            faults = lint.examine(mutated, letter) if record else lint.examine_stored(mutated)
            if mutated == text or not faults:
                through.append(f"{lint.read.form.file}: {what}")
    assert not through, f"{len(through)} of {done}: {through[:20]}"
    assert done >= (1000 if record else 500)


def seen_without_record(what: str) -> bool:
    """Without the record a changed value shows only where another value printed contradicts it."""
    return not re.match(r"amount|digits|replacement [014567]", what) or what == "replacement 8"


def test_a_changed_part_is_seen_without_the_record_where_all_parts_are_printed() -> None:
    done = 0
    for n, text, _ in rendered():
        lint = lint_of(n)
        if "debt_table" not in lint.read.form.source:
            continue
        table = re.search(r'<table class="debt"><caption>.*?<tr class="sum">', text, re.DOTALL)
        if table is None:
            continue
        for amount in re.finditer(r"(?<=<td>)\d[\d,]*\.\d\d", table.group()):
            at = table.start() + amount.end() - 1
            changed = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
            done += 1
            assert any(f.code == "letter-sums" for f in lint.examine_stored(changed)), amount
    assert done >= 100


def test_a_finding_holds_nothing_of_the_text() -> None:
    for n, text, letter in rendered()[::7]:
        for what, mutated in rendered_mutations(lint_of(n), text, letter):
            for fault in lint_of(n).examine(mutated, letter):
                for secret in (letter.addressee, letter.address, letter.phone, letter.first.card):
                    assert not secret or secret not in fault.reason + fault.about, (what, fault)


# honest letters

NAMES = (
    "王建国", "欧阳文华", "李", "陈晓明", "司马相如", "阿卜杜拉·买买提", "Ann O'Brien", "J.Smith",
    "José Müller", "Wang Xiaoming", "赵<b>", "A & B Trading", "钱{{ 7 }}", "孙法院", "周公安",
)  # fmt: skip
PLACES = (
    "清河市城关区和兴路18号2单元302室", "清河市法院路3号", "公安局家属院5栋",
    "Flat 3.05, 12 River Rd.", "城南新村No.5-2", "St. John's Rd 7", "三元里1,234号", "Rm 5.12 大厦",
)  # fmt: skip
DOCUMENTS = (
    "due-reminder", "friendly-reminder", "overdue-notice", "firm-notice", "final-warning",
    "care-notice",
)  # fmt: skip


def random_letters(count: int, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    random = Random(seed)  # noqa: S311 - examples, the same on every run
    people, accounts = [], []
    for number in range(1, count + 1):
        channel = random.choice(("letter", "sms", "email", "wechat", "script"))
        document = random.choice(DOCUMENTS[channel == "script" :])
        people.append(
            PERSON | {
                "contact_no": number, "channel": channel, "document": document,
                "language": random.choice(LANGUAGES),
                "name": random.choice([n for n in NAMES if channel != "sms" or "&" not in n]),
                "address": random.choice(PLACES[: -1]),
                "postal_code": random.choice(("000112", None)),
            }
        )  # fmt: skip
        many = random.choice((1, 1, 1, 2, 3)) if channel != "sms" else 1
        accounts += [random_account(random, number, n) for n in range(many)]
    return people, accounts


def random_account(random: Random, number: int, n: int) -> dict[str, Any]:
    names = ("principal", "instalment_not_due", "interest", "compound_interest", "penalty", "fees",
             "instalment_interest")  # fmt: skip
    parts = {
        name: random.choice((0, random.randrange(10 ** random.randrange(1, 9)))) for name in names
    }
    off = random.choice((0, random.randrange(1 + sum(parts.values()))))
    balance = sum(parts.values()) - off
    daily = random.choice((None, 500, 350, 411))
    paid = random.choice((None, date(2026, 9, 1) + timedelta(days=random.randrange(80))))
    annual = None if daily is None else round(daily * random.choice((365, 360)) / 100)
    # Either rate may be known alone.
    if random.random() < 0.1:
        daily, annual = random.choice(((daily, None), (None, 1825)))
    return ACCOUNT | parts | {
        "contact_no": number, "account_id": f"A{number:05d}{n}",
        "card_no": f"62000000{random.randrange(10**8):08d}",
        "currency": random.choice(("CNY", "CNY", "USD", "JPY", "HKD")),
        "balance": balance, "payments_set_off": off,
        "overdue_amount": random.randrange(1 + balance),
        "minimum_due": random.randrange(1 + balance),
        "days_past_due": random.randrange(400), "daily_rate": daily,
        "annual_rate": annual,
        "last_payment_on": paid,
    }  # fmt: skip


def honest(folder: Path, count: int, seed: int) -> None:
    people, accounts = random_letters(count, seed)
    done, out = post(folder, people, accounts)
    found = done.failed
    refused = found[~found["code"].isin(["sms-too-long"])]
    assert not len(refused), (
        refused[["document", "channel", "code", "reason"]].head(10).to_dict("records")
    )
    by_key = {(r.form.document, r.form.channel, r.form.language): n for n, r in enumerate(reads())}
    where = {p["contact_no"]: (p["document"], p["channel"], p["language"]) for p in people}
    looked_at = 0
    for channel in ("letter", "sms", "wechat", "script"):
        for number, text in texts(out, channel).items():
            faults = lint_of(by_key[where[number]]).examine_stored(text)
            assert not faults, (where[number], faults)
            looked_at += 1
    assert looked_at > count * 0.6


def test_no_honest_letter_is_stopped(tmp_path: Path) -> None:
    honest(tmp_path, 500, 1)


@pytest.mark.slow
def test_of_ten_thousand_honest_letters_none_is_stopped(tmp_path: Path) -> None:
    honest(tmp_path, 10_000, 2)
