"""Words that staff read for the codes of channels and of documents that failed."""

from collections.abc import Mapping

from collectctl.config import Bilingual

CHANNELS: Mapping[str, Bilingual] = {
    "letter": Bilingual(zh_CN="信函", en="letter"),
    "sms": Bilingual(zh_CN="短信", en="SMS"),
    "email": Bilingual(zh_CN="电子邮件", en="e-mail"),
    "wechat": Bilingual(zh_CN="企业微信", en="WeChat"),
    "script": Bilingual(zh_CN="电话脚本", en="phone script"),
}
FAILURES: Mapping[str, Bilingual] = {
    "document-unknown": Bilingual(zh_CN="没有此文书", en="there is no such document"),
    "form-missing": Bilingual(
        zh_CN="该文书没有此渠道的文本", en="the document has no text for this channel"
    ),
    "language-unknown": Bilingual(
        zh_CN="该文书没有此语言的文本", en="the document is not written in this language"
    ),
    "addressee-not-liable": Bilingual(
        zh_CN="收件人不是依约承担债务的人", en="the addressee does not owe the debt by contract"
    ),
    "no-accounts": Bilingual(zh_CN="没有相关账户", en="no account belongs to the document"),
    "currency-unknown": Bilingual(zh_CN="币种无法书写", en="a currency that cannot be written"),
    "parts-do-not-add-up": Bilingual(
        zh_CN="各项之和不等于合计", en="the parts of the debt do not add up to its total"
    ),
    "address-missing": Bilingual(
        zh_CN="没有此渠道的号码或地址", en="no number or address for this channel"
    ),
    "address-unusable": Bilingual(
        zh_CN="号码或地址不可用", en="the number or address cannot be used"
    ),
    "field-missing": Bilingual(
        zh_CN="缺少文书所需内容", en="something the document needs is not known"
    ),
    "sms-too-long": Bilingual(zh_CN="短信过长", en="the SMS is too long"),
    "sms-brackets": Bilingual(zh_CN="短信内容含【】", en="the SMS would contain 【 or 】"),
    "sms-signature": Bilingual(
        zh_CN="短信未以本行签名开头", en="the SMS does not begin with the bank's signature"
    ),
    "sms-text": Bilingual(zh_CN="短信含通道不接受的字符", en="the SMS holds what carriers refuse"),
    "rates-disagree": Bilingual(zh_CN="日利率与年利率不符", en="daily and yearly rate disagree"),
    "dates-disagree": Bilingual(zh_CN="日期前后矛盾", en="dates contradict each other"),
    "amounts-disagree": Bilingual(zh_CN="逾期金额大于欠款", en="more is overdue than is owed"),
    "letter-glyph": Bilingual(
        zh_CN="字库缺少信中的字", en="the font of the letters lacks a character"
    ),
    "letter-markup": Bilingual(zh_CN="信函格式有误", en="the markup of the text is broken"),
    "letter-language": Bilingual(zh_CN="文本不是应有的语言", en="the text is not in its language"),
    "letter-facts": Bilingual(
        zh_CN="文本与数据或模板不符", en="the text is not what its template and data make"
    ),
    "letter-sums": Bilingual(zh_CN="信中金额合计不符", en="the printed amounts do not add up"),
    "letter-link": Bilingual(zh_CN="文本含他人网址", en="an address that is not the bank's"),
    "letter-incomplete": Bilingual(zh_CN="缺少必备内容", en="a required clause is missing"),
    "letter-words": Bilingual(zh_CN="含禁用词语", en="words that may not be used"),
}
"""Why a document could not be made."""
EXCESS: Mapping[str, Bilingual] = {
    "calls": Bilingual(zh_CN="接通次数超出", en="people called and reached too often"),
    "attempts": Bilingual(zh_CN="未接通拨打次数超出", en="numbers tried too often"),
}
"""What calls beyond the shares of a day are counted by."""
PARTY_UNCLEAR = Bilingual(
    zh_CN="该客户有关系人或账户状态的一行在隔离区，请先核对",
    en="a row about this customer's people or status is in quarantine and must be looked at first",
)
"""Why an account with a broken row of people or status waits for somebody to look."""
