"""A session in plain words: how many seats are left, and what one person can do in it now."""

from dataclasses import dataclass

from django.utils import timezone

from volunteers.models import Session, Signup

Status = Session.Status
TONES = {
    Status.DRAFTED: "plain",
    Status.OPEN: "info",
    Status.HELD: "warn",
    Status.SETTLED: "ok",
    Status.CANCELLED: "plain",
}
SIGNUP_TONES = {
    Signup.Status.SEATED: "ok",
    Signup.Status.WAITING: "warn",
    Signup.Status.CANCELLED: "plain",
    Signup.Status.ATTENDED: "ok",
    Signup.Status.ABSENT: "bad",
}


def seats_of(session):
    """For `_ring.html` and lists; `session` comes from `with_seats()`."""
    left = max(session.seats - session.seated_count, 0)
    words = f"剩 {left} / {session.seats}" if left else f"已满 {session.seats}"
    if session.waiting_count:
        words += f"，候补 {session.waiting_count}"
    percent = min(100, round(100 * session.seated_count / session.seats)) if session.seats else 100
    return {"left": left, "words": words, "percent": percent, "tone": "ok" if left else "warn"}


@dataclass(frozen=True)
class Stand:
    """Where somebody stands in a session. `act` is the one big button: sign_up, wait, check or none (empty)."""

    tone: str
    word: str
    text: str = ""
    act: str = ""
    can_cancel: bool = False


def stand_of(session, signup, at=None, *, place_in_line=0, opens_at=None):
    """`signup` is the standing one or None; `opens_at` is from when one checks in."""
    at = at or timezone.now()
    if session.status == Status.CANCELLED:
        return Stand("plain", "已取消", f"原因：{session.cancelled_reason}")
    if signup is None:
        return _outside(session, at)
    if session.status != Status.OPEN or signup.status == Signup.Status.ABSENT:
        return _afterwards(session, signup)
    if signup.status == Signup.Status.WAITING:
        text = f"您排在第 {place_in_line} 位。有人取消，会自动轮到您并告诉您。"
        return Stand("warn", "候补", text, can_cancel=session.starts_at > at)
    if signup.left_at:
        return Stand("ok", "已签退", f"{spoken_stay(signup)}。时长由社区确认后计入。")
    if signup.arrived_at:
        return Stand("ok", "已签到", f"{clock(signup.arrived_at)} 签到。走的时候别忘了签退。", "check")
    if opens_at and at >= opens_at:
        return Stand("ok", "已报名", "到了现场，扫领队手机上的签到码。", "check", session.starts_at > at)
    return Stand("ok", "已报名", "到时请准点到场，扫领队手机上的签到码签到。", can_cancel=session.starts_at > at)


def _outside(session, at):
    seats = seats_of(session)
    if session.status == Status.OPEN and at < session.starts_at:
        if seats["left"]:
            return Stand("info", "可报名", f"还有 {seats['left']} 个名额。", "sign_up")
        return Stand("warn", "名额已满", f"已有 {session.waiting_count} 人候补，有人取消会按先后自动递补。", "wait")
    if session.status == Status.OPEN and at < session.ends_at:
        return Stand("plain", "正在进行", "活动已经开始。到了现场请找领队登记。")
    return Stand("plain", "已结束")


def _afterwards(session, signup):
    if signup.status == Signup.Status.ABSENT:
        return Stand("bad", "未到", "记录您没有到场。记错了请联系社区。")
    if signup.credited_minutes is not None:
        return Stand("ok", "时长已确认", f"认定 {signup.credited_minutes} 分钟。")
    return Stand("ok", "已参加", f"{spoken_stay(signup)}。时长由社区确认后计入。")


def spoken_stay(signup):
    if not (signup.arrived_at and signup.left_at):
        return "还没有完整的签到签退"
    return f"{clock(signup.arrived_at)} 签到，{clock(signup.left_at)} 签退，共 {signup.actual_minutes} 分钟"


def clock(at):
    return timezone.localtime(at).strftime("%H:%M")
