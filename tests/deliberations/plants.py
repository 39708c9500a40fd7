"""One row of every model of what people say and decide together, for the scope matrix."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import PrivacyNotice
from deliberations import models

PHONE = "13800000001"


def deliberation_rows(place):
    message = _message(place)
    case = _case(place)
    issue = models.Issue.objects.create(community=place.community, title="修路灯", text="晚上看不见路")
    hearing = models.Hearing.objects.create(
        community=place.community,
        kind="hearing",
        title="装电梯",
        background="三单元想装",
        starts_at=timezone.now() + timedelta(days=20),
        place="活动室",
        host="赵主任",
        recorder="钱委员",
    )
    return [
        models.Wish.objects.create(need=place.need, words="想要一台收音机"),
        *_message_rows(place, message),
        *_case_rows(place, case),
        issue,
        issue.events.create(to_status="raised", at=timezone.now()),
        *_hearing_rows(place, hearing),
        *_survey_rows(place),
    ]


def _message(place):
    return models.Message.objects.create(
        community=place.community,
        topic=models.MessageTopic.objects.first(),
        text="路灯坏了",
        name="孙先生",
        phone=PHONE,
        notice=PrivacyNotice.objects.first() or PrivacyNotice.objects.create(version="1", text="告知"),
    )


def _message_rows(place, message):
    return [
        message,
        message.photos.create(image="x.jpg"),
        message.replies.create(text="已报修", replied_by=place.clerk),
        message.supports.create(phone_index="a"),
        message.flags.create(reason="other", reader="b"),
        message.moderation_acts.create(act="published", actor=place.clerk),
        models.Block.objects.create(
            community=place.community,
            phone_index="c",
            reason="广告",
            ends_at=timezone.now() + timedelta(days=1),
            actor=place.clerk,
        ),
    ]


def _case(place):
    """Its clerk is named in it: without that nobody sees it at all."""
    case = models.Case.objects.create(community=place.community, kind="neighbours", facts="漏水")
    case.readers.create(user=place.clerk)
    return case


def _case_rows(place, case):
    today = timezone.localdate()
    mediator = models.Mediator.objects.create(
        organization=place.body, name="李调解", ends_on=today + timedelta(days=1000)
    )
    party = case.parties.create(side="applicant", name="周某", phone=PHONE)
    accord = models.Accord.objects.create(case=case, facts="漏水", terms="修好", manner="现场", perform_by=today)
    return [
        mediator,
        case,
        case.readers.get(),
        party,
        case.mediators.create(mediator=mediator),
        case.sessions.create(
            held_at=timezone.now(), place="调解室", present="双方", record="各自说明", recorded_by=place.clerk
        ),
        case.papers.create(kind="evidence", file="x", added_by=place.clerk),
        case.events.create(to_status="applied", at=timezone.now()),
        case.openings.create(user=place.clerk, what="案件"),
        accord,
        accord.signatures.create(party=party, image="x.png"),
        accord.follow_ups.create(due_on=today),
    ]


def _hearing_rows(place, hearing):
    attendee = hearing.attendees.create(name="吴代表", phone=PHONE)
    item = hearing.agenda.create(order=1, title="介绍方案")
    outcome = hearing.outcomes.create(text="六月前装好", owner="物业", due_on=date(2030, 6, 1))
    vote = hearing.votes.create(question="同意方案一", way="ballot")
    return [
        hearing,
        hearing.papers.create(title="方案", file="x.pdf"),
        attendee,
        item,
        item.speeches.create(attendee=attendee),
        hearing.opinions.create(text="要装扶手"),
        hearing.events.create(to_status="drafted", at=timezone.now()),
        outcome,
        outcome.events.create(to_status="open", at=timezone.now()),
        vote,
        vote.codes.create(attendee=attendee, code_hash=f"code of {place.number}"),
        vote.ballots.create(choice="for", receipt_hash=f"receipt of {place.number}"),
    ]


def _survey_rows(place):
    survey = models.Survey.objects.create(
        community=place.community,
        title="物业评议",
        subject="service",
        subject_name="物业",
        ends_on=timezone.localdate() + timedelta(days=9),
        made_by=place.clerk,
    )
    question = survey.questions.create(order=1, text="满意吗", kind="single")
    choice = question.choices.create(order=1, text="满意", points=100)
    sheet = survey.sheets.create()
    count = survey.paper_counts.create(returned_count=1)
    return [
        survey,
        survey.events.create(to_status="drafted", at=timezone.now()),
        survey.groups.create(name="居民"),
        question,
        choice,
        survey.tickets.create(code_hash=f"ticket of {place.number}"),
        sheet,
        sheet.answers.create(question=question, choice=choice),
        survey.answerers.create(mark=f"phone of {place.number}"),
        survey.inquiries.create(text="明年打算做什么"),
        count,
        count.tallies.create(question=question, choice=choice, count=1),
    ]
