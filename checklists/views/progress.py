"""How far a need is, in the words a resident reads: no status codes, no names of staff, no internal notes."""

from copy import copy
from datetime import timedelta

from django.utils import timezone

from checklists.models import Claim, Need, NeedEvent
from organizations.services.calendars import office_calendar
from organizations.workdays import is_working_day

S = Need.Status
ENDED = (S.REJECTED, S.WITHDRAWN)
# Of the need that this one was merged into, what is everybody's business.
SHARED = (
    S.ACCEPTED,
    S.REJECTED,
    S.DISPATCHED,
    S.TAKEN,
    S.IN_SERVICE,
    S.DONE,
    S.CLOSED,
    S.WITHDRAWN,
    S.SUSPENDED,
    S.ESCALATED,
    S.SPLIT,
    S.HANDED_OFF,
)

# A part of a split need, in the list on its resident's page.
PART_WORDS = {
    S.ACCEPTED: "正在找人",
    S.DISPATCHED: "已安排人，等答复",
    S.TAKEN: "已安排人",
    S.IN_SERVICE: "正在办",
    S.DONE: "办好了",
    S.RATED: "办好了",
    S.CLOSED: "办好了",
    S.REJECTED: "没有受理",
    S.WITHDRAWN: "撤回了",
    S.SUSPENDED: "暂时办不了",
    S.ESCALATED: "已报上级协调",
    S.HANDED_OFF: "已转给外面的单位",
}


def moment(at):
    """11月24日 18:00, with the year only where it is another one."""
    at = timezone.localtime(at)
    year = "" if at.year == timezone.localdate().year else f"{at.year}年"
    return f"{year}{at.month}月{at.day}日 {at:%H:%M}"


def day(on):
    return f"{on.month}月{on.day}日"


def unit_of(row):
    """Who serves by the dispatch or the claim `row`."""
    if row is None:
        return "社区"
    return row.public_helper if isinstance(row, Claim) else str(row.resource.unit)


def hold_of(event):
    """The dispatch or the claim that the event tells of, or None."""
    return event.dispatch or event.claim


class Progress:
    """`title` and `lead` (what is so, what comes next and when), `steps` for the timeline, `deadline` for the bar."""

    def __init__(self, need, at=None):
        self.need, self.at = need, at or timezone.now()
        # A merged need follows the one that goes on.
        self.main = need.merged_into if need.status == S.MERGED and need.merged_into_id else need
        self.is_shared = self.main is not need
        self.community = str(need.community)
        self.events = self._events(need)
        self.main_events = self._events(self.main) if self.is_shared else self.events
        self.holder = next((hold_of(event) for event in reversed(self.main_events) if hold_of(event)), None)

    @staticmethod
    def _events(need):
        return list(need.events.select_related("dispatch__resource__unit", "claim__team").order_by("at", "pk"))

    @property
    def was_split(self):
        return any(event.to_status == S.SPLIT for event in self.events)

    # --- The headline ------------------------------------------------------------------------------------------------
    @property
    def title(self):
        return "和邻居反映的一起办" if self.is_shared else self._words()[0]

    @property
    def lead(self):
        title, lead = self._words()
        return f"您的这件事和另一位邻居反映的是同一件事，合在一起办。现在：{title}。{lead}" if self.is_shared else lead

    def _words(self):
        need, community = self.main, self.community
        unit = unit_of(self.holder)
        is_late = need.deadline is not None and need.deadline < self.at
        by = f"{moment(need.handle_by)} 前办好" if need.handle_by else ""
        if by and is_late:
            by = f"说好 {by}，现在晚了"
        match need.status:
            case S.SUBMITTED:
                if is_late:
                    return "已收到", f"{community}说好 {moment(need.respond_by)} 前联系您，现在晚了。"
                return "已收到", f"{community}将在 {moment(need.respond_by)} 前联系您。"
            case S.ACCEPTED:
                return "正在找人帮您", f"{community}已受理，{by}。"
            case S.DISPATCHED:
                return f"已安排 {unit}", "正在等他们答复。来不了的话，社区会另外找人。"
            case S.TAKEN if self._is_unconfirmed():
                return f"{unit}想来帮您", f"{community}核实以后，他们会联系您。"
            case S.TAKEN:
                return f"{unit}已接单", f"他们会联系您，{by}。"
            case S.IN_SERVICE:
                return f"{unit if self._is_with_unit() else community}正在办", f"{by}。"
            case S.DONE:
                return ("已办好", "") if self.is_shared else ("已办好，请您评价", "办得好不好，您说了算。")
            case S.RATED:
                return ("已办好", "") if self.is_shared else ("谢谢您的评价", "社区看过以后会办结，不用您再做什么。")
            case S.CLOSED:
                return "已办结", "这件事办完了。再有别的事，可以重新提。"
            case S.REJECTED:
                return f"{community}没有受理", "原因写在下面。不明白的，可以打社区电话。"
            case S.WITHDRAWN if self.is_shared:
                return "那位邻居已撤回", "您这里还需要办的话，请重新提需求。"
            case S.WITHDRAWN:
                return "您已撤回", "社区不再办理。以后还需要，可以重新提。"
            case S.SUSPENDED:
                until = f"，{day(need.suspended_until)} 接着办" if need.suspended_until else ""
                return "暂时办不了", f"原因写在下面{until}。"
            case S.ESCALATED if need.level == Need.Level.DISTRICT:
                return "已报区里协调", f"{community}和街道办不了，区里正在想办法，{by}。"
            case S.ESCALATED:
                return "已报街道协调", f"{community}办不了，街道正在想办法，{by}。"
            case S.SPLIT:
                return "分成几件事，同时办", f"全部办完，再请您一起评价，{by}。"
            case S.HANDED_OFF:
                return f"已转给{need.handed_to}", f"这件事归他们办，{community}会跟着问结果。"
            case S.REOPENED:
                if is_late:
                    return "已收到您再次反映", f"{community}说好 {moment(need.handle_by)} 前答复您，现在晚了。"
                return "已收到您再次反映", f"{community}会重新核实，{moment(need.handle_by)} 前答复您。"
        return "正在办理", ""

    def _is_with_unit(self):
        last = next((event for event in reversed(self.main_events) if event.to_status == S.IN_SERVICE), None)
        return last is not None and hold_of(last) is not None

    def _is_unconfirmed(self):
        return isinstance(self.holder, Claim) and self.holder.status == Claim.Status.CLAIMED

    # --- The timeline ------------------------------------------------------------------------------------------------
    @property
    def steps(self):
        steps = [self.step(event) for event in self.events if self._is_told(event)]
        if self.is_shared:
            merged_at = self.events[-1].at
            steps += [
                self.step(event, shared=True)
                for event in self.main_events
                if event.at >= merged_at and event.to_status in SHARED and event.from_status != event.to_status
            ]
        return steps + self._to_come()

    @staticmethod
    def _is_told(event):
        return event.from_status != event.to_status or event.is_note_public

    def step(self, event, shared=False):
        # The note of a merge names the other need's code, which is somebody else's.
        has_note = event.is_note_public and event.to_status != S.MERGED
        if shared and event.party == NeedEvent.Party.RESIDENT:
            has_note = False
        return {
            "title": self._event_words(event, shared),
            "at": event.at,
            "note": event.note if has_note else "",
            "state": "stopped" if event.to_status in ENDED else "done",
        }

    def _event_words(self, event, shared):
        unit, before = unit_of(hold_of(event)), event.from_status
        by_staff = event.party == NeedEvent.Party.STAFF
        if before == event.to_status:
            return f"{self.community}给您留了话" if by_staff else "您补充了情况"
        match event.to_status:
            case S.SUBMITTED:
                return f"{self.community}替您登记了" if by_staff else "您提了需求"
            case S.ACCEPTED if before in (S.DISPATCHED, S.TAKEN, S.IN_SERVICE):
                return "重新安排" if by_staff else f"{unit}来不了，另外找人"
            case S.ACCEPTED if before == S.SUSPENDED:
                return "接着办"
            case S.ACCEPTED if before == S.ESCALATED:
                return f"上级已协调，{self.community}接着办"
            case S.ACCEPTED if before == S.SPLIT:
                return "分开办没有办成，重新安排"
            case S.ACCEPTED if before == S.HANDED_OFF:
                return f"那边办不了，{self.community}接着办"
            case S.ACCEPTED if before == S.REOPENED:
                return f"{self.community}核实了，重新办"
            case S.ACCEPTED:
                return f"{self.community}已受理"
            case S.REJECTED:
                return f"{self.community}没有受理"
            case S.MERGED:
                return "和另一位邻居反映的一起办"
            case S.DISPATCHED:
                return f"已安排 {unit}"
            case S.TAKEN if before == S.ACCEPTED and event.claim_id:
                return f"{unit}认领了"
            case S.TAKEN:
                return "接着办" if before == S.SUSPENDED else f"{unit}已接单"
            case S.IN_SERVICE if before == S.SUSPENDED:
                return "接着办"
            case S.IN_SERVICE:
                return f"{unit}开始办了" if hold_of(event) else f"{self.community}自己来办"
            case S.DONE if before == S.SPLIT:
                return "几件事都有了结果"
            case S.DONE if before == S.HANDED_OFF and self.need.handed_to:
                return f"{self.need.handed_to}办好了"
            case S.DONE:
                return f"{unit if hold_of(event) else self.community}办好了"
            case S.RATED:
                return f"{self.community}回访，记下了您的评价" if by_staff else "您评价了"
            case S.CLOSED:
                return f"{self.community}核实后答复您" if before == S.REOPENED else "已办结"
            case S.WITHDRAWN if shared:
                return "那位邻居撤回了"
            case S.WITHDRAWN:
                return f"{self.community}替您撤回了" if by_staff else "您撤回了"
            case S.SUSPENDED:
                return "暂时办不了"
            case S.ESCALATED:
                return "已报街道协调"
            case S.REOPENED:
                return "您再次反映"
            case S.SPLIT:
                return "分成几件事，同时办"
            case S.HANDED_OFF:
                return f"转给了{self.need.handed_to or '外面的单位'}"
        return "有了新进展"

    def _to_come(self):
        """What is being done now, and the milestone after it."""
        now = {
            S.SUBMITTED: f"{self.community}会联系您",
            S.ACCEPTED: "正在找人帮您",
            S.DISPATCHED: f"等 {unit_of(self.holder)} 答复",
            S.TAKEN: f"{self.community}正在核实" if self._is_unconfirmed() else f"{unit_of(self.holder)} 会联系您",
            S.IN_SERVICE: "正在办",
            S.ESCALATED: "区里正在协调" if self.main.level == Need.Level.DISTRICT else "街道正在协调",
            S.SPLIT: "几件事都在办",
            S.HANDED_OFF: f"等{self.main.handed_to}办理",
            S.REOPENED: f"{self.community}正在核实",
            S.SUSPENDED: "等着接着办",
            S.DONE: None if self.is_shared else "请您评价",
        }.get(self.main.status)
        if now is None:
            return []
        steps = [{"title": now, "at": self._due_words(), "state": "now"}]
        if self.main.status not in (S.DONE, S.REOPENED) and not self.is_shared:
            steps.append({"title": "办好后，请您评价", "at": "", "state": "next"})
        return steps

    def _due_words(self):
        if self.main.status == S.SUSPENDED and self.main.suspended_until:
            return f"{day(self.main.suspended_until)} 接着办"
        if self.main.status == S.DISPATCHED and self.holder:
            return f"{moment(self.holder.reply_by)} 前"
        what = {S.SUBMITTED: "", S.REOPENED: "答复您"}.get(self.main.status, "办好")
        return f"{moment(self.main.deadline)} 前{what}" if self.main.deadline else ""

    # --- The deadline ------------------------------------------------------------------------------------------------
    @property
    def deadline(self):
        """Arguments of _deadline.html, or None where nothing is due."""
        due = self.main.deadline
        if due is None:
            return None
        overrides = office_calendar()[1]
        label = "最晚联系您的时间" if self.main.status == S.SUBMITTED else "最晚办好的时间"
        if due < self.at:
            late = working_days(due, self.at, overrides)
            words = f"已超过 {late} 个工作日" if late else "今天已超过时间"
            return {"words": words, "tone": "bad", "at": due, "label": label, "is_late": True}
        left = working_days(self.at, due, overrides)
        words = f"还剩 {left} 个工作日" if left else "就在今天"
        return {"words": words, "tone": "ok" if left > 1 else "warn", "at": due, "label": label, "is_late": False}


def foretold(need, to, note, handed_to=""):
    """{title, note}: what the timeline would say once staff bring `need` to the state `to` with `note`."""
    need = copy(need)
    need.handed_to = handed_to or need.handed_to
    event = NeedEvent(
        need=need, from_status=need.status, to_status=to, party=NeedEvent.Party.STAFF, note=note, is_note_public=True
    )
    step = Progress(need).step(event)
    return {"title": step["title"], "note": step["note"]}


def working_days(start, end, overrides):
    """How many working days lie after the day of `start` up to and including that of `end`."""
    first, last = timezone.localdate(start), timezone.localdate(end)
    return sum(is_working_day(first + timedelta(days=n), overrides) for n in range(1, (last - first).days + 1))
