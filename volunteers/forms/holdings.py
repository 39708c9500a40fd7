"""任岗: what is done with one by the community, and what the person does about a post, each an act."""

from django import forms
from django.utils import timezone

from govern.acts import Act, note_field
from organizations.forms.elections import day_field, words_field
from organizations.forms.leagues import PICK
from organizations.models import Organization
from volunteers.models import Holding, Position
from volunteers.services import grounds, holdings

Kind, Held = Position.Kind, Holding.Status


class HoldingAct(Act):
    """`holding.may_leave` is set by the page: whether its user may end the row that the holding is."""

    @classmethod
    def is_offered(cls, holding):
        return super().is_offered(holding) and not holding.is_over(timezone.localdate())


class Confirm(HoldingAct):
    verb, label, icon, is_quiet = "confirm", "确认上岗", "check", False
    done = "已确认上岗，本人会收到消息。"
    from_statuses = frozenset({Held.CLAIMED, Held.WAITING})
    starts_on = day_field("上岗日期")
    household = forms.ModelChoiceField(
        Organization.objects.none(),
        label="已有的中心户",
        required=False,
        empty_label="没有，新设一个",
        error_messages=PICK,
    )
    area = words_field("负责范围", 80, required=False, help_text="如：1至4栋；不填就是整个网格。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        position = self.subject.position
        day = max(timezone.localdate(), position.starts_on)
        self.fields["starts_on"].initial = grounds.first_free_day(position, day)
        if position.kind != Kind.GRID_WORKER:
            del self.fields["area"]
        if position.kind == Kind.HOUSEHOLD:
            self.fields["household"].queryset = grounds.free_households(position)
        else:
            del self.fields["household"]

    def act(self, **cleaned):
        return holdings.confirm(self.subject, actor=self.user, **cleaned)


class Decline(HoldingAct):
    verb, label, icon, done = "decline", "不安排", "circle-x", "已记为不安排，本人会看到原因。"
    from_statuses = frozenset({Held.CLAIMED, Held.WAITING})
    reason = note_field("原因", required=True)

    def act(self, reason):
        return holdings.decline(self.subject, reason=reason, actor=self.user)


class HandOver(HoldingAct):
    verb, label, icon, done = "hand-over", "交接", "refresh", "已交接，两个人都会收到消息。"
    from_statuses = frozenset({Held.HELD})
    to = forms.ModelChoiceField(
        Holding.objects.none(),
        label="交接给",
        empty_label="请选择",
        help_text="认领了这个岗位、还没有上岗的人。",
        error_messages=PICK | {"required": "请选择交接给谁。"},
    )
    on = day_field("交接日期", initial=timezone.localdate, help_text="从这天起由接任的人担任。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.subject.position.holdings.filter(status__in=[Held.CLAIMED, Held.WAITING])
        self.fields["to"].queryset = rows.select_related("volunteer", "position").order_by("status", "claimed_at")
        self.fields["to"].label_from_instance = lambda row: f"{row.volunteer.masked_name}（{row.get_status_display()}）"

    @classmethod
    def is_offered(cls, holding):
        waiting = holding.position.holdings.filter(status__in=[Held.CLAIMED, Held.WAITING])
        return super().is_offered(holding) and holding.may_leave and waiting.exists()

    def act(self, to, on):
        return holdings.hand_over(self.subject, to=to, on=on, actor=self.user)


class End(HoldingAct):
    verb, label, icon, done = "end", "离岗", "x", "已办离岗，有候补的自动递补。"
    from_statuses = frozenset({Held.HELD})
    on = day_field("最后一天", initial=timezone.localdate)
    reason = note_field("原因", required=True)

    @classmethod
    def is_offered(cls, holding):
        return super().is_offered(holding) and holding.may_leave

    def act(self, on, reason):
        return holdings.end_holding(self.subject, on=on, reason=reason, actor=self.user)


# --- The person's own -------------------------------------------------------------------------------------------------
class OwnAct(Act):
    """Of somebody who serves: `user` is the account of the volunteer whom the page is of."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("auto_id", "id_%s")
        super().__init__(*args, **kwargs)


class OwnClaim(OwnAct):
    verb, label = "claim", "我来认领"
    words = words_field("想说的话", 200, required=False, help_text="比如什么时候有空、做过什么。")
    is_public = forms.BooleanField(
        label="同意在公示牌上写出我的姓名和手机号",
        required=False,
        help_text="不同意也可以认领，公示牌上只写姓。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.subject.is_duty:
            del self.fields["is_public"]

    def act(self, **cleaned):
        return holdings.claim(self.subject, self.user.volunteer, actor=self.user, **cleaned)


class OwnWithdraw(OwnAct):
    verb, label = "withdraw", "撤回认领"

    def act(self):
        return holdings.withdraw(self.subject, actor=self.user)


class OwnWish(OwnAct):
    verb, label = "leave", "告诉社区"
    words = words_field(
        "我想离岗或交接",
        200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="从哪天起、为什么；想交给谁也可以写。社区会联系您。",
    )

    def act(self, words):
        return holdings.wish_to_leave(self.subject, words=words, actor=self.user)


OWN_ACTS = {each.verb: each for each in (OwnClaim, OwnWithdraw, OwnWish)}
HOLDING_ACTS = (Confirm, HandOver, Decline, End)
