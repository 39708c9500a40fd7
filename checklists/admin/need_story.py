"""All that the staff's page of one need shows: its story, its track, and the next steps that this user may take."""

from datetime import timedelta

import segno
from django.urls import reverse
from django.utils import timezone

from checklists.admin import presenting
from checklists.changes import changes_of
from checklists.forms.answering import offer_answers
from checklists.forms.steps import steps_for
from checklists.linking import links_of
from checklists.models import Appeal, Dispatch, Need
from checklists.services import needs
from checklists.services.bookings import spoken
from checklists.services.links import make_link
from checklists.services.needs.parts import split_is_possible
from organizations.parameters import parameters

PERSONAL = (
    ("联系人", "contact_name"),
    ("手机号", "contact_phone"),
    ("详细地址", "address_detail"),
    ("替谁反映", "on_behalf_of"),
)
SHOWN_VOICES = 20


def story(need, user, *, can_change, bound=None, at=None):
    """The page's context; `bound` is the step that came back with errors, filled in, or to be looked at first."""
    at = at or timezone.now()
    open_dispatch = need.dispatches.open().select_related("resource__unit").first()
    inquiries = inquiry_rows(need, at)
    steps = _steps(need, user, can_change, bound, is_asked=any(row["link"] for row in inquiries))
    return {
        "need": need,
        "tone": presenting.tone(need),
        "deadline": presenting.deadline_parts(need, at),
        "steps": steps,
        "main_steps": [step for step in steps if not step.is_quiet and step.verb != "dispatch"],
        **_next(need, steps, can_change, at),
        "dispatch_step": next((step for step in steps if step.verb == "dispatch"), None),
        "merge_step": next((step for step in steps if step.verb == "merge"), None),
        "proposals": presenting.proposal_cards(need) if need.status == Need.Status.ACCEPTED else [],
        "fallen": presenting.fallen(need),
        "is_matching": need.match_due_at is not None,
        "timeline": presenting.timeline(need),
        "photos": presenting.photo_links(need, "admin:checklists_need_photo"),
        "duplicates": _duplicates(need, user),
        "open_dispatch": open_dispatch,
        "link": make_link(open_dispatch) if open_dispatch and can_change else "",
        "receiver": presenting.receivers([need]).get(need.pk, ""),
        "duties": need.building.grid.duties.current() if need.building_id and need.building.grid_id else [],
        "dispatches": need.dispatches.select_related("resource__unit"),
        "claim": need.claims.active().select_related("team", "volunteer").first(),
        "appeal": Appeal.objects.claimable().filter(need=need).first(),
        "can_reveal": user.has_perm("accounts.reveal_personal"),
        "personal": [
            (label, field, getattr(need, f"masked_{field}")) for label, field in PERSONAL if getattr(need, field)
        ],
        "no_show": _no_show(need, user),
        "booked": [spoken(row.day, row.half) for row in open_dispatch.bookings.all()] if open_dispatch else [],
        "inquiries": inquiries,
        "voices": voices(need, steps),
        "parts": part_rows(need),
        "links": links_of(need, user),
        "changes": changes_of(need, user),
    }


def _steps(need, user, can_change, bound, *, is_asked):
    may = can_change and Need.objects.allowed(user, needs.deciding_right(need)).filter(pk=need.pk).exists()
    steps = [
        bound if bound is not None and isinstance(bound, step) else step(need=need, user=user)
        for step in steps_for(need)
        if may and not (is_asked and step.verb == "ask")
    ]
    if bound is not None and not any(step is bound for step in steps):
        steps.insert(0, bound)
    offer_answers(need, [step for step in steps if step is not bound or not step.chips])
    return steps


def _next(need, steps, can_change, at):
    """The quiet steps; for a need that nobody fits for long, handing it up comes forward with the reason."""
    limits = parameters("unmet_need_days", "split_max_count")
    quiet = [step for step in steps if step.is_quiet]
    found = {"more_steps": quiet, "unmatched": "", "unmatched_step": None, "split_url": ""}
    before = at - timedelta(days=limits["unmet_need_days"])
    if can_change and Need.objects.unmatched(before).filter(pk=need.pk).exists():
        days = (at - need.submitted_at).days
        found["unmatched"] = f"这件事 {days} 天了一直配不上资源，社区自己办不了的，请上报。"
        found["unmatched_step"] = next((step for step in quiet if step.verb == "escalate"), None)
        found["more_steps"] = [step for step in quiet if step.verb != "escalate"]
    if can_change and split_is_possible(need):
        found["split_url"] = reverse("admin:checklists_need_split", args=[need.pk])
    return found


def _no_show(need, user):
    """How often units found nobody there who came for needs of this phone number, within the user's own reach."""
    count = Dispatch.objects.visible_to(user).no_shows().of_phone(need.contact_phone_index).count()
    return f"此手机号有 {count} 次爽约" if count else ""


def _duplicates(need, user):
    if not need.is_open or need.parent_id:
        return []
    rows = Need.objects.visible_to(user).select_related("category", "building__quarter", "community")
    return needs.suggest_duplicates(need, rows)


def inquiry_rows(need, at):
    """What was asked of the resident, with its state in words; `link` and `qr` of the one that may be answered."""
    rows = []
    for inquiry in need.inquiries.select_related("asked_by"):
        is_open = inquiry.is_open(at) and need.is_open
        link = needs.inquiry_link(inquiry) if is_open else ""
        if inquiry.answered_at:
            tone, word = "ok", "已答复"
        elif is_open:
            tone, word = "info", f"等答复，{presenting.spoken(inquiry.expires_at - at)}后过期"
        else:
            tone, word = "warn", "居民未答复"
        qr = segno.make(link, error="m").svg_data_uri(scale=4, border=2) if link else ""
        rows.append({"inquiry": inquiry, "tone": tone, "word": word, "link": link, "qr": qr})
    return rows


def voices(need, steps):
    """The neighbours who need it too: how many, the first of them masked, and what that means for the matching."""
    count = need.supports.count()
    if not count:
        return None
    rows = list(need.supports.select_related("building__quarter")[:SHOWN_VOICES])
    hint = f"匹配仍按服务人数 {need.people_count} 人。"
    if any(step.verb == "correct" for step in steps):
        hint += "要一起办，可用“更正信息”改服务人数。"
    return {"count": count, "rows": rows, "more": count - len(rows), "hint": hint}


def part_rows(need):
    """The parts of a split need, and how each stands."""
    parts = needs.parts_of(need).with_holder() if need.status != Need.Status.SUBMITTED else []
    return [{"need": part, "tone": presenting.tone(part), "holder": part.holder} for part in parts]
