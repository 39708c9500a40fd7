"""评议 of the demonstration: 物业 twice half a year apart, one running, officers at the year's end, one member unit."""

from datetime import timedelta

from django.utils import timezone

from deliberations.models import Answer, Sheet, Survey, SurveyQuestion, SurveyTicket
from deliberations.services.surveys.building import lay_out
from deliberations.services.surveys.tickets import code_hash
from deliberations.survey_templates import TEMPLATES
from organizations.models import Unit

Status, Kind = Survey.Status, SurveyQuestion.Kind
COMMUNITIES = 4
# How often each of the choices is taken, best first; a question leans a little by its place.
FAIR, GOOD = (18, 34, 28, 14, 6), (32, 40, 18, 8, 2)
WORDS = (
    "电梯修得比以前快了，望保持。",
    "楼道里的杂物还是清得不勤，堆到消防门口了。",
    "地面停车划线以后好多了，晚上还是不够停。",
    "保洁阿姨很辛苦，建议多给一个人手。",
    "门禁坏了两个月才修好，报修以后没人回话。",
    "收费明细贴在哪里，大家都不知道。",
    "夏天草长得高，蚊子多，请早点修剪。",
    "晚上东门的灯不亮，老人走路怕摔。",
)
SPEECH = """各位居民代表、各位同志：

我向大家报告今年的工作。一年来走访居民 620 户，收到意见 214 条，办结 197 条，没有办成的 17 条都当面说明了原因。

牵头开了 4 次听证会、6 次协调会，加装电梯、停车划线、垃圾投放点三件事已经落实；东门路灯还差一段电缆，预计明年三月完工。

不足的地方：对上班的年轻人听得少，晚上和周末的接待安排不够；有几件跨部门的事催得不紧。明年把每周三晚上定为接待日。

请大家评议，也请提意见。"""
INQUIRIES = (
    ("东门路灯为什么拖了一年？", "要和供电所共用一段管沟，手续今年十月才办完，电缆已经订货，三月前通电。"),
    ("接待日老人来不了怎么办？", "行动不便的老人打社区电话，网格员上门登记，答复也送到家里。"),
)
UNANSWERED = "明年还打算加装几部电梯？"


class Surveys:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.sheets, self.answers, self.tickets = [], [], []

    def run(self):
        for number, community in enumerate(self.district.communities[:COMMUNITIES]):
            before = self.survey(community, "property", "上半年物业服务评议", "翡翠湾物业", starts=190, ends=176)
            self.fill(before, 52 - 4 * number, FAIR)
            after = self.survey(
                community, "property", "下半年物业服务评议", "翡翠湾物业", starts=24, ends=10, follows=before
            )
            self.fill(after, 63 - 5 * number, GOOD, void=2)
            running = self.survey(community, "utilities", "供水供电评议", "自来水、供电", starts=3, ends=-9)
            self.fill(running, 17 + number, FAIR)
            self.officers(community)
            self.units(community)
        Sheet.objects.bulk_create(self.sheets, batch_size=2000)
        Answer.objects.bulk_create(self.answers, batch_size=2000)
        SurveyTicket.objects.bulk_create(self.tickets, batch_size=2000)

    def survey(self, community, template, title, subject_name, *, starts, ends, **columns):
        """From `starts` to `ends` days ago; public three days after its end."""
        layout = TEMPLATES[template]
        ends_on = self.today - timedelta(days=ends)
        status = Status.OPEN if ends <= 0 else Status.PUBLISHED
        clerk = self.district.clerks[community]
        survey = Survey.objects.create(
            **{
                "community": community,
                "title": title,
                "about": "您的一票用来改进服务。不记名，两三分钟就能填完。",
                "subject": layout.subject,
                "subject_name": subject_name,
                "starts_on": self.today - timedelta(days=starts),
                "ends_on": ends_on,
                "status": status,
                "published_at": self.now - timedelta(days=ends - 3) if status == Status.PUBLISHED else None,
                "made_by": clerk,
                **columns,
            }
        )
        lay_out(survey, layout)
        before = ""
        for step, day in (("drafted", starts + 2), ("open", starts), ("closed", ends - 1), ("published", ends - 3)):
            if day >= 0 and (status == Status.PUBLISHED or step in ("drafted", "open")):
                at = self.now - timedelta(days=day)
                actor = None if step == "closed" else clerk
                survey.events.create(from_status=before, to_status=step, actor=actor, at=at)
                before = step
        return survey

    def officers(self, community):
        survey = self.survey(
            community, "officer", "社区书记年度民主评议", "社区党委书记", starts=2, ends=-5,
            audience=Survey.Audience.AREA, speech=SPEECH,
        )  # fmt: skip
        for text, answer in INQUIRIES:
            survey.inquiries.create(text=text, answer=answer, is_public=True, asked_on=self.today)
        survey.inquiries.create(text=UNANSWERED, asked_on=self.today)
        for group, issued, used in zip(survey.groups.all(), (40, 12, 10), (14, 6, 5), strict=True):
            self.tickets += [
                SurveyTicket(
                    survey=survey, group=group, is_used=number < used,
                    code_hash=code_hash(survey, f"{self.rng.getrandbits(60):X}"),
                )
                for number in range(issued)
            ]  # fmt: skip
            self.fill(survey, used, GOOD, group=group)

    def units(self, community):
        unit = Unit.objects.filter(organization=community.organization).order_by("pk").first()
        if unit is not None:
            survey = self.survey(
                community, "unit", f"{unit.name}共建评议"[:60], unit.name[:60], starts=40, ends=30, unit=unit
            )
            self.fill(survey, 28, GOOD)

    def fill(self, survey, count, taste, *, void=0, group=None):
        questions = list(survey.questions.prefetch_related("choices"))
        for number in range(count):
            is_void = number < void
            sheet = Sheet(survey=survey, group=group, is_void=is_void, void_reason="整份勾了同一项" if is_void else "")
            self.sheets.append(sheet)
            for place, question in enumerate(questions):
                self.answers += self.answer(sheet, question, taste, place, number)

    def answer(self, sheet, question, taste, place, number):
        choices, rng = list(question.choices.all()), self.rng
        match question.kind:
            case Kind.SINGLE:
                weights = [taste[min(rank, 4)] + place % 3 * rank for rank in range(len(choices))]
                return [Answer(sheet=sheet, question=question, choice=rng.choices(choices, weights)[0])]
            case Kind.MULTIPLE:
                ticked = rng.sample(choices, rng.randrange(1, 4))
                return [Answer(sheet=sheet, question=question, choice=choice) for choice in ticked]
            case Kind.SCALE:
                return [Answer(sheet=sheet, question=question, points=rng.choice((60, 70, 75, 80, 85, 90, 95, 100)))]
        if number % 7:
            return []
        text = WORDS[number // 7 % len(WORDS)]
        return [Answer(sheet=sheet, question=question, text=text, is_public=number % 3 != 2)]
