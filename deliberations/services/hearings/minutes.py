"""会议纪要 as the rows tell it: what the recorder begins with and edits. No resident's name stands in it."""

from django.utils import timezone

from deliberations.services.hearings.quorum import quorum_of

MOST = 3000


def draft(hearing):
    """The text, cut at what the minutes may hold."""
    parts = [
        _head(hearing),
        _numbered("议程", [_item(item) for item in hearing.agenda.prefetch_related("speeches__attendee")]),
        _numbered("表决", [_vote(vote) for vote in hearing.votes.counted()]),
        _numbered("意见", [opinion.text for opinion in hearing.opinions.all()]),
        _numbered("决议事项", [_outcome(outcome) for outcome in hearing.outcomes.all()]),
    ]
    return "\n\n".join(part for part in parts if part)[:MOST]


def _head(hearing):
    opened = timezone.localtime(hearing.opened_at or hearing.starts_at)
    quorum = quorum_of(hearing)
    lines = [
        f"{hearing.get_kind_display()}：{hearing.title}",
        f"时间：{opened:%Y年%m月%d日 %H:%M}，地点：{hearing.place}。",
        f"主持人：{hearing.host}，记录人：{hearing.recorder}。",
        f"应到 {quorum.entitled} 人，实到 {quorum.present} 人，达到法定人数 {quorum.needed} 人。",
    ]
    return "\n".join(lines)


def _numbered(title, lines):
    return "\n".join([f"{title}：", *(f"{number}. {line}" for number, line in enumerate(lines, 1))]) if lines else ""


def _item(item):
    spoke = [speech.attendee.get_role_display() for speech in item.speeches.all() if speech.started_at]
    if item.started_at is None:
        return f"{item.title}（没有进行）"
    return f"{item.title}，{len(spoke)} 人次发言（{'、'.join(dict.fromkeys(spoke))}）" if spoke else item.title


def _vote(vote):
    counts = vote.counts
    void = f"，无效 {counts['void']}" if counts["void"] else ""
    return (
        f"{vote.question}（{vote.get_way_display()}）：实到 {vote.present_count} 人，同意 {counts['for']}，"
        f"反对 {counts['against']}，弃权 {counts['abstain']}{void}，未投 {counts['none']}，"
        f"{'通过' if vote.is_passed else '没有通过'}。计票人：{vote.teller}。"
    )


def _outcome(outcome):
    return f"{outcome.text}，{outcome.owner}负责，{outcome.due_on:%Y年%m月%d日}前完成"
