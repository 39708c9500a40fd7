"""评议 in Excel: the list, and the result of one."""

from io import BytesIO

from import_export.resources import Resource
from openpyxl import Workbook

from govern.exports import Column, harmless


class SurveyResource(Resource):
    community = Column("community__name", "社区")
    title = Column("title", "名称")
    subject = Column("get_subject_display", "评什么")
    subject_name = Column("subject_name", "评议对象")
    audience = Column("get_audience_display", "谁来评")
    is_anonymous = Column("is_anonymous", "不记名")
    starts_on = Column("starts_on", "开始")
    ends_on = Column("ends_on", "截止")
    status = Column("get_status_display", "状态")
    sheet_count = Column("sheet_count", "网上收到（份）")
    published_at = Column("published_at", "公开时间")


def result_book(survey, result):
    """The bytes of a workbook with what the result page shows: 份数和得分, 各题, 文字意见 chosen to be public."""
    book, counted = Workbook(), result["counted"]
    sheet = book.active
    sheet.title = "份数和得分"
    rows = [
        ("评议", survey.title),
        ("社区", survey.community),
        ("评议对象", survey.subject_name),
        ("发出", counted.issued or ""),
        ("收回", counted.returned),
        ("无效", counted.void),
        ("有效", counted.valid),
        ("总分", result["now"]["total"]),
        *((each["label"], each["score"], f"答 {each['answered']} 份") for each in result["now"]["aspect_rows"]),
        *((f"{each['group']}", each["total"], f"答 {each['sheets']} 份") for each in result["groups"]),
    ]
    append(sheet, rows)
    append(
        book.create_sheet("各题"),
        [("题", "题型", "归入", "选项", "份数", "比例 %", "答题份数", "得分"), *question_rows(result)],
    )
    texts = [(each["question"], text) for each in result["questions"] for text in each["texts"]]
    append(book.create_sheet("公开的文字意见"), [("题", "意见"), *texts])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def question_rows(result):
    for each in result["questions"]:
        question = each["question"]
        head = (question.text, question.get_kind_display(), each["aspect"])
        for bar in each["bars"]:
            yield (*head, bar["text"], bar["count"], bar["rate"], each["answered"], each["mean"])
        if not each["bars"]:
            yield (*head, "", "", "", each["answered"], each["mean"])


def append(sheet, rows):
    for row in rows:
        sheet.append([harmless(value) for value in row])
