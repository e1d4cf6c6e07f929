"""The lists that come along: each phrase is found, good sentences and starter texts are not."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from gates import packs
from wordings import (
    DAY,
    SHIPPED,
    in_a_text_for,
    phrases_of,
    samples,
    shipped_limits,
)

from collectctl.compliance.gate.enforced import TEXTS_TESTED
from collectctl.compliance.packs.shapes import ClausesLimit, MessageLimit, WordingLimit
from collectctl.compliance.wording.assembled import wording_of
from collectctl.compliance.wording.engine import Wording
from collectctl.yaml_file import read_document

LIMITS = shipped_limits()
DOCUMENTS = Path(__file__).parents[3] / "config" / "documents"
TODAY = wording_of(packs(*SHIPPED), DAY)
BANK = wording_of(packs("cn", "house"), DAY)
_A_DAY = timedelta(days=1)


@pytest.mark.parametrize("name", sorted(TEXTS_TESTED))
def test_the_edges_of_a_limit_on_texts(name: str) -> None:
    limit = LIMITS[name]
    first = limit.values[0].from_
    on, before = (wording_of(packs(*SHIPPED), day) for day in (first, first - _A_DAY))
    if isinstance(limit, WordingLimit):
        _finds_what_it_lists(name, limit, on, before)
    elif isinstance(limit, ClausesLimit):
        _asks_for_what_it_lists(name, limit, on, before)
    else:
        _holds_messages(name, limit, on, before)


def test_no_limit_on_texts_is_left_without_its_edges() -> None:
    assert set(LIMITS) == TEXTS_TESTED


def _finds_what_it_lists(name: str, limit: WordingLimit, on: Wording, before: Wording) -> None:
    for term, language, phrase in phrases_of(limit.values[0]):
        for sample in samples(phrase, language, 40):
            found = {(f.limit, f.term) for f in in_a_text_for(on, limit, f"『{sample}』")}
            assert (name, term) in found, sample
            earlier = in_a_text_for(before, limit, f"『{sample}』")
            assert name not in {f.limit for f in earlier}, sample


def _asks_for_what_it_lists(name: str, limit: ClausesLimit, on: Wording, before: Wording) -> None:
    purpose, channel = limit.purposes[0], limit.channels[0]
    clauses = [c for c in on.clauses(purpose, channel) if c.limit == name]
    assert [c.id for c in clauses] == [c.id for c in limit.values[0].clauses]
    assert name not in {c.limit for c in before.clauses(purpose, channel)}
    for clause in clauses:
        printed = {names[0] for names in clause.fields}
        for language, groups in clause.phrases.items():
            said = [next(samples(group[-1], language)) for group in groups]
            whole = "。\n\n".join(said)
            assert not on.missing(clause, printed, whole, language), whole
            assert on.missing(clause, printed, "", language).phrases == groups
            for field in printed:
                assert on.missing(clause, printed - {field}, whole, language).fields


def _holds_messages(name: str, limit: MessageLimit, on: Wording, before: Wording) -> None:
    earlier, message = before.message(limit.channels[0]), on.message(limit.channels[0])
    assert earlier is None or name not in {o.limit for o in earlier.origins.values()}
    assert message is not None
    value = limit.values[0]
    for key, origin in message.origins.items():
        if origin.limit == name and key not in ("signature", "characters"):
            assert getattr(message, key) == getattr(value, key)
    assert name in {o.limit for o in message.origins.values()}
    assert set(value.characters) <= message.characters
    if value.signature is not None:
        assert message.signature == (value.signature.least, value.signature.most)


# the starter's own texts


def _starter() -> list[tuple[str, str, str, str, str]]:
    """Every text with its channel, tone and purpose; what templates do is left out."""
    document, _ = read_document((DOCUMENTS / "documents.yaml").read_bytes(), "documents.yaml")
    assert document is not None
    catalogue: Any = document.plain["documents"]
    texts = []
    for file in sorted(DOCUMENTS.glob("*/*.j2")):
        name, form, _ = file.name.split(".")
        text = re.sub(r"\{[%#].*?[%#]\}|<[^>]*>", "", file.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"\{\{.*?\}\}", "1,234.50", text)
        said = [catalogue[name]] if name in catalogue else list(catalogue.values())
        channel = form if name in catalogue else "letter"
        texts += [
            (f"{file.parent.name}/{file.name}", text, channel, one["tone"], one["purpose"])
            for one in said
        ]
    return texts


def test_nothing_is_found_in_the_texts_that_come_along() -> None:
    texts = _starter()
    assert len(texts) > 80
    found = {
        (name, hit.limit, hit.term, text[hit.start : hit.end])
        for name, text, channel, tone, purpose in texts
        for hit in TODAY.find(text, channel=channel, tone=tone, purpose=purpose)
    }
    assert found == set()


# sentences

BAD = """\
如再不还款，我们将把您的情况告诉您的家人和单位领导。
再不处理就让您的同事都知道您欠钱不还。
我们会派人到您老家走一趟，让村里人评评理。
公安机关已对您立案，民警即将上门。
您已涉嫌信用卡诈骗，再拖就等着坐牢吧。
坐  牢
坐·牢
後果自負
后 果 自 负
法院已判决您败诉，即将强制执行。
您将被列入黑名单，终身无法贷款。
请尽快缴纳滞纳金。
建议您向亲戚朋友借钱还款。
可以先从其他网贷平台周转一下把账还上。
只要今天还款，我行保证消除您的征信记录。
还清后我们帮您修复征信。
限您今天下午五点前还清，否则后果自负！
您的孩子以后上学、考公都会受影响。
我们将在朋友圈公布您的照片。
我是市公安局经侦支队的王警官。
本行受法院委托向您催款。
您这个老赖，脸皮真厚。
马上冻结您的工资卡和微信支付宝。
我们会联系您单位人事部门核实。
我行将依法报警处理，追究您的刑事责任。
现在办理白金卡，专享优惠利率低至3%。
免除全部利息和违约金，只还本金即可。
不还也没关系，不会有任何影响。
我们知道您住在哪里，您的家人也跑不了。
We will tell your employer about this debt.
You will be arrested.
WE WILL INFORM YOUR FAMILY AND NEIGHBOURS
a r r e s t
You will be black-listed for life.
The court has already ruled against you.
Pay today or face the consequences.
Borrow from your friends if you must.
We guarantee that your credit record will be cleaned.
Our officers will come to your home and seize your property.
The police are looking for you.
ｐｏｌｉｃｅ
Sell your car if you have to.
This is your last chance.
All interest and fees will be waived."""
GOOD = """\
我行不会联系您的家人。
我行不会通知您的家人、朋友或单位。
如果您单位地址变更请告知我行。
请及时告知您的新单位和住址。
您有权向人民法院起诉。
您可以向有管辖权的人民法院提起诉讼。
请勿向亲友借新债还旧债。
谨防不法分子冒充公检法人员要求转账，如遇诈骗请立即报警。
如您对处理结果不服，可申请核查、调解、仲裁或向人民法院起诉。
不良信息自不良行为或者事件终止之日起保存五年。
征信系统没有黑名单，也不存在永久记录。
经核实该记录有误，我行将更正您的信用记录。
协商还款不收取任何手续费，请勿相信征信修复广告。
任何机构都不能消除真实的不良记录。
保证人承担保证责任后，有权向债务人追偿。
我行不会以任何理由要求您向个人账户转账。
您可与家人商量后再答复我们。
祝您和家人平安健康。
我行已冻结您的信用卡，以免产生新的欠款。
如您失业或患病，请与我行联系。
本函由我行与委托机构某某公司共同发出。
我行将于2026年12月1日委托某某公司协助通知您还款。
请致电我行客服，说明您的家庭情况和收入。
您在我行提出的投诉已受理。
分期期间停止计收利息。
结清前您承诺不向任何银行申领信用卡。
We will not contact your employer or your family.
We never tell your family or friends.
You have the right to bring a lawsuit in court.
If your employer's address has changed, please let us know.
Our court-approved mediation service is free.
You may ask a court to review this decision.
Please do not borrow from friends or relatives to repay us.
Nobody can remove a correct entry from your credit record.
If you lose your job, please call us.
You may speak to your family before you decide.
We issued your card in 2020 and thank you for your business.
Contact our branch office or call your branch manager.
The negative entry is kept for five years; it is not a permanent record.
If your card was stolen, please report it to the police.
There is no blacklist."""


FRIENDLY = """\
请通过手机银行还款，否则我们会把您送进监狱。
感谢您的支持，再不还款就抓你坐牢。
如不还款，我们将公开您的欠款信息，投诉渠道见官网。
请放心，我们会通知您的家人和单位。
欢迎拨打客服电话，否则我行将派人上门堵您。
您有权投诉，但我们会让村委会知道您欠款。
Thank you. Pay via online banking or we will have you arrested.
Please tell us today or the police will arrest you.
If you want to avoid jail, pay today.
Use our app to pay, otherwise we will tell your employer.
Our complaints team says you will go to prison."""
"""Threats beside words that only honest letters have otherwise."""


@pytest.mark.parametrize("text", FRIENDLY.splitlines())
def test_a_friendly_word_beside_a_threat_spares_nothing(text: str) -> None:
    found = BANK.find(text, channel="letter", tone="firm", purpose="demand")
    assert any(hit.mode == "block" for hit in found)


@pytest.mark.parametrize("text", BAD.splitlines())
def test_a_bad_sentence_is_found(text: str) -> None:
    assert BANK.find(text, channel="letter", tone="firm", purpose="demand")


@pytest.mark.parametrize("text", GOOD.splitlines())
def test_a_good_sentence_with_the_same_words_is_not(text: str) -> None:
    found = BANK.find(text, channel="letter", tone="firm", purpose="demand")
    assert [(hit.limit, hit.term, text[hit.start : hit.end]) for hit in found] == []


def test_a_reminder_does_not_speak_of_suits_and_a_last_demand_may() -> None:
    text = "我行将考虑依法通过调解、诉讼解决。We will consider mediation or a lawsuit."
    for tone, limits in (
        ("remind", {"house.gentle_tone"}),
        ("care", {"house.gentle_tone"}),
        ("legal", set()),
    ):
        found = BANK.find(text, channel="letter", tone=tone, purpose="demand")
        assert {hit.limit for hit in found} == limits
    rights = "如对处理结果有异议，您可以依法向人民法院提起诉讼。You may ask a court to decide."
    assert BANK.find(rights, channel="letter", tone="care", purpose="demand") == ()


def test_a_subject_line_does_not_speak_of_a_debt_and_a_letter_may() -> None:
    for text in ("您的欠款通知", "Overdue notice"):
        found = BANK.find(text, channel="subject", tone="firm", purpose="demand")
        assert {hit.limit for hit in found} == {"house.subject_words"}
        assert BANK.find(text, channel="letter", tone="firm", purpose="demand") == ()
    for text in ("关于您的信用卡账户", "About your card account"):
        assert BANK.find(text, channel="subject", tone="firm", purpose="demand") == ()


def test_one_off_credit_repair_may_be_promised_until_it_ended() -> None:
    text = "符合条件的可享受一次性信用修复政策。"
    limits = [
        {
            hit.limit
            for hit in wording_of(packs("cn"), day).find(
                text, channel="letter", tone="firm", purpose="demand"
            )
        }
        for day in (date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert limits == [set(), {"cn.bureau_repair"}]
