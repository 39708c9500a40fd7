"""本单位党员 out of Excel: a line is somebody who is registered and reported to the community of residence."""

from collections import Counter

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.imports import phone
from accounts.models import PrivacyNotice
from accounts.services import notify
from govern.choices import HALF_DAYS
from govern.dates import whole_years
from govern.fields import blind_index, mask_name, mask_phone
from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import BAD, CHANGED, NEW, SAME, WHOLE_ROW, Field, Filling, Sheet
from grids.models import Community
from organizations.identities import born_on
from organizations.imports.members import identity_number
from organizations.imports.naming import Named
from organizations.models import Unit
from organizations.parameters import parameter
from volunteers.models import PositionClass, Report, Skill, Volunteer
from volunteers.services.report_door import clerks_of
from volunteers.services.unit_members import RIGHT, complete_member, lacking, report_member

NAME, PHONE, COMMUNITY = "姓名", "手机号", "居住社区"
ANY_TIME = "任何时间"
ELSEWHERE = "这个人已在平台登记，不在您单位名下。请本人在手机“我的信息”里填上单位，或请居住社区更正。"
SKIPPED = ["code", "user", "member", "notice", "unit", "community"]
NAME_OF = {"identity_number": "身份证号", "times": "服务时间", "skills": "服务技能", "interests": "感兴趣的岗位"}


def by_name(rows, noun):
    """A reader of one of `rows`; blanks around and within do not count."""
    found = {_plain(row.name): row for row in rows}

    def reader(value):
        if (row := found.get(_plain(cells.text(value)))) is None:
            raise Refusal(f"没有“{cells.text(value)}”这个{noun}，请照下拉选项里的写法填。")
        return row

    return reader


def each_by_name(rows, noun):
    one = by_name(rows, noun)
    return lambda value: [one(name) for name in cells.names(value)]


def _plain(words):
    return "".join(words.split())


class MemberFilling(Filling):
    model = Volunteer
    sheet = Sheet("报到人员", "名", ("志愿者编号", NAME, PHONE, COMMUNITY, "报到状态"))
    consent = "表里的人都看过隐私说明，同意由单位代为报到。本人第一次登录时还会再确认。"
    most = 2000  # a minute's work of a worker
    in_request = 100  # some four seconds: each is registered and reported by the verbs

    def __init__(self, user):
        self.units = list(Unit.objects.of_liaison(user, RIGHT).active())
        super().__init__(user)

    def page(self, name, *args):
        pages = {"changelist": "member_list"}
        return reverse(f"reports:{pages.get(name, name)}", args=args)

    def make_fields(self):
        communities = list(Community.objects.all())
        skills, classes = list(Skill.objects.in_use()), list(PositionClass.objects.in_use())
        units = {unit.name: unit for unit in self.units}
        of_unit = Field("unit", "所在单位", cells.choice(units), is_required=True, options=tuple(units))
        return (
            *([of_unit] if len(units) > 1 else []),
            Field("name", NAME, is_required=True, example="王小明"),
            Field("phone", PHONE, phone, is_required=True, example="13800001234"),
            Field("identity_number", "身份证号", identity_number, hint="选填，用来和党员名册对上。单元格设成文本。"),
            Field(
                "kind",
                "身份",
                cells.choice({label: value for value, label in Volunteer.Kind.choices}),
                example="党员",
                hint="不填就是党员。",
                options=tuple(Volunteer.Kind.labels),
            ),
            Field(
                "community",
                COMMUNITY,
                by_name(communities, "社区"),
                is_required=True,
                example=communities[0].name if communities else "",
                hint="住在哪个社区，就向哪个社区报到。",
                options=Named.offered(tuple(each.name for each in communities)),
            ),
            Field("skills", "服务技能", each_by_name(skills, "技能"), example=_some(skills), hint=_all(skills)),
            Field(
                "interests", "感兴趣的岗位", each_by_name(classes, "岗位"), example=_some(classes), hint=_all(classes)
            ),
            Field(
                "times",
                "服务时间",
                cells.flags(HALF_DAYS, ANY_TIME),
                example="周六上午、周日上午",
                hint=f"写“周六上午”这样，几段用顿号分开；不填就是{ANY_TIME}。",
            ),
            Field("is_from_office", "机关党员", cells.yes_or_no, example="否", options=("是", "否")),
        )

    def label(self, cells_of_line):
        """Masked: others walk by the preview."""
        name, number = (cells.text(cells_of_line.get(head) or "") for head in (NAME, PHONE))
        return f"{mask_name(name)} {mask_phone(number)}".strip()

    # --- Reading ------------------------------------------------------------------------------------------------------
    def rows(self, lines):
        rows = super().rows(lines)
        self.again = set()  # numbers of the lines of people who had left their community
        self.meet_known([row for row in rows if row.action != BAD])
        return rows

    def check(self, row, line):
        values = row.values
        values.setdefault("kind", Volunteer.Kind.MEMBER)
        values.setdefault("unit", self.units[0])
        keys = [(name, values[name]) for name in ("phone", "identity_number") if values.get(name)]
        if any(self.is_twin(row, key) for key in keys):
            return
        facts = {name: value for name, value in values.items() if name not in ("skills", "interests")}
        self.judge(row, Volunteer(**facts), SKIPPED)
        born = born_on(values["identity_number"]) if values.get("identity_number") and not row.errors else None
        if born and whole_years(born, timezone.localdate()) < self.adult_age:
            row.refuse("身份证号", f"不满 {self.adult_age} 周岁，要监护人同意，请本人到居住社区报到。")

    @cached_property
    def adult_age(self):
        return int(parameter("volunteer_adult_age"))

    def meet_known(self, rows):
        """Whoever is registered: of the same unit completed or left alone, of anybody else refused."""
        phones = {blind_index(row.values["phone"]): row for row in rows}
        identities = {blind_index(row.values.get("identity_number", "")): row for row in rows} | {"": None}
        known = Volunteer.objects.here().filter(Q(phone_index__in=phones) | Q(identity_index__in=identities))
        known = list(known.prefetch_related("skills", "interests"))
        open_reports = Report.objects.open().filter(volunteer__in=known).select_related("community")
        report_of = {report.volunteer_id: report for report in open_reports}
        found = {}
        for person in known:
            for row in (phones.get(person.phone_index), identities.get(person.identity_index or "")):
                if row is not None and person not in found.setdefault(row.number, []):
                    found[row.number].append(person)
        for row in rows:
            if people := found.get(row.number):
                self.meet(row, people, report_of)

    def meet(self, row, people, report_of):
        values, person = row.values, people[0]
        if any(each.unit_id != values["unit"].pk for each in people):
            return row.refuse(WHOLE_ROW, ELSEWHERE)
        if len(people) > 1:
            return row.refuse(WHOLE_ROW, "手机号和身份证号是您单位里两个人的，请核对。")
        if person.name != values["name"]:
            return row.refuse(NAME, "和已登记的姓名不同，请核对。写错的由本人或居住社区更正。")
        if person.phone != values["phone"]:
            return row.refuse(PHONE, "和已登记的手机号不同，请本人或居住社区更正。")
        if values.get("identity_number") and person.identity_number not in ("", values["identity_number"]):
            return row.refuse("身份证号", "和已登记的不同，请核对。")
        report = report_of.get(person.pk)
        if report and report.community_id != values["community"].pk:
            return row.refuse(COMMUNITY, f"已向{report.community}报到。搬家的请本人或社区办转接。")
        row.subject = person
        row.details = [f"补上{NAME_OF[name]}" for name in lacking(person, **values)]
        if report is None:
            self.again.add(row.number)
            row.details.append(f"重新向{values['community']}报到")
        row.action = CHANGED if row.details else SAME
        return None

    # --- Writing ------------------------------------------------------------------------------------------------------
    @cached_property
    def notice(self):
        return PrivacyNotice.objects.in_force(timezone.localdate()).first()

    def write(self, rows):
        if self.notice is None:
            return rows[0].refuse(WHOLE_ROW, "还没有生效的隐私告知书，请联系平台管理员。")
        super().write(rows)
        reported = [row.values for row in rows if row.action == NEW or row.number in self.again]
        link = f"{reverse('admin:volunteers_report_changelist')}?status__exact=submitted"
        for (unit, community), count in Counter((each["unit"], each["community"]) for each in reported).items():
            notify(clerks_of(community), text=f"{unit}集中报到 {count} 人，请接收。", link=link)
        return None

    def save(self, row):
        facts = {**row.values, "actor": self.user}
        if row.action == NEW:
            report_member(notice=self.notice, **facts)
        else:
            complete_member(row.subject, **facts)


def _some(rows):
    return "、".join(row.name for row in rows[:2])


def _all(rows):
    return f"可以填几项，用顿号分开：{'、'.join(row.name for row in rows)}。"
