"""What stands in packs, in the words of a reader: values, channels, outcomes, how sure it is.

Knows how each kind of value is said. Refuses to know what a page looks like.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from collectctl.compliance.packs.shapes import (
    AnyLimit,
    CapLimit,
    ClausesLimit,
    ConsentLimit,
    DecisionLimit,
    DutyLimit,
    EnvelopeLimit,
    FactLimit,
    HoldLimit,
    HoursLimit,
    MessageLimit,
    NoticeLimit,
    PartiesLimit,
    QuietDaysLimit,
    ThirdPersonLimit,
    TimeBarLimit,
    UnusableLimit,
    ValueShape,
    WishLimit,
    WordingLimit,
)

_ZH: Mapping[str, str] = {
    "block": "禁止", "warn": "提示", "info": "参考",
    "law": "法律", "rule": "监管规定", "standard": "推荐性标准", "self-regulation": "行业自律",
    "practice": "惯例", "house": "本行",
    "text": "已读条文", "second-hand": "转述", "recalled": "凭记忆",
    "call": "电话", "sms": "短信", "letter": "信函", "email": "电邮", "wechat": "微信",
    "subject": "邮件主题",
    "visit": "上门",
    "conversation": "通话", "connected": "接通", "voicemail": "语音信箱", "unanswered": "无人接听",
    "busy": "占线", "not_in_service": "空号停机", "sent": "已发送", "delivered": "已送达",
    "failed": "发送失败", "handed_over": "已交付", "returned": "退回", "met": "见到",
    "not_met": "未见到",
    "void": "作废",
    "person": "每人", "debt": "每人每笔债务", "point": "每个号码或地址",
    "principal": "主债务人", "joint_debtor": "共同债务人", "guarantor": "担保人",
    "supplementary": "附属卡持卡人", "contact": "联系人", "representative": "代理人",
    "bureau": "报送征信", "agency": "委外", "legal": "法律程序",
    "consent": "同意", "refusal": "撤回同意", "opt_out": "拒收", "stop_medium": "停用渠道",
    "cease": "停止联系", "inconvenient": "不便时间", "convenient": "方便时间",
    "represented": "已有代理人",
    "plan": "分期", "charges": "息费", "classification": "分类与账龄", "complaint": "投诉",
    "staff": "人员", "privacy": "个人信息", "retention": "保存", "message": "短信与消息",
    "wording": "措辞与时效",
    "hours": "时段", "quiet_days": "静默日", "cap": "次数", "wish": "客户意愿", "parties": "对象",
    "third_person": "第三人", "unusable": "失效号码", "hold": "停催", "time_bar": "时效",
    "notice": "告知", "decision": "决定", "envelope": "信封", "duty": "义务", "clauses": "必备条款",
    "reminder": "到期提醒", "demand": "催收", "final": "最后催告", "offer": "分期要约",
    "agreement": "分期协议", "complaint_received": "投诉受理", "complaint_decision": "投诉处理决定",
    "settlement": "结清", "statement": "对账", "validation": "核实通知",
    "none": "无", "care": "关怀", "remind": "提醒", "firm": "催告",
}  # fmt: skip
_EN: Mapping[str, str] = {
    "text": "text read", "not_in_service": "not in service", "handed_over": "handed over",
    "not_met": "not met", "person": "for each person", "debt": "for each debt of a person",
    "point": "for each number or address", "joint_debtor": "joint debtor",
    "opt_out": "opt-out of a number or address",
    "stop_medium": "stop medium", "quiet_days": "quiet days", "third_person": "third person",
    "time_bar": "time bar", "hold": "hold", "bureau": "report to a bureau", "agency": "agency",
    "legal": "legal step", "message": "messages", "letter": "letter", "wording": "wording and time",
    "clauses": "clauses", "complaint_received": "complaint received",
    "complaint_decision": "complaint decision", "validation": "validation notice",
    "charges": "charges", "staff": "staff", "complaint": "complaints", "plan": "plans",
}  # fmt: skip


def said(word: str, language: str) -> str:
    """A word of a pack as a reader says it."""
    return _ZH.get(word, word) if language == "zh_CN" else _EN.get(word, word)


def listed(words: Sequence[str], language: str) -> str:
    """Several of them."""
    return ("、" if language == "zh_CN" else ", ").join(said(w, language) for w in words)


def value_text(limit: AnyLimit, value: ValueShape, language: str) -> str:
    """What a value of a limit says."""
    zh, en = _TOLD[type(limit)](limit, value)
    return zh if language == "zh_CN" else en


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _hours(limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - each kind has its own shape
    opens, closes = _clock(value.opens), _clock(value.closes)
    edges = (value.opens_included, value.closes_included)
    first, last = ("含" if edge else "不含" for edge in edges)
    zh = f"{opens}（{first}）至 {closes}（{last}）"
    first, last = ("included" if edge else "not included" for edge in edges)
    en = f"from {opens} ({first}) to {closes} ({last})"
    if limit.consent_lifts:
        return f"{zh}；本人同意的除外", f"{en}; unless the person consents"
    return zh, en


def _quiet_days(_limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    days = ", ".join(day.isoformat() for day in value.days)
    return days, days


def _cap(limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    per = said(limit.per, "zh_CN")
    zh = f"{per}连续 {value.days} 天内至多 {value.most} 次；计入：{listed(limit.counts, 'zh_CN')}"
    en = f"at most {value.most} within {value.days} day(s), {said(limit.per, 'en')};"
    en += f" counts: {listed(limit.counts, 'en')}"
    if limit.incoming:
        return f"{zh}；本人来电也计", f"{en}; also what the person began"
    return zh, en


def _wish(limit: Any, _value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    zh, en = said(limit.honours, "zh_CN"), said(limit.honours, "en")
    return f"{zh}：自收到时起", f"{en}: from the moment of receipt"


def _parties(_limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    zh, en = listed(value.roles, "zh_CN"), listed(value.roles, "en")
    if value.approved:
        zh += f"；经批准的单项任务：{listed(value.approved, 'zh_CN')}"
        en += f"; by a single approved task: {listed(value.approved, 'en')}"
    return zh, en


def _third(_limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    by = {lang: listed(value.channels, lang) for lang in ("zh_CN", "en")}
    zh = f"仅限经批准的{by['zh_CN']}；拒绝即止；{value.value}"
    en = f"approved, by {by['en']} alone; ends with a refusal; {value.value}"
    if value.failed_attempts is not None:
        zh += f"；连续 {value.failed_attempts} 次联系未成即为失联"
        en += f"; {value.failed_attempts} failed attempts in a row are loss of contact"
    if value.most is not None:
        return (
            f"{zh}；每人至多通话 {value.most} 次",
            f"{en}; at most {value.most} conversation(s) each",
        )
    return zh, en


def _notice(limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    documents = ", ".join(limit.documents)
    zh = f"{said(limit.step, 'zh_CN')}前须已交付 {documents} 且未退回"
    en = f"{documents} handed over and not returned before: {said(limit.step, 'en')}"
    if value.days:
        return f"{zh}，至少早 {value.days} 天", f"{en}, {value.days} days earlier at least"
    return zh, en


def _decision(limit: Any, _value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    documents, zh, en = (
        ", ".join(limit.documents),
        said(limit.step, "zh_CN"),
        said(limit.step, "en"),
    )
    return (
        f"{documents} 所涉每个账户均须有措施决定：{zh}",
        f"{documents}: the bank has decided for each account it is about to take the {en}",
    )


def _hold(limit: Any, _value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    passes = ", ".join(limit.passes) or "-"
    return f"停催期间不得联系；例外文书：{passes}", f"holds stop what they say; passes: {passes}"


def _wording(limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    zh = [f"{t.why.zh_CN}：{'；'.join((*t.zh_CN, *t.en))}" for t in value.terms]
    en = [f"{t.why.en}: {'; '.join((*t.zh_CN, *t.en))}" for t in value.terms]
    spared = [*value.unless.zh_CN, *value.unless.en]
    spared += [text for t in value.terms for text in (*t.unless.zh_CN, *t.unless.en)]
    if spared:
        zh.append(f"除非：{'；'.join(spared)}")
        en.append(f"unless: {'; '.join(spared)}")
    return "\n".join([*zh, *_only(limit, "zh_CN")]), "\n".join([*en, *_only(limit, "en")])


def _only(limit: Any, language: str) -> list[str]:  # noqa: ANN401 - as above
    """For which texts a limit on them holds, and who lifts it."""
    chinese = language == "zh_CN"
    told = []
    if getattr(limit, "purposes", None):
        told.append(f"{'用途' if chinese else 'purposes'}: {listed(limit.purposes, language)}")
    if getattr(limit, "tones", None):
        told.append(f"{'语气' if chinese else 'tones'}: {listed(limit.tones, language)}")
    if getattr(limit, "lifted_by", None):
        told.append("法务就该账户批准后除外" if chinese else "lifted where legal approved it")
    return told


def _clauses(limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    said_in = {}
    for language in ("zh_CN", "en"):
        lines = []
        for clause in value.clauses:
            groups = [" / ".join(group) for group in getattr(clause.phrases, language)]
            lines.append(f"{clause.title.get(language)}: {'; '.join([*clause.fields, *groups])}")
        said_in[language] = "\n".join([*lines, *_only(limit, language)])
    return said_in["zh_CN"], said_in["en"]


def _message(_limit: Any, value: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    zh, en = [], []
    for name, chinese, english in (
        ("single", "单条至多 {} 字", "at most {} characters in one part"),
        ("part", "长短信每条 {} 字", "{} in each of several"),
        ("total", "合计至多 {} 字", "at most {} in all"),
    ):
        most = getattr(value, name)
        if most is not None:
            zh.append(chinese.format(most))
            en.append(english.format(most))
    if value.signature is not None:
        least, most = value.signature.least, value.signature.most
        zh.append(f"开头一个【签名】，{least} 至 {most} 字")
        en.append(f"one 【signature】 at the beginning, {least} to {most} characters")
    if value.characters:
        zh.append(f"不得有：{' '.join(value.characters)}")
        en.append(f"none of: {' '.join(value.characters)}")
    if value.links is not None:
        zh.append("可有链接" if value.links else "不得有链接")
        en.append("links allowed" if value.links else "no links")
    return "；".join(zh), "; ".join(en)


_TOLD: Mapping[type, Callable[[Any, Any], tuple[str, str]]] = {
    HoursLimit: _hours, QuietDaysLimit: _quiet_days, CapLimit: _cap, WishLimit: _wish,
    PartiesLimit: _parties, ThirdPersonLimit: _third, NoticeLimit: _notice, HoldLimit: _hold,
    DecisionLimit: _decision,
    ConsentLimit: lambda _l, _v: ("须本人同意", "the person’s consent"),
    UnusableLimit: lambda _l, _v: (
        "最近一次结果为空号、退回或失败，直至再次联系成功",
        "last known to fail, until somebody is reached there again",
    ),
    TimeBarLimit: lambda _l, v: (f"{v.years} 年", f"{v.years} years"),
    EnvelopeLimit: lambda _l, v: (
        f"每晚每名收件人至多 {v.most} 封", f"at most {v.most} for an addressee a night",
    ),
    DutyLimit: lambda _l, v: (
        "；".join(d.get("zh_CN") for d in v.duties.values()),
        "; ".join(d.get("en") for d in v.duties.values()),
    ),
    WordingLimit: _wording, ClausesLimit: _clauses, MessageLimit: _message,
    FactLimit: lambda _l, v: (v.value, v.value),
}  # fmt: skip
