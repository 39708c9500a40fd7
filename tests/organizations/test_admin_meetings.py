"""组织生活 in the workplace: the list, one meeting, the calendar of a branch and the board of a community."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from organizations.models import Attendance, Meeting, MeetingPhoto, Organization, ParameterValue
from organizations.services import gradings, meetings
from tests import factories as make
from tests.checklists.test_services_photos import picture, upload

pytestmark = pytest.mark.django_db
Kind = Meeting.Kind


@pytest.fixture
def branch():
    return make.make_branch(make.make_community().organization)


@pytest.fixture
def clerk(branch, client):
    user = make.make_post(role="street_staff", organization=branch.parent.parent)
    client.force_login(user)
    return user


@pytest.fixture
def meeting(branch, clerk):
    return plan(branch, clerk)


def plan(branch, actor, kind=Kind.THEME_DAY, hours_ago=2, **fields):
    at = timezone.now() - timedelta(hours=hours_ago)
    row = Meeting(
        organization=branch,
        kind=kind,
        topic="学党章",
        place="党群服务中心",
        host="周书记",
        starts_at=at,
        ends_at=at + timedelta(minutes=105),
        **fields,
    )
    return meetings.plan_meeting(row, actor=actor)


def url(name, *args):
    return reverse(f"admin:organizations_meeting_{name}", args=args)


def do(client, meeting, verb, **fields):
    return client.post(url("act", meeting.pk, verb), fields)


def words(answer):
    return answer.content.decode()


class TestForm:
    FIELDS = {
        "kind": "theme_day",
        "topic": "学党章",
        "place": "中心",
        "host": "周书记",
        "starts_at_0": "2026-12-01",
        "starts_at_1": "09:00",
        "ends_at_0": "2026-12-01",
        "ends_at_1": "11:00",
    }

    def test_a_plan_is_written_down_once(self, client, clerk, branch):
        fields = {**self.FIELDS, "organization": branch.pk}
        answer = client.post(url("add"), fields)
        meeting = Meeting.objects.get()
        assert answer.url == url("change", meeting.pk)
        assert (meeting.organization, meeting.starts_at) == (branch, make.at("2026-12-01 09:00"))
        assert "已登记过一次主题党日" in words(client.post(url("add"), fields))
        assert Meeting.objects.count() == 1

    def test_refusals_stand_beside_their_fields(self, client, clerk, branch):
        fields = {**self.FIELDS, "organization": branch.pk}
        for wrong, told in (
            ({"kind": "group"}, "不单独开党小组会"),
            ({"ends_at_1": "08:00"}, "要晚于开始时间"),
            ({"topic": ""}, "请写主题"),
            ({"kind": ""}, "请选择类型"),
            ({"organization": make.make_branch().pk}, "请选择管辖范围内"),
        ):
            page = words(client.post(url("add"), {**fields, **wrong}))
            assert told in page and "周书记" in page
        assert not Meeting.objects.exists()


class TestPage:
    def test_from_the_roll_to_the_paper(self, client, clerk, meeting, branch):
        one, other, third = (make.make_member(branch, name=name) for name in ("赵一", "钱二", "孙三"))
        do(client, meeting, "admit", members=[one.pk, other.pk])
        do(client, meeting, "excuse", members=[third.pk], reason="出差")
        do(client, meeting, "strike", attendance=Attendance.objects.get(member=other).pk)
        do(client, meeting, "hold", minutes="议定两件事")
        page = words(client.get(url("change", meeting.pk)))
        for told in (
            "已召开",
            "应到 3 人",
            "议定两件事",
            "请假：出差",
            "现场登记",
            "1 人（33%）",
            "data:image/svg+xml",
        ):
            assert told in page
        paper = words(client.get(url("print", meeting.pk)))
        assert "主题党日记录表" in paper and "孙三" in paper
        assert "填两样" in words(client.get(url("sign_in", meeting.pk)))

    def test_what_was_typed_is_kept_beside_the_refusal(self, client, clerk, meeting):
        answer = do(client, meeting, "change", topic="新主题", place="", host="周", starts_at="", ends_at="")
        assert answer.status_code == 422
        for told in ("新主题", "请写地点", "请填开始时间"):
            assert told in words(answer)
        at = timezone.localtime(meeting.starts_at)
        do(
            client,
            meeting,
            "change",
            topic="新主题",
            place="楼下",
            host="周书记",
            starts_at=f"{at:%Y-%m-%dT%H:%M}",
            ends_at=f"{at + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        )
        meeting.refresh_from_db()
        assert (meeting.topic, meeting.place) == ("新主题", "楼下")

    def test_an_old_page_is_told_who_was_faster(self, client, clerk, meeting):
        meetings.cancel_meeting(meeting, reason="台风", actor=clerk)
        answer = do(client, meeting, "hold", minutes="开了")
        assert answer.status_code == 422 and "您看到的是旧页面" in words(answer) and "开了" in words(answer)

    def test_photos_are_shown_to_whoever_sees_the_meeting(self, client, clerk, meeting):
        do(client, meeting, "photos", photos=[upload(picture())], are_public="on")
        photo = MeetingPhoto.objects.get()
        assert photo.is_public
        assert client.get(url("photo", photo.pk))["Content-Type"] == "image/jpeg"
        answer = do(client, meeting, "photos", photos=[upload(b"text")])
        assert answer.status_code == 422 and "不是能打开的照片" in words(answer)
        assert "照片 1（可公开）" in words(client.get(url("change", meeting.pk)))
        answer = do(client, meeting, "unphoto", photo=photo.pk, reason="")
        assert answer.status_code == 422 and "请写明删除的原因" in words(answer)
        do(client, meeting, "unphoto", photo=photo.pk, reason="有人不同意")
        page = words(client.get(url("change", meeting.pk)))
        assert "删除照片 1：有人不同意" in page and "哪一张" not in page

    def test_too_few_came_is_said(self, client, clerk, branch):
        meeting = plan(branch, clerk, Kind.ASSEMBLY)
        one, _ = make.make_member(branch), make.make_member(branch)
        do(client, meeting, "admit", members=[one.pk])
        do(client, meeting, "hold", minutes="讨论")
        assert "没有超过应到的 50%" in words(client.get(url("change", meeting.pk)))


class TestReach:
    def test_another_street_finds_nothing(self, client, clerk, meeting, branch):
        client.force_login(make.make_post(role="street_staff", organization=make.make_organization().parent))
        for address in (
            url("change", meeting.pk),
            url("act", meeting.pk, "hold"),
            url("print", meeting.pk),
            url("sign_in", meeting.pk),
            url("calendar", branch.pk),
        ):
            assert client.get(address).status_code == 404
        assert do(client, meeting, "cancel", reason="改").status_code == 404
        for name in ("changelist", "board"):
            assert "学党章" not in words(client.get(url(name))) and str(branch) not in words(client.get(url(name)))
        meeting.refresh_from_db()
        assert meeting.status == "planned"

    def test_a_supervisor_writes_nothing(self, client, meeting, branch):
        worker = make.make_post(role="grid_worker", organization=branch.parent)
        client.force_login(make.make_post(worker, "supervisor", organization=branch.parent))
        assert do(client, meeting, "hold", minutes="讨论").status_code in (302, 403)
        meeting.refresh_from_db()
        assert meeting.status == "planned"


class TestList:
    def test_filters_and_export(self, client, clerk, meeting, branch):
        group = make.make_organization(Organization.Kind.BUILDING_GROUP, branch, name="3栋党小组")
        plan(group, clerk, Kind.GROUP)
        rest = plan(make.make_branch(branch.parent), clerk, Kind.LECTURE, hours_ago=-3)
        for asked, found in (
            ({"under": branch.pk}, {"theme_day", "group"}),
            ({"when": "late"}, {"theme_day", "group"}),
            ({"when": "coming"}, {"lecture"}),
            ({"kind__exact": "group", "under": branch.parent.pk}, {"group"}),
            ({"q": rest.organization.name}, {"lecture"}),
            ({"under": "x"}, set()),
        ):
            rows = client.get(url("changelist"), asked).context["cl"].queryset
            assert {row.kind for row in rows} == found, asked
        assert f"{branch} 3栋党小组" in words(client.get(url("changelist")))
        sheet = load_workbook(BytesIO(client.get(url("export"), {"under": branch.pk}).content)).active
        assert {row[1].value for row in sheet.iter_rows(min_row=2)} == {"主题党日", "党小组会"}

    def test_asks_no_more_for_more_rows(self, client, clerk, meeting, branch):
        client.get(url("changelist"))
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get(url("changelist"))
            counts.append(len(queries))
            for number in range(4):
                plan(make.make_branch(branch.parent), clerk, hours_ago=number)
        assert counts[0] == counts[1]


class TestBoards:
    @pytest.fixture(autouse=True)
    def counted_long_since(self):
        ParameterValue.objects.filter(parameter__key="meeting_first_year").update(value=2020)

    def test_a_lecture_of_the_body_above_is_told(self, client, clerk, branch):
        member, lecture = make.make_member(branch), plan(branch.parent, clerk, Kind.LECTURE)
        do(client, lecture, "admit", members=[member.pk])
        do(client, lecture, "hold", minutes="讲党课")
        year = timezone.localdate(lecture.starts_at).year
        assert "上级党课 <span" in words(client.get(url("calendar", branch.pk), {"year": year}))

    def test_the_calendar_tells_each_period_in_words(self, client, clerk, branch):
        page = words(client.get(url("calendar", branch.pk), {"year": timezone.localdate().year - 1}))
        assert "红灯" in page and page.count("漏开") > 12 and "第四季度" in page
        (first, *_) = client.get(url("calendar", branch.pk)).context["lines"][0]["slots"]
        assert client.get(first["url"]).status_code == 200

    def test_the_board_of_a_community_and_of_all(self, client, clerk, branch):
        year = timezone.localdate().year - 1
        answer = client.get(url("board"), {"year": year})
        assert str(branch) in words(answer) and "漏 12 次" in words(answer)  # only one community is within reach
        make.make_branch(make.make_organization(parent=branch.parent.parent))
        answer = client.get(url("board"), {"year": year})
        assert "红灯 1" in words(answer) and str(branch) not in words(answer)
        answer = client.get(url("board"), {"year": year, "under": branch.parent.pk})
        (line,) = answer.context["lines"]
        assert str(line["record"].branch) == str(branch)
        for cell in line["cells"]:
            assert client.get(cell["url"]).status_code == 200
        answer = client.get(url("board"), {"year": year, "under": branch.parent.pk, "light": "green"})
        assert "没有符合条件的党支部" in words(answer)

    def test_a_cell_leads_to_its_meetings(self, client, clerk, meeting, branch):
        do(client, meeting, "hold", minutes="讨论")
        answer = client.get(url("board"), {"under": branch.parent.pk})
        cell = next(each for each in answer.context["lines"][0]["cells"] if each["cell"].kind == Kind.THEME_DAY)
        assert list(client.get(cell["url"]).context["cl"].queryset) == [meeting]

    def test_is_exported(self, client, clerk, branch):
        year = timezone.localdate().year - 1
        sheet = load_workbook(BytesIO(client.get(url("board_export"), {"year": year}).content)).active
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[0][:3] == ("上级党组织", "党支部", "达标")
        assert rows[1][1:3] == (str(branch), "红灯")

    def test_asks_no_more_for_more_branches(self, client, clerk, branch):
        counts = []
        for _ in range(2):
            client.get(url("board"))
            with CaptureQueriesContext(connection) as queries:
                client.get(url("board"))
            counts.append(len(queries))
            for _ in range(5):
                make.make_branch(branch.parent)
        assert counts[0] == counts[1]


class TestGrades:
    @pytest.fixture
    def review(self, branch, clerk):
        people = [make.make_member(branch, name=name) for name in ("甲", "乙", "丙")]
        row = plan(branch, clerk, Kind.REVIEW)
        meetings.hold_meeting(row, minutes="逐名评议", actor=clerk)
        return row, people

    def test_are_written_shown_and_put_right(self, review, client):
        row, (first, second, third) = review
        sent = {f"grade_{first.pk}": "excellent", f"grade_{second.pk}": "excellent", f"grade_{third.pk}": ""}
        do(client, row, "grade", **sent)
        page = words(client.get(url("change", row.pk)))
        assert "一般不超过" in page and "甲、乙" in page or "乙、甲" in page
        do(client, row, "grade", **{**sent, f"grade_{second.pk}": "qualified", f"grade_{third.pk}": "basic"})
        assert dict(row.grades.values_list("member__name", "grade")) == {
            "甲": "excellent",
            "乙": "qualified",
            "丙": "basic",
        }
        member = words(client.get(reverse("admin:organizations_partymember_change", args=[first.pk])))
        assert f"{timezone.localdate().year}年优秀" in member

    def test_only_of_its_own_members_and_of_a_review_that_was_held(self, review, branch, clerk):
        row, people = review
        stranger = make.make_member()
        with pytest.raises(ValidationError):
            gradings.grade_members(row, grades={stranger.pk: "excellent"}, actor=clerk)
        for other in (plan(branch, clerk, Kind.REVIEW, hours_ago=3), plan(branch, clerk, hours_ago=4)):
            with pytest.raises(ValidationError):
                gradings.grade_members(other, grades={people[0].pk: "excellent"}, actor=clerk)
        far = make.make_post(role="street_staff", organization=make.make_organization().parent)
        with pytest.raises(PermissionDenied):
            gradings.grade_members(row, grades={people[0].pk: "excellent"}, actor=far)
        assert not row.grades.exists()
