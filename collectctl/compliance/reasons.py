"""Why a proposed document cannot be made: words for people, one code each."""

from collections.abc import Mapping

from collectctl.config import Bilingual

REASONS: Mapping[str, Bilingual] = {
    "status": Bilingual(zh_CN="账户状态不允许", en="the account's status does not allow it"),
    "represented": Bilingual(
        zh_CN="已委托代理人，须与代理人沟通",
        en="somebody represents this account and is to be spoken to instead",
    ),
    "no-form": Bilingual(
        zh_CN="该文书没有此渠道的文本", en="the document has no text for this channel"
    ),
    "no-liable-party": Bilingual(
        zh_CN="没有可作为债务人联系的人", en="nobody is known who is liable for the account"
    ),
    "no-name": Bilingual(zh_CN="没有姓名", en="no name is known"),
    "no-phone": Bilingual(zh_CN="没有手机号码", en="no phone number is known"),
    "no-address": Bilingual(zh_CN="没有地址", en="no address is known"),
    "no-email": Bilingual(zh_CN="没有电子邮箱", en="no e-mail address is known"),
    "no-wechat": Bilingual(zh_CN="没有微信", en="no WeChat account is known"),
    "contradicting-name": Bilingual(
        zh_CN="各行姓名不一致", en="the exports give this person different names"
    ),
    "contradicting-phone": Bilingual(
        zh_CN="各行手机号码不一致", en="the exports give this person different phone numbers"
    ),
    "contradicting-address": Bilingual(
        zh_CN="各行地址不一致", en="the exports give this person different addresses"
    ),
    "contradicting-email": Bilingual(
        zh_CN="各行电子邮箱不一致", en="the exports give this person different e-mail addresses"
    ),
    "contradicting-wechat": Bilingual(
        zh_CN="各行微信不一致", en="the exports give this person different WeChat accounts"
    ),
}
"""Every code of `Proposed.blocked` and `Proposed.apart`, the gravest first."""

CODES = ("", *REASONS)
"""The codes by number; 0 is no objection."""
NUMBER = {code: number for number, code in enumerate(CODES)}
"""The number of each code."""
