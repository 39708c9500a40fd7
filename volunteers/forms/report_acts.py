"""What staff do with a 报到 and with a 单位报到."""

from django import forms

from govern.acts import Act, note_field
from volunteers.forms.report_people import CommunityField, by_street
from volunteers.models import Report, UnitReport
from volunteers.report_story import day_of
from volunteers.services import reports, unit_reports

Status, UnitStatus = Report.Status, UnitReport.Status


class Receive(Act):
    verb, label, icon, is_quiet = "receive", "接收", "check", False
    from_statuses = frozenset({Status.SUBMITTED})
    note = note_field("接收意见")

    def act(self, note):
        report = reports.receive_report(self.subject, actor=self.user, note=note)
        self.done = f"已接收，请在 {day_of(report.contact_by)} 前对接。"
        return report


class Contact(Act):
    verb, label, icon, is_quiet = "contact", "登记对接", "phone", False
    from_statuses = frozenset({Status.REGISTERED})
    done = "已登记对接，接下来安排岗位。"
    note = note_field("谈了什么", required=True, help_text="想做什么、什么时候有空、有什么要求。")

    def act(self, note):
        return reports.contact_report(self.subject, actor=self.user, note=note)


class NoteContact(Act):
    verb, label, icon = "note", "再记一次联系", "edit"
    from_statuses = frozenset({Status.CONTACTED, Status.POSTED})
    done = "已记下。"
    note = note_field("谈了什么", required=True)

    def act(self, note):
        return reports.note_contact(self.subject, actor=self.user, note=note)


class Return(Act):
    verb, label, icon = "return", "退回补正", "undo"
    from_statuses = frozenset({Status.SUBMITTED})
    done = "已退回，本人补正后会再发来。"
    reason = note_field("哪里要补正", required=True, help_text="本人会看到，请写清楚。")

    def act(self, reason):
        return reports.return_report(self.subject, actor=self.user, reason=reason)


class Move(Act):
    verb, label, icon = "move", "转到另一个社区", "arrow-right"
    from_statuses = frozenset({Status.REGISTERED, Status.CONTACTED, Status.POSTED})
    to = CommunityField(label="转到")
    reason = note_field("原因")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = field.queryset.exclude(pk=self.subject.community_id)
        field.choices = by_street(field.queryset)

    def act(self, to, reason):
        moved = reports.move_report(self.subject, to=to, reason=reason, actor=self.user)
        self.done = f"已转到{to}，由那里重新接收。"
        return moved


class End(Act):
    verb, label, icon = "end", "注销报到", "x"
    from_statuses = frozenset(Status) - {Status.MOVED, Status.ENDED}
    done = "已注销，记录保留。"
    reason = note_field("原因", required=True)

    def act(self, reason):
        return reports.end_report(self.subject, actor=self.user, reason=reason)


REPORT_ACTS = (Receive, Contact, NoteContact, Return, Move, End)


class ReceiveUnit(Act):
    verb, label, icon, is_quiet, done = "receive", "接收", "check", False, "已接收，单位联络员会收到消息。"
    from_statuses = frozenset({UnitStatus.SUBMITTED})
    opinion = forms.CharField(
        label="接收意见", max_length=200, initial="同意接收", error_messages={"required": "请填写接收意见。"}
    )

    def act(self, opinion):
        return unit_reports.receive_unit_report(self.subject, actor=self.user, opinion=opinion)


class ReturnUnit(Act):
    verb, label, icon, done = "return", "退回补正", "undo", "已退回，单位补正后会再报。"
    from_statuses = frozenset({UnitStatus.SUBMITTED})
    reason = note_field("哪里要补正", required=True)

    def act(self, reason):
        return unit_reports.return_unit_report(self.subject, actor=self.user, reason=reason)


class EndUnit(Act):
    verb, label, icon, done = "end", "登记转出", "arrow-right", "已登记转出。"
    from_statuses = frozenset({UnitStatus.RECEIVED})
    reason = note_field("原因", required=True)

    def act(self, reason):
        return unit_reports.end_unit_report(self.subject, actor=self.user, reason=reason)


UNIT_REPORT_ACTS = (ReceiveUnit, ReturnUnit, EndUnit)
