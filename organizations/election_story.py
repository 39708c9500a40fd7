"""What the page and the paper of an election show, as plain values."""

from organizations.services.elections import result_of

TITLES = {"prepared": "开始筹备", "held": "选举", "reported": "报上级批准", "confirmed": "批复", "voided": "未成立"}
COMING = {"prepared": ("选举", "报上级批准", "批复"), "held": ("报上级批准", "批复"), "reported": ("批复",)}


def candidates_of(election):
    """[{row, percent, word, tone}]: the votes as a share of those present, and what became of each."""
    result = result_of(election)
    elected, tied = ({row.pk for row in rows} for rows in (result[:2] if result else ((), ())))
    rows = []
    for row in election.candidacies.select_related("member"):
        percent = round(100 * row.yes_votes / election.present_count) if result and election.present_count else None
        tone, word = (
            ("ok", "当选") if row.pk in elected else ("warn", "票数相等") if row.pk in tied else ("plain", "未当选")
        )
        rows.append({"row": row, "percent": percent, "tone": tone if result else "", "word": word if result else ""})
    return rows


def timeline(election):
    steps = [
        {
            "at": event.at,
            "title": TITLES[event.to_status],
            "note": event.note,
            "who": str(event.actor or "系统"),
            "state": "stopped" if event.to_status == "voided" else "done",
        }
        for event in election.events.select_related("actor")
    ]
    return steps + [{"title": title, "state": "next"} for title in COMING.get(election.status, ())]
