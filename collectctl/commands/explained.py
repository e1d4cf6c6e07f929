"""How the explanation of one account is worded for a person."""

from collections.abc import Iterator
from datetime import date

from collectctl.config import Bilingual
from collectctl.stages.telling import Told


def rows_of(found: Told, day: date, language: str) -> Iterator[tuple[Bilingual, str]]:
    """What is told of the account, line by line: what it is, and what it says."""
    said = found.explanation
    missing = "缺失" if language == "zh_CN" else "missing"
    yield Bilingual(zh_CN="业务日期", en="night"), day.isoformat()
    for name, label, value in found.values:
        shown = missing if value is None else value
        yield label, shown + (_whose(found.marks[name], language) if name in found.marks else "")
    yield Bilingual(zh_CN="分层", en="tier"), said.tier
    yield Bilingual(zh_CN="分层规则", en="rule"), said.tier_rule or "-"
    yield Bilingual(zh_CN="策略", en="treatment"), said.treatment
    yield Bilingual(zh_CN="原因", en="because"), said.because.get(language)
    if found.net is not None:
        words = [missing if n is None else str(n) for n in found.net]
        yield (
            Bilingual(zh_CN="净天数（仅用于阶梯）", en="net days (for ladders only)"),
            _net(words, language),
        )
    for test in said.tests:
        yield Bilingual(zh_CN="条件", en="test"), test.get(language)
    for name, taken, why in found.declared:
        yield Bilingual(zh_CN="按声明取值", en="taken by declaration"), f"{name} = {taken}: {why}"
    for rule, default in said.defaults:
        yield Bilingual(zh_CN=f"规则 {rule}", en=f"rule {rule}"), default.get(language)
    for rule, tests in said.barred:
        why = "; ".join(t.get(language) for t in tests)
        earlier = "排在前面的规则先适用" if language == "zh_CN" else "an earlier rule applies first"
        yield Bilingual(zh_CN=f"为何不是 {rule}", en=f"why not {rule}"), why or earlier
    for values, result in found.changes:
        yield Bilingual(zh_CN=f"若 {values}", en=f"with {values}"), result
    if said.missing:
        yield Bilingual(zh_CN="因缺失不能判定", en="undecided for want of"), ", ".join(said.missing)
    yield from _beyond(found, language)


def _whose(account: str | None, language: str) -> str:
    """That a value is the customer's, and where it comes from."""
    if language == "zh_CN":
        return "（客户级，" + ("各账户均如此）" if account is None else f"来自账户 {account}）")
    source = "all accounts say so" if account is None else f"from account {account}"
    return f" (the customer's, {source})"


def _net(words: list[str], language: str) -> str:
    past_due, grace, held, net = words
    if language == "zh_CN":
        return f"逾期 {past_due} − 容时 {grace} − 停催 {held} = {net}"
    return f"past due {past_due} - grace {grace} - held {held} = {net}"


def _beyond(found: Told, language: str) -> Iterator[tuple[Bilingual, str]]:
    """What follows from the customer's other accounts, from statuses and from add-ons."""
    if found.addons:
        yield Bilingual(zh_CN="附加文书", en="further documents"), found.addons
    if found.addons_withheld:
        yield (
            Bilingual(zh_CN="暂缓的附加文书", en="further documents withheld"),
            found.addons_withheld,
        )
    if found.status:
        why = found.status_because.get(language)
        yield Bilingual(zh_CN="状态", en="status"), f"{found.status}: {why}"
    if found.lead is not None:
        yield Bilingual(zh_CN="客户分层", en="customer's tier"), found.customer_grade or "-"
        yield Bilingual(zh_CN="客户策略", en="customer's treatment"), found.lead
        yield Bilingual(zh_CN="由账户决定", en="decided by account"), found.lead_account or "-"
