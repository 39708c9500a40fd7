"""What words on a public wall must not tell: whose they are, where they live, how to reach them. No database here."""

import re
import unicodedata

DIGITS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
# Between the digits of a number as people space them.
GAPS = re.compile(r"(?<=\d)[\s\-—–_.·()]+(?=\d)")
DAY = re.compile(r"(?<!\d)20\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx]|(?<!\d)\d{15}(?!\d)")
# A mobile number, or any other run that is longer than a year, a price or a date is.
PHONE = re.compile(r"1[3-9]\d{9}|\d{7,}")
COUNT = r"[\d一二三四五六七八九十百两甲乙丙丁A-Za-z]+"
DOOR = re.compile(rf"{COUNT}\s*(?:号楼|栋|幢|单元|号门|门牌)|\d{{2,4}}\s*室|\d+\s*[-—－#]\s*\d+\s*[-—－#]\s*\d{{2,4}}")
LEAST_NAME = 2
# “李女士”: what follows the family name is nobody's own.
TITLES = frozenset(
    ["女士", "先生", "小姐", "大爷", "大妈", "大叔", "大姐", "大哥", "阿姨", "叔叔", "爷爷", "奶奶", "师傅", "老师"]
    + ["医生", "同学", "老人", "老伯"]
)


def given_away(words, *, names=(), places=()):
    """What `words` tell of somebody: "" for nothing, else a sentence for whoever wrote them.

    `names` are the people's own; of a name of three letters the given name alone tells it too. `places` are doors and
    buildings as they are written down.
    """
    plain = DAY.sub("", unicodedata.normalize("NFKC", words))
    figures = GAPS.sub("", plain.translate(DIGITS))
    if IDENTITY.search(figures):
        return "这里像是有身份证号，请去掉。"
    if PHONE.search(figures):
        return "这里像是有电话号码，请去掉。"
    bare = re.sub(r"\s", "", plain)
    for name in names:
        if any(part in bare for part in _parts(name)):
            return "这里有居民的姓名，请去掉，可以写“一位老人”“一个孩子”。"
    if DOOR.search(plain) or any(place in bare for place in _cleaned(places)):
        return "这里有楼号或门牌，请去掉。"
    return ""


def _cleaned(texts):
    found = (re.sub(r"\s", "", unicodedata.normalize("NFKC", text or "")) for text in texts)
    return [text for text in found if len(text) >= LEAST_NAME]


def _parts(name):
    for whole in _cleaned([name]):
        yield whole
        if len(whole) > LEAST_NAME and whole[1:] not in TITLES:
            yield whole[1:]
