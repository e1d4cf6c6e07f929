"""The card for asking a third person once: whom to reach, when, and the only words to use.

It is read aloud to somebody who owes nothing and knows of nothing. Refuses to know any debt.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from collectctl.config import Bilingual
from collectctl.reports.html import html_page

_LANGUAGES = ("zh_CN", "en")
_WORDS: Mapping[str, Bilingual] = {
    "title": Bilingual(zh_CN="转告卡", en="Message card"),
    "once": Bilingual(
        zh_CN="只可联系一次，只可联系下面这个人。",
        en="One attempt, with the person named here and with nobody else.",
    ),
    "number": Bilingual(zh_CN="许可编号", en="Permission"),
    "reach": Bilingual(zh_CN="联系谁", en="Whom to reach"),
    "call": Bilingual(zh_CN="电话", en="By phone"),
    "visit": Bilingual(zh_CN="上门", en="By a visit to"),
    "window": Bilingual(zh_CN="何时", en="When"),
    "from to": Bilingual(zh_CN="{} 起，{} 之前（{}）", en="from {}, before {} ({})"),
    "by": Bilingual(zh_CN="申请人 / 批准人", en="Asked for / approved by"),
    "say": Bilingual(zh_CN="只说这些", en="Say this and nothing else"),
    "hello": Bilingual(
        zh_CN="您好，请问是{}吗？（不是本人：道歉并结束。）",
        en="Good day, am I speaking with {}? (If not: apologise and end.)",
    ),
    "who": Bilingual(
        zh_CN="我是{}的工作人员，我姓……，工号……。", en="I am … of {}, staff number ….",
    ),
    "ask": Bilingual(
        zh_CN="我们想与{}取得联系。您愿意告诉我们联系方式吗？",
        en="We should like to get in touch with {}. Would you tell us how to reach them?",
    ),
    "ask affairs": Bilingual(
        zh_CN="我们想与为{}办理事务的人取得联系。您愿意告诉我们联系方式吗？",
        en="We should like to get in touch with whoever looks after the affairs of {}."
        " Would you tell us how to reach them?",
    ),
    "pass": Bilingual(
        zh_CN="或者，能否请您转告，请其与我们联系{}？",
        en="Or would you pass on a message, to get in touch with us{}?",
    ),
    "at": Bilingual(zh_CN="，电话 {}", en=" at {}"),
    "thanks": Bilingual(zh_CN="谢谢，打扰了。", en="Thank you, and good-bye."),
    "rules": Bilingual(zh_CN="必须做到", en="What holds"),
    "rule refusal": Bilingual(
        zh_CN="对方拒绝、不悦或要求不再联系：立即道歉并结束，以后永不再联系。",
        en="If the person refuses, is unwilling or asks not to be contacted: apologise and end at"
        " once; nobody asks them again.",
    ),
    "rule silent": Bilingual(
        zh_CN="不说缘由。对方问起：“属于个人事务，我不便说明。”不暗示、不请其代为处理任何事项。",
        en="Never say what it is about. If asked: “It is a private matter and I may not say.”"
        " Hint at nothing and ask for nothing else.",
    ),
    "rule voice": Bilingual(
        zh_CN="不留言、不发短信、不写任何文字；旁人不在场时才说。",
        en="Leave no voicemail, send no message and nothing in writing; speak to the person alone.",
    ),
    "record": Bilingual(zh_CN="之后记录", en="Record afterwards"),
    "record contact": Bilingual(
        zh_CN="联系记录：时间、渠道、结果、关系人、所用号码、许可编号所属账户"
        "（见 gate permissions）。无论结果如何，许可即用完。",
        en="In the contact log: time, channel, outcome, person, number used and the account of the"
        " permission (see gate permissions). Whatever comes of it, the permission is used up.",
    ),
    "record wish": Bilingual(
        zh_CN="拒绝或要求停止：当日记入意愿（refusal、opt_out、stop_medium 或 cease）。",
        en="A refusal or a wish to be left alone: the same day in the wishes (refusal, opt_out,"
        " stop_medium or cease).",
    ),
    "sample": Bilingual(zh_CN="样例，不得使用。", en="A sample; not to be used."),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on a card besides the words that are always the same."""

    number: int
    bank: Bilingual
    """Its plain name, without the name of any department."""
    hotline: str
    """Where the bank is reached; empty: not said."""
    name: str
    """Of the third person."""
    channel: str
    """`call` or `visit`."""
    place: str
    """The number or address."""
    sought: str
    """The name of the one who is looked for."""
    affairs: bool
    """Whether somebody is looked for who looks after the affairs of that one."""
    opens: str
    """The window, as clocks in `zone` show it."""
    closes: str
    zone: str
    asked_by: str
    approved_by: str
    sample: bool


def permission_card(card: Card) -> bytes:
    """The card as one HTML file that needs nothing else, in Chinese and English."""
    values = {
        "c": card,
        "languages": [
            (language, {key: text.get(language) for key, text in _WORDS.items()}, card.bank)
            for language in _LANGUAGES
        ],
    }
    return html_page("permission.html.j2", ("permission.css",), values)
