"""What the pages of a member and of a transfer show, as plain values for the partials."""

from django.utils import timezone
from django.utils.formats import date_format

from govern.dates import whole_years
from govern.fields import mask_phone
from organizations.forms import members as member_forms
from organizations.forms import transfers as transfer_forms
from organizations.identities import born_on, gender_of
from organizations.models import MemberEvent, PartyMember, Transfer
from organizations.parameters import parameters
from organizations.services.transfers import DEEDS, open_steps

S, Stage, Event = Transfer.Status, PartyMember.Stage, MemberEvent.Kind
TONES = {S.PROPOSED: "warn", S.RELEASED: "info", S.COMPLETED: "ok", S.DECLINED: "plain", S.WITHDRAWN: "plain"}
UNTOLD = "对方党支部（确认后显示）"


def day(value):
    return date_format(value, "Y年n月j日") if value else ""


def place(branch):
    """红星社区党委／一支部; `branch` comes with its parent."""
    return f"{branch.parent}／{branch}"


def stage_badge(member):
    """(tone, word)."""
    if not member.is_here:
        return "plain", member.get_leaving_display()
    return ("ok", "正式") if member.stage == Stage.FULL else ("warn", "预备")


def party_age(member, on):
    years = member.party_years(on)
    return "" if years is None else f"{years} 年" if years else "不满 1 年"


# --- A member ---------------------------------------------------------------------------------------------------------
def member_page(member, user, *, can_change, bound=None):
    today = timezone.localdate()
    rules = parameters("probation_months", "probation_reminder_days")
    ends_on = member.probation_ends_on(int(rules["probation_months"]))
    acts = [
        bound if isinstance(bound, act) else act(subject=member, user=user)
        for act in member_forms.ACTS
        if can_change and act.is_offered(member)
    ]
    if member.stage == Stage.PROBATIONARY and today < ends_on:
        acts = [act for act in acts if act.verb != "confirm" or act is bound]
    return {
        "member": member,
        "stage": stage_badge(member),
        "facts": _facts(member, today, ends_on),
        "warnings": list(_warnings(member, today, ends_on, rules["probation_reminder_days"])),
        "timeline": _member_timeline(member, ends_on),
        "transfers": [(row, TONES[row.status]) for row in member.transfers.select_related("source", "target")],
        "posts": member.leadership_terms.select_related("organization").order_by("-starts_on"),
        "acts": acts if bound is None or bound in acts else [bound, *acts],
        "can_transfer": can_change and member.is_here and not member.transfers.open().exists(),
    }


def _facts(member, today, ends_on):
    """[(label, value)], an empty value left out."""
    is_probationary = member.stage == Stage.PROBATIONARY
    rows = [
        ("所在党支部", place(member.branch)),
        ("所在党小组", member.group),
        ("性别", member.get_gender_display()),
        ("入党日期", day(member.joined_on)),
        ("预备期到", day(ends_on) + ("（已延长）" if member.extended_until else "") if is_probationary else ""),
        ("转正日期", day(member.full_on)),
        ("党龄", party_age(member, member.left_on or today)),
        ("在职情况", member.get_employment_display()),
        ("工作单位", member.employer),
        ("流动党员", (member.floating_place or "是") if member.is_floating else ""),
        ("民主评议", "、".join(f"{grade.meeting.starts_at.year}年{grade}" for grade in _grades(member))),
        ("离开", f"{day(member.left_on)} {member.get_leaving_display()}" if member.left_on else ""),
    ]
    return [row for row in rows if row[1]]


def _grades(member):
    return member.grades.select_related("meeting")[:3]


def _warnings(member, today, ends_on, notice_days):
    """Words of what should be looked at; nothing is blocked by them."""
    if not member.is_here:
        return
    if member.stage == Stage.PROBATIONARY:
        left = (ends_on - today).days
        if left < 0:
            yield f"预备期已满 {-left} 天，还没有办理转正、延长或取消资格。"
        elif left <= notice_days:
            yield f"预备期还有 {left} 天就满，请准备转正材料。"
    if number := member.identity_number:
        if gender_of(number) != member.gender:
            yield "性别和身份证号对不上，请核对。"
        born = born_on(number)
        if born and whole_years(born, member.joined_on) < 18:
            yield "按身份证号，入党时不满 18 岁，请核对入党日期。"
    else:
        yield "还没有登记身份证号，不能查重，也不能由接收方申请转接。"
    if not member.phone:
        yield "还没有登记手机号。"


def _member_timeline(member, ends_on):
    done = [
        {
            "on": event.effective_on,
            "title": event.get_kind_display(),
            "note": event.note,
            "who": str(event.actor) if event.actor else "系统",
            "state": "stopped" if event.kind == Event.LEFT else "done",
        }
        for event in member.events.select_related("actor")
    ]
    moved = member.transfers.filter(status=S.COMPLETED).select_related("source", "target")
    done += [
        {"on": row.completed_on, "title": f"转入{row.target}", "note": f"原在{row.source}", "state": "done"}
        for row in moved
    ]
    done.append({"on": member.joined_on, "title": "入党", "state": "done"})
    if member.full_on and not any(step["title"] == Event.CONFIRMED.label for step in done):
        done.append({"on": member.full_on, "title": "转为正式党员", "state": "done"})
    done.sort(key=lambda step: step["on"])
    if member.is_here and member.stage == Stage.PROBATIONARY:
        done.append({"on": ends_on, "title": "预备期满，可以转正", "state": "next"})
    return [{**step, "at": day(step["on"])} for step in done]


# --- A transfer -------------------------------------------------------------------------------------------------------
def is_told(transfer):
    """Whether the reader may know where from: who asked for somebody unseen may not, before that side has said yes.

    `transfer` comes from with_sides().
    """
    return transfer.is_source_mine or not transfer.is_requested or transfer.status in (S.RELEASED, S.COMPLETED)


def source_words(transfer):
    return str(transfer.source) if is_told(transfer) else UNTOLD


def turn_words(transfer):
    match transfer.status:
        case S.PROPOSED:
            return "我方确认转出" if transfer.is_source_mine else "等转出方确认"
        case S.RELEASED:
            return "我方确认接收" if transfer.is_target_mine else "等接收方确认"
    return ""


def transfer_page(transfer, user, *, bound=None):
    open_ones = open_steps(transfer, user) if user.has_perm("organizations.change_transfer") else set()
    acts = [
        bound if isinstance(bound, act) else act(subject=transfer, user=user)
        for act in transfer_forms.ACTS
        if act.to in open_ones
    ]
    member = transfer.member
    is_seen = PartyMember.objects.visible_to(user).filter(pk=member.pk).exists()
    knows = is_told(transfer)
    facts = [
        ("党员", member.name),
        ("党员类别", member.get_stage_display() if knows else ""),
        ("入党日期", day(member.joined_on) if knows else ""),
        ("转正日期", day(member.full_on) if knows else ""),
        ("手机号", mask_phone(member.phone) if is_seen else ""),
        ("转出党支部", place(transfer.source) if knows else UNTOLD),
        ("接收党支部", place(transfer.target)),
        ("转接原因", transfer.reason),
        ("发起", "接收方申请" if transfer.is_requested else "转出方发起"),
        ("转接日期", day(transfer.completed_on)),
    ]
    return {
        "transfer": transfer,
        "tone": TONES[transfer.status],
        "turn": turn_words(transfer),
        "facts": [row for row in facts if row[1]],
        "is_seen": is_seen,
        "timeline": _transfer_timeline(transfer),
        "main_acts": [act for act in acts if not act.is_quiet],
        "more_acts": [act for act in acts if act.is_quiet],
    }


def _transfer_timeline(transfer):
    steps = [
        {
            "at": event.at,
            "title": DEEDS[event.to_status],
            "note": event.note,
            "who": str(event.actor) if event.actor else "系统",
            "state": "stopped" if event.to_status in (S.DECLINED, S.WITHDRAWN) else "done",
        }
        for event in transfer.events.select_related("actor")
    ]
    coming = {S.PROPOSED: ["转出方确认", "接收方确认"], S.RELEASED: ["接收方确认"]}.get(transfer.status, [])
    return steps + [{"title": title, "state": "next"} for title in coming]
