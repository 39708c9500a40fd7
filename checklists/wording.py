"""Standard answers made ready for one need. Pure: texts in, texts out."""

import re

BLANK = re.compile(r"【[^】]*】")
PLACES = ("编号", "类别", "社区", "单位")


def fill_in(text, values):
    """`text` with {编号} {类别} {社区} {单位} replaced by `values` {name: words}; other braces stay as they are."""
    for name in PLACES:
        text = text.replace(f"{{{name}}}", values[name])
    return text


def blanks(text):
    """["【日期】", ...]: what is still to be filled in by hand."""
    return BLANK.findall(text)
