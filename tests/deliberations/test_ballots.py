"""无记名投票: one ballot for each code; and what somebody learns who reads every table and counts.

The attacker knows who holds which code and has all rows. What stays out of reach is for what each of them voted.
"""

import logging
import re
from collections import Counter

import pytest
from auditlog.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from deliberations import ballot_codes
from deliberations.models import Ballot, BallotCode, HearingEvent, Vote
from deliberations.services.hearings import ballots, running, slips
from deliberations.tasks.hearings import send_ballot_code
from organizations.models import ParameterValue
from tests import factories as make
from tests.deliberations.meetings import add_person, make_clerk, open_meeting, open_vote
from tests.races import race, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


@pytest.fixture
def hearing(clerk, community):
    return open_meeting(clerk, community, entitled=7, present=6)


@pytest.fixture
def vote(clerk, hearing):
    return open_vote(hearing, clerk)


@pytest.fixture
def codes(clerk, vote):
    return [code for _, code in ballots.issue_codes(vote, actor=clerk)]


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    error = refused.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


def close(vote, clerk):
    return ballots.close_ballot(vote, teller="李计票", actor=clerk)


class TestCodes:
    def test_one_for_each_who_is_there_and_entitled(self, clerk, hearing, vote):
        add_person(hearing, is_entitled=False)
        late = add_person(hearing, signed_in_at=timezone.now())
        drawn = ballots.issue_codes(vote, actor=clerk)
        assert len({code for _, code in drawn}) == 6 and late not in [person for person, _ in drawn]
        assert ballots.issue_codes(vote, actor=clerk) == []
        assert all(ballot_codes.is_well_formed(code) for _, code in drawn)

    def test_are_kept_nowhere(self, codes):
        rows = str(list(BallotCode.objects.values())) + str(list(LogEntry.objects.values()))
        rows += str(list(HearingEvent.objects.values()))
        assert not any(code in rows or ballot_codes.spoken(code) in rows for code in codes)

    def test_a_new_one_voids_the_one_before_while_it_is_unused(self, clerk, vote, codes):
        row = vote.codes.get(code_hash=ballots.code_hash(codes[0]))
        new = ballots.issue_code(vote, row.attendee, actor=clerk)
        assert refusal(ballots.cast_ballot, codes[0], "for") == "unknown"
        ballots.cast_ballot(new, "for")
        assert refusal(ballots.issue_code, vote, row.attendee, actor=clerk) == "used"

    def test_not_for_hands_nor_after_the_end(self, clerk, hearing, vote):
        close(vote, clerk)
        assert refusal(ballots.issue_codes, vote, actor=clerk) == "status"
        assert refusal(ballots.issue_codes, open_vote(hearing, clerk, "hands"), actor=clerk) == "status"
        with pytest.raises(PermissionDenied):
            ballots.issue_codes(vote, actor=make_clerk(make.make_community()))

    def test_by_message_it_is_drawn_where_it_is_sent(self, vote):
        person = ballots.without_code(vote).first()
        channels.outbox.clear()
        send_ballot_code(vote.pk, person.pk)
        ((phone, words),) = channels.outbox
        code = re.sub(r"\D", "", re.search(r"选票码 ([\d ]+)", words)[1])
        assert phone == person.phone and slips.ballot_address(vote, code) in words
        assert ballots.cast_ballot(code, "for")

    def test_what_was_not_sent_can_be_printed(self, vote, settings):
        settings.MESSAGE_CHANNEL = ""
        send_ballot_code(vote.pk, ballots.without_code(vote).first().pk)
        assert not vote.codes.exists()


class TestCasting:
    def test_once_for_each_code(self, vote, codes):
        assert ballots.cast_ballot(codes[0], "for") != ballots.cast_ballot(codes[1], "against")
        assert refusal(ballots.cast_ballot, codes[0], "against") == "used"
        assert ballots.turnout(vote) == (6, 2)

    def test_what_is_refused(self, clerk, hearing, vote, codes):
        assert refusal(ballots.cast_ballot, ballot_codes.draw(), "for") == "unknown"
        assert refusal(ballots.cast_ballot, codes[0], "maybe") == "invalid"
        other = Vote.objects.create(hearing=hearing, question="别的", way="ballot")
        assert refusal(ballots.cast_ballot, codes[0], "for", vote=other) == "other"
        close(vote, clerk)
        assert refusal(ballots.cast_ballot, codes[0], "for") == "closed"
        assert not vote.ballots.exists()

    def test_counted_with_void_and_not_cast(self, clerk, vote, codes):
        for code, choice in zip(codes, ["for", "for", "against", "abstain", "void"], strict=False):
            ballots.cast_ballot(code, choice)
        vote = close(vote, clerk)
        assert vote.counts == {"for": 2, "against": 1, "abstain": 1, "void": 1, "none": 1}
        assert vote.is_passed is False and vote.teller == "李计票"
        assert close(vote, clerk).closed_at == vote.closed_at

    def test_a_recount_finds_what_was_changed(self, clerk, vote, codes):
        for code in codes[:4]:
            ballots.cast_ballot(code, "against")
        vote = close(vote, clerk)
        assert ballots.recount(vote).is_same
        ballot = vote.ballots.first()
        ballot.choice = "for"
        ballot.save()
        assert not ballots.recount(vote).is_same
        ballot.choice = "against"
        ballot.save()
        assert ballots.recount(vote).is_same, "the same choice sealed anew is the same ballot"
        Ballot.objects.create(vote=vote, choice="for", receipt_hash="0" * 64)
        assert not ballots.recount(vote).is_same
        vote.ballots.filter(receipt_hash="0" * 64).delete()
        Vote.objects.filter(pk=vote.pk).update(for_count=1, against_count=3)
        assert not ballots.recount(Vote.objects.get(pk=vote.pk)).is_same

    def test_the_receipt_says_that_and_never_what(self, hearing, clerk, vote, codes):
        receipt = ballots.cast_ballot(codes[0], "for")
        assert ballots.check_receipt(vote, receipt) is True
        assert not ballots.check_receipt(vote, "ABCDEFGH")
        assert receipt not in str(list(Ballot.objects.values()))


class TestSecrecy:
    def rows(self, vote):
        return list(Ballot.objects.filter(vote=vote).values_list("pk", "choice", "receipt_hash"))

    def test_every_ballot_writes_all_of_them_anew(self, vote, codes):
        ballots.cast_ballot(codes[0], "for")
        before = self.rows(vote)
        ballots.cast_ballot(codes[1], "against")
        assert not {pk for pk, _, _ in before} & {pk for pk, _, _ in self.rows(vote)}
        assert {receipt for _, _, receipt in before} < {receipt for _, _, receipt in self.rows(vote)}

    def test_a_receipt_does_not_stay_beside_its_choice(self, vote, codes):
        """Whoever sees a voter's receipt and the table learns nothing: its row holds anybody's choice."""
        receipt = ballots.receipt_hash(ballots.cast_ballot(codes[0], "for"))
        seen = Counter()
        for code in codes[1:5]:
            ballots.cast_ballot(code, "against")
        for _ in range(60):
            ballots._deal_anew(vote, "against", f"{len(seen):064}{vote.ballots.count()}"[-64:])
            seen[vote.ballots.get(receipt_hash=receipt).choice] += 1
        assert seen["against"] > seen["for"], "most of the others' choices have stood beside it by now"

    def test_the_tables_tell_no_state_of_the_count(self, vote, codes):
        """Choices are sealed, all in one length; the second that the seal shows is that of the last ballot for all."""
        for code, choice in zip(codes, ["for", "against", "abstain", "void"], strict=False):
            ballots.cast_ballot(code, choice)
        with connection.cursor() as cursor:
            cursor.execute("SELECT choice FROM deliberations_ballot")
            sealed = [choice for (choice,) in cursor.fetchall()]
        assert len({len(choice) for choice in sealed}) == 1 and len(set(sealed)) == 4
        assert not any(word in "".join(sealed) for word in ("for", "against", "abstain", "void"))

    def test_no_columns_of_time_and_no_link(self):
        assert {field.name for field in Ballot._meta.get_fields()} == {"id", "vote", "choice", "receipt_hash"}
        assert {field.name for field in BallotCode._meta.get_fields()} == {
            "id",
            "vote",
            "attendee",
            "code_hash",
            "is_used",
        }

    def test_nothing_else_is_written(self, client, hearing, vote, codes, caplog):
        """No audit row, no event, no session, no cookie, no line in a log; even for somebody who is signed in."""
        client.force_login(make.make_superuser())
        session = Session.objects.get()
        before = (LogEntry.objects.count(), HearingEvent.objects.count(), session.expire_date, session.session_data)
        page = reverse("hearings:ballot", args=[hearing.code])
        assert "sessionid" not in client.get(page).cookies
        client.cookies["csrftoken"] = "x" * 32
        tables = []
        with caplog.at_level(logging.DEBUG), connection.execute_wrapper(self.writes(tables)):
            answer = client.post(page, {"vote": vote.pk, "choice": "for", "code": codes[0]})
        assert "您的回执" in answer.content.decode() and not answer.cookies
        session = Session.objects.get()
        assert before == (
            LogEntry.objects.count(),
            HearingEvent.objects.count(),
            session.expire_date,
            session.session_data,
        )
        assert set(tables) == {"deliberations_ballotcode", "deliberations_ballot"}
        assert codes[0] not in caplog.text.replace(" ", "") and '"for"' not in caplog.text
        assert "no-store" in answer["Cache-Control"] and "超级管理员" not in answer.content.decode()

    @staticmethod
    def writes(tables):
        def watch(execute, sql, params, many, context):
            if found := re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql):
                tables.append(found[1])
            return execute(sql, params, many, context)

        return watch


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestSecrecyOnDisk:
    """What PostgreSQL keeps beside each row: the transaction that wrote it, and where it lies."""

    def hidden(self, table):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT xmin::text, ctid::text, * FROM {table} ORDER BY ctid")  # noqa: S608
            return cursor.fetchall()

    def test_one_transaction_wrote_all(self, vote, codes):
        for code in codes[:5]:
            ballots.cast_ballot(code, "for")
        ballot_writers = {row[0] for row in self.hidden("deliberations_ballot")}
        code_writers = {row[0] for row in self.hidden("deliberations_ballotcode")}
        assert len(ballot_writers) == 1 and ballot_writers == code_writers, (
            "used or not, all carry the last one's number"
        )

    def test_the_place_on_disk_does_not_follow_the_casting(self, vote, codes):
        """The first to vote is as likely to lie first as anybody; codes keep the order in which they were given out."""
        order = [row[2] for row in self.hidden("deliberations_ballotcode")]
        ballots.cast_ballot(codes[0], "for")
        first_places = Counter()
        for code in codes[1:]:
            ballots.cast_ballot(code, "against")
        for _ in range(40):
            ballots._deal_anew(vote, "against", f"{vote.ballots.count():064}")
            places = [Ballot.objects.get(pk=row[2]).choice for row in self.hidden("deliberations_ballot")]
            first_places[places.index("for") * 4 // len(places)] += 1
        assert len(first_places) >= 3, "it lies in any quarter of the table"
        assert [row[2] for row in self.hidden("deliberations_ballotcode")] == order

    def test_of_two_with_the_same_code_one_votes(self, vote, codes):
        found = race(*[lambda choice=choice: ballots.cast_ballot(codes[0], choice) for choice in ("for", "against")])
        assert len(won(found)) == 1 and vote.ballots.count() == 1

    def test_all_at_once_none_is_lost(self, clerk, vote, codes):
        found = race(*[lambda code=code: ballots.cast_ballot(code, "for") for code in codes])
        assert len(set(won(found))) == 6 and close(vote, clerk).for_count == 6

    def test_two_tellers_close_it_once(self, clerk, hearing, vote, codes):
        ballots.cast_ballot(codes[0], "for")
        found = race(lambda: close(vote, clerk), lambda: ballots.close_ballot(vote, teller="周计票", actor=clerk))
        assert len({row.teller for row in won(found)}) == 1
        assert hearing.events.filter(note__startswith="表决").count() == 1

    def test_a_ballot_at_the_last_moment_is_counted_or_refused(self, clerk, vote, codes):
        ballots.cast_ballot(codes[0], "for")
        cast, closed = race(lambda: ballots.cast_ballot(codes[1], "for"), lambda: close(vote, clerk))
        was_cast = not isinstance(cast, ValidationError)
        assert closed.for_count == 1 + was_cast and ballots.recount(closed).is_same


class TestPages:
    @pytest.fixture
    def page(self, hearing):
        return reverse("hearings:ballot", args=[hearing.code])

    def words(self, answer):
        return answer.content.decode()

    def test_a_vote_and_its_receipt(self, client, page, hearing, clerk, vote, codes):
        assert "同意方案二" in self.words(client.get(page))
        typed = f" {ballot_codes.spoken(codes[0])} ".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        answer = client.post(page, {"vote": vote.pk, "choice": "void", "code": typed})
        assert answer.status_code == 200
        receipt = re.search(r">([2-9A-Z]{8})<", self.words(answer))[1]
        check = reverse("hearings:receipt", args=[hearing.code])
        assert "已收到" in self.words(client.post(check, {"receipt": receipt.lower()}))
        close(vote, clerk)
        counted = self.words(client.post(check, {"receipt": receipt}))
        assert "已计入结果" in counted and "无效" not in counted
        assert client.post(check, {"receipt": "ABCDEFGH"}).status_code == 422

    def test_a_double_vote_is_refused_plainly(self, client, page, vote, codes):
        sent = {"vote": vote.pk, "choice": "for", "code": codes[0]}
        client.post(page, sent)
        answer = client.post(page, sent)
        assert answer.status_code == 422 and "已经投过票" in self.words(answer)

    def test_no_vote_no_form(self, client, page, clerk, hearing, vote):
        close(vote, clerk)
        running.close_hearing(hearing, actor=clerk)
        assert "现在没有正在进行的投票" in self.words(client.get(page))
        assert client.get(reverse("hearings:ballot", args=["ABCDEFGH"])).status_code == 404

    def test_guessing_is_slowed_and_mistyping_is_not(self, client, page, vote, codes):
        ParameterValue.objects.filter(parameter__key="code_failures_per_hour").update(value=5)
        sent = {"vote": vote.pk, "choice": "for"}
        wrong = codes[0][:-1] + str((int(codes[0][-1]) + 1) % 10)
        for _ in range(8):
            answer = client.post(page, {**sent, "code": wrong})
            assert answer.status_code == 422 and "有一位不对" in self.words(answer)
        found = [client.post(page, {**sent, "code": ballot_codes.draw()}).status_code for _ in range(7)]
        assert found[:5] == [422] * 5 and found[-1] == 429
        assert vote.ballots.count() == 0

    def test_the_code_is_never_in_an_address(self, vote, codes):
        address = slips.ballot_address(vote, codes[0])
        assert codes[0] in address.partition("#")[2] and codes[0] not in address.partition("#")[0]
