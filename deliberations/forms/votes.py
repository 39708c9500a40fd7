"""表决: putting a question, opening it, the teller's count; and a resident's ballot."""

import re

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import plain
from deliberations import ballot_codes
from deliberations.forms.hearing_live import HearingAct, OwnRowField
from deliberations.models import Attendee, Ballot, Hearing, Vote
from deliberations.services.hearings import ballots, slips, votes
from govern.codes import CODE_ALPHABET
from organizations.forms.elections import number_field, words_field

Status = Hearing.Status
MISTYPED = "选票码有一位不对，请对着纸条再看一遍。选票码是 9 位数字。"


class Put(HearingAct):
    verb, label, icon, done = "put", "加一项表决", "plus", "表决事项已加上。"
    from_statuses = frozenset({Status.DRAFTED, Status.ANNOUNCED, Status.OPENED})
    question = words_field("表决事项", 200, help_text="写成可以同意或反对的一句话，如“同意加装电梯方案二”。")
    way = forms.ChoiceField(
        label="方式",
        choices=Vote.Way.choices,
        widget=forms.RadioSelect,
        initial=Vote.Way.HANDS,
        error_messages={"required": "请选方式。", "invalid_choice": "请从列出的里面选。"},
    )

    def act(self, **cleaned):
        return votes.put_vote(self.subject, actor=self.user, **cleaned)


class VoteAct(HearingAct):
    from_statuses = frozenset({Status.OPENED})
    vote = OwnRowField(Vote, lambda hearing: hearing.votes.all())


class Drop(VoteAct):
    verb, label, icon, done = "drop-vote", "删掉", "x", "表决事项已删掉。"
    from_statuses = Put.from_statuses

    def act(self, vote):
        return votes.drop_vote(vote, actor=self.user)


class OpenVote(VoteAct):
    verb, label, icon, done = "open-vote", "开始表决", "vote", "表决开始，应到和实到人数已定下来。"

    def act(self, vote):
        return votes.open_vote(vote, actor=self.user)


def teller_field():
    return words_field("计票人", 40, help_text="会公开。")


class CountHands(VoteAct):
    verb, label, icon, done, is_quiet = "count", "登记票数", "check", "票数已登记，结果已算出。", False
    for_count = number_field("同意", most=10_000)
    against_count = number_field("反对", most=10_000)
    abstained_count = number_field("弃权", most=10_000)
    teller = teller_field()

    def act(self, vote, **cleaned):
        return votes.close_vote(vote, actor=self.user, **cleaned)


class CountBallots(VoteAct):
    verb, label, icon, done, is_quiet = "open-box", "结束投票并计票", "check", "投票结束，结果已算出。", False
    teller = teller_field()

    def act(self, vote, teller):
        return ballots.close_ballot(vote, teller=teller, actor=self.user)


class SendCodes(VoteAct):
    verb, label, icon = "send-codes", "发到手机", "send"

    def act(self, vote):
        count = slips.queue_codes(vote)
        self.done = f"正在给 {count} 个人发短信，发不出去的可以打印纸条。" if count else "每个人都有选票码了。"
        return vote


class Recount(VoteAct):
    verb, label, icon = "recount", "复核选票", "refresh"
    from_statuses = frozenset({Status.OPENED, Status.CLOSED, Status.PUBLISHED})
    vote = OwnRowField(Vote, lambda hearing: hearing.votes.counted().filter(way=Vote.Way.BALLOT))

    def act(self, vote):
        found = ballots.recount(vote)
        if not found.is_same:
            raise ValidationError("复核不一致：选票和计票时不一样。请封存数据，报告上级。", code="recount")
        self.done = f"复核一致：用了 {found.codes_used} 个选票码，选票 {sum(found.counts.values())} 张，一张没有变。"
        return vote


VOTE_ACTS = (Put, Drop, OpenVote, CountHands, CountBallots, SendCodes, Recount)


class Slips(VoteAct):
    """Printing: for all without a code, or anew for the one `attendee`."""

    verb, label, icon = "slips", "打印选票码", "printer"
    attendee = OwnRowField(Attendee, lambda hearing: hearing.attendees.all(), required=False)

    def act(self, vote, attendee):
        if attendee is None:
            return vote, ballots.issue_codes(vote, actor=self.user)
        return vote, [(attendee, ballots.issue_code(vote, attendee, actor=self.user))]


# --- Residents --------------------------------------------------------------------------------------------------------
class BallotForm(forms.Form):
    """`hearing`'s open vote is on the page; a page left open shows its own question until it is sent."""

    vote = forms.ModelChoiceField(Vote.objects.none(), widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label="您的意见",
        choices=[*Ballot.Choice.choices[:3], ("void", "投空白票（算无效票）")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项。", "invalid_choice": "请从列出的里面选。"},
    )
    code = forms.CharField(
        label="选票码",
        max_length=30,
        help_text="纸条或短信上的 9 位数字。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-ballot-code": ""}),
        error_messages={"required": "请填选票码。", "max_length": MISTYPED},
    )

    def __init__(self, *args, hearing, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vote"].queryset = hearing.votes.filter(way=Vote.Way.BALLOT, opened_at__isnull=False)

    def clean_code(self):
        code = re.sub(r"\D", "", plain(self.cleaned_data["code"]))
        if not ballot_codes.is_well_formed(code):
            raise ValidationError(MISTYPED, code="mistyped")
        return code


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label="回执",
        max_length=20,
        help_text="投票以后页面上的 8 位字母和数字。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": "请填回执。", "max_length": "回执是 8 位字母和数字。"},
    )

    def clean_receipt(self):
        receipt = re.sub(r"[\W_]", "", plain(self.cleaned_data["receipt"])).upper()
        if len(receipt) != 8 or set(receipt) - set(CODE_ALPHABET):
            raise ValidationError("回执是 8 位字母和数字，没有 0、1、I、L、O，请再看一遍。", code="mistyped")
        return receipt
