"""What an editor makes of rule files by the schema that the program writes for it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Call, program
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[3]
RULES = ROOT / "config" / "rules"


class _Editor(yaml.SafeLoader):
    """YAML as an editor reads it (1.2): dates are texts, `no` is a text, `007` is a number."""


_Editor.yaml_implicit_resolvers = {}
for _kind, _pattern in (
    ("bool", r"true|True|TRUE|false|False|FALSE"),
    ("null", r"~|null|Null|NULL|"),
    ("int", r"[-+]?[0-9]+"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"),
):
    _Editor.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), None
    )


def loaded(text: str) -> Any:
    return yaml.load(text, _Editor)  # noqa: S506, TID251 - as an editor reads it


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Draft202012Validator:
    file = tmp_path_factory.mktemp("schema") / "rules.json"
    made = program("rules", "schema", "--project", ROOT, "--to", file)
    assert (made.code, made.out.strip()) == (0, str(file))
    found = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def faults(schema: Draft202012Validator, text: str) -> list[str]:
    """The places, innermost first seen, at which the text is marked."""
    found = []
    for error in schema.iter_errors(loaded(text)):
        inner = [error]
        while inner[0].context:
            inner = sorted(inner[0].context, key=lambda e: -len(e.absolute_path))
        found.append(".".join(map(str, inner[0].absolute_path)))
    return found


@pytest.mark.parametrize("name", ["overdue", "parameters", "tests"])
def test_the_starter_is_marked_nowhere_and_names_the_schema(
    schema: Draft202012Validator, name: str
) -> None:
    text = (RULES / f"{name}.yaml").read_text(encoding="utf-8")
    assert faults(schema, text) == []
    assert text.startswith("# yaml-language-server: $schema=../../.collectctl/rules.schema.json\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("overdue", "treatments:", "treatmens:", ""),
        ("overdue", "tone: legal", "tone: leagl", "treatments.rules.3.then.tone"),
        ("overdue", "document: care-notice", "document: carenotice",
         "treatments.rules.1.then.document"),
        ("overdue", "[letter, sms, call]", "[leter, sms, call]",
         "treatments.rules.1.then.channels"),
        ("overdue", "otherwise: MANUAL", "otherwise: MANAUL", "tiers.otherwise"),
        ("overdue", "order: [M0,", "order: [M0, {},", "tiers.order.1"),
        ("overdue", "hit: unique", "hit: any", "tiers.hit"),
        ("overdue", "column: days_past_due", "column: days_pastdue", "monotone.0.column"),
        ("overdue", "document: friendly-reminder}]", "document: friendly}]",
         "ladder.friendly.steps.0.document"),
        ("overdue", "channels: [sms, email]}", "channels: [sms, fax]}",
         "ladder.remind.steps.1.channels.1"),
        ("overdue", "missed: most_severe", "missed: severe", "ladder.overdue.missed"),
        ("overdue", "  overdue:", "  overdeu:", "ladder"),
        ("overdue", "step: legal}", "step: court}", "ladder.final.steps.2.step"),
        ("overdue", "column: days_past_due", "column: hardship", "monotone.0.column"),
        ("overdue", "output: tone", "output: channels", "monotone.0.output"),
        ("overdue", "except: [grace,", "except: [graze,", "monotone.0.except.0"),
        ("overdue", "# forbidden: [sex, region_of_birth]", "forbidden: [sex]", "forbidden.0"),
        ("overdue", "currency: CNY", "currency: RMB", "currency"),
        ("overdue", "from: 2024-01-01", "from: 2024-1-1", "effective.from"),
        ("overdue", "decimals: 4", "decimals: four", "derive.utilisation.decimals"),
        ("overdue", "on_unknown: no_match", "on_unknown: nomatch", "treatments.rules.1.on_unknown"),
        ("overdue", "key: customer_id", "key: balance", "customer.key"),
        ("overdue", "marks: {hardship: any}", "marks: {hardship: some}", "customer.marks.hardship"),
        ("parameters", "verified: recalled", "verified: heard",
         "parameters.grace_days.values.0.verified"),
        ("parameters", "from: 2024-01-01", "frm: 2024-01-01", "parameters.grace_days.values.0"),
        ("parameters", "  grace_days:", "  3days:", "parameters"),
        ("tests", "expect: {tier: M1-L", "expect: {tier: M1-X", "cases.0.expect.tier"),
        ("tests", "{currency: CNY, days", "{currency: XYZ, days", "cases.0.account.currency"),
        ("tests", "hardship: false", "hardship: nein", "cases.0.account.hardship"),
    ],
)  # fmt: skip
def test_a_slip_is_marked_where_it_is(
    schema: Draft202012Validator, name: str, old: str, new: str, place: str
) -> None:
    text = (RULES / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    found = faults(schema, text.replace(old, new, 1))
    assert [f for f in found if f.startswith(place)], found


def test_both_spellings_of_a_number_and_a_truth_value_are_allowed(
    schema: Draft202012Validator,
) -> None:
    text = (RULES / "parameters.yaml").read_text(encoding="utf-8")
    assert faults(schema, text.replace("value: 580,", "value: '580',")) == []
    text = (RULES / "overdue.yaml").read_text(encoding="utf-8")
    assert faults(schema, text.replace("order: true", "order: 'true'")) == []


def test_a_file_that_is_half_written_is_named_and_the_others_serve(
    project: Path, call: Call
) -> None:
    rules = project / "config" / "rules"
    (rules / "parameters.yaml").write_text("format: collectctl/1\nparameters: {", encoding="utf-8")
    made = call("rules", "schema", "--project", str(project))
    assert made.code == 0
    assert "error[yaml-syntax]" in made.err
    found = json.loads((project / ".collectctl/rules.schema.json").read_text("utf-8"))
    assert "M1-H" in json.dumps(found)


def test_the_same_project_gives_the_same_bytes_and_says_so(project: Path, call: Call) -> None:
    call("rules", "schema", "--project", str(project))
    before = (project / ".collectctl/rules.schema.json").read_bytes()
    again = call("rules", "schema", "--project", str(project), "--dry-run")
    assert "up to date" in again.err
    assert (project / ".collectctl/rules.schema.json").read_bytes() == before
