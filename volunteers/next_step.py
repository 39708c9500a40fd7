"""我的志愿服务 begins with one thing to do: which one, by how things stand. No queries here."""

from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from volunteers.models import Report, Signup

Status = Report.Status


class Step(NamedTuple):
    title: str
    text: str
    url: str = ""
    button: str = ""
    tone: str = "info"


def page(name, *args):
    return reverse(f"me:{name}", args=args)


def day(at):
    return date_format(timezone.localtime(at), "n月j日 D H:i")


def next_step(*, report, signup, invitations_count=0, muster=None, has_position=False, at):
    """`report` is the open one, `signup` the next one, `muster` one not answered yet; each may be None."""
    if muster is not None:
        return Step("服务队正在集结", f"{muster.text} 请马上回答能不能到。", page("muster", muster.pk), "去回答", "bad")
    is_seated = signup is not None and signup.status == Signup.Status.SEATED
    if is_seated and (step := _service(signup.session, at)):
        return step
    if report is not None and report.status == Status.RETURNED:
        return Step("报到信息要补正", "社区退回了您的报到，请按说明改好再交。", page("report"), "去补正", "warn")
    if invitations_count:
        return Step("有服务队邀请您", "请看看要不要加入。", page("teams"), "去看看")
    if signup is not None:
        return _later(signup)
    return _of_report(report, has_position)


def _service(session, at):
    """Today's, or the one going on."""
    if timezone.localdate(session.starts_at) != timezone.localdate(at):
        return None
    going_on = session.starts_at <= at
    words = "正在进行，别忘了签到和签退。" if going_on else f"今天 {timezone.localtime(session.starts_at):%H:%M} 开始。"
    return Step(session.title, f"{words}地点：{session.place}", page("session", session.code), "看活动和签到", "ok")


def _later(signup):
    session = signup.session
    line = "您在候补，有人退出就轮到您。" if signup.status == Signup.Status.WAITING else ""
    words = f"{day(session.starts_at)}，{session.place}。{line}"
    return Step(session.title, words, page("session", session.code), "看活动", "info")


def _of_report(report, has_position):
    if report is None:
        return Step("还没有报到", "向居住的社区报到以后，社区会联系您安排岗位。", page("report"), "去报到", "warn")
    match report.status:
        case Status.SUBMITTED:
            return Step("报到已收到", f"{report.community}正在接收，接收后会联系您。", page("report"), "看报到")
        case Status.REGISTERED:
            until = f"在 {report.contact_by:%-m月%-d日} 前" if report.contact_by else "会"
            return Step("等社区联系您", f"{report.community}{until}打电话给您，商量岗位。", page("report"), "看报到")
    if not has_position:
        return Step("选一个岗位", "社区已经和您对接，看看有哪些岗位适合您。", page("positions"), "看岗位")
    return Step("报名一次活动", "看看这几天有什么活动。", page("sessions"), "看活动")
