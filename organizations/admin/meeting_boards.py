"""组织生活达标: the calendar of one branch, and the board of a community's branches, red, amber or green."""

from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views import View

from govern.spreadsheets import CONTENT_TYPE, write_sheet
from govern.views import number
from organizations.cadence import PERIODS, Light, State
from organizations.compliance import records, settings_on
from organizations.models import Meeting, Organization
from organizations.talk_story import tally_of

LIGHTS = {
    Light.RED: ("bad", "红灯"),
    Light.AMBER: ("warn", "黄灯"),
    Light.GREEN: ("ok", "绿灯"),
    Light.NONE: ("plain", "不要求"),
}
STATES = {
    State.DONE: ("ok", "已开"),
    State.DUE: ("info", "待开"),
    State.SOON: ("warn", "快到期"),
    State.MISSED: ("bad", "漏开"),
    State.AHEAD: ("plain", "未到"),
    State.FREE: ("plain", "不要求"),
}
PER_PAGE = 50


class MeetingsView(View):
    """`?year=` (this one); only what is within reach."""

    model_admin = None

    def dispatch(self, request, *args, **kwargs):
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        self.today = timezone.localdate()
        asked = number(request.GET.get("year"))
        self.year = asked if asked and 2000 <= asked <= 2100 else self.today.year
        self.visible = Organization.objects.allowed(request.user, "organizations.view_meeting")
        return super().dispatch(request, *args, **kwargs)

    def answer(self, template, **context):
        base = {**self.model_admin.admin_site.each_context(self.request), "opts": Meeting._meta, "year": self.year}
        base["years"] = [self.year - 1, self.year + 1]
        path = f"admin/organizations/meeting/{template}.html"
        return TemplateResponse(self.request, path, {**base, **context})


def meetings_page(branch, kind, starts_on, ends_on):
    """The address of the list of what a branch and its groups held from one day to the other."""
    after = ends_on + timedelta(days=1)
    days = {"starts_at__gte": f"{starts_on} 00:00:00+08:00", "starts_at__lt": f"{after} 00:00:00+08:00"}
    query = urlencode({"under": branch.pk, "kind__exact": kind.value, **days})
    return f"{reverse('admin:organizations_meeting_changelist')}?{query}"


# --- One branch -------------------------------------------------------------------------------------------------------
class CalendarView(MeetingsView):
    """A year of one branch: the kinds, each period done, due or missed."""

    def get(self, request, pk):
        rows = self.visible.filter(kind__in=Organization.BRANCHES).select_related("parent")
        branch = get_object_or_404(rows, pk=pk)
        (record,) = records([branch], year=self.year, today=self.today)
        return self.answer(
            "calendar",
            title=f"{branch}的组织生活",
            branch=branch,
            light=LIGHTS[record.light],
            record=record,
            lines=[self.line(branch, cell) for cell in record.cells],
            can_add=self.model_admin.has_add_permission(request),
            rules=settings_on(self.today),
            talks=self.talks(branch),
        )

    def talks(self, branch):
        """谈心谈话 of the year, for whoever may see them."""
        user = self.request.user
        if not user.has_perm("organizations.view_talk"):
            return None
        days = {"held_on__year": self.year}
        return {
            "tally": tally_of(branch, year=self.year, today=self.today),
            "url": f"{reverse('admin:organizations_talk_changelist')}?{urlencode({'under': branch.pk, **days})}",
            "can_add": user.has_perm("organizations.add_talk"),
        }

    def line(self, branch, cell):
        return {
            "kind": cell.kind,
            "period": PERIODS[cell.kind.value].words,
            "light": LIGHTS[cell.light],
            "cell": cell,
            "slots": [
                {
                    "slot": slot,
                    "span": PERIODS[cell.kind.value].months,
                    "tone": STATES[slot.state][0],
                    "word": STATES[slot.state][1],
                    "above": cell.above_in(slot),
                    "url": meetings_page(branch, cell.kind, slot.starts_on, slot.ends_on),
                }
                for slot in cell.slots
            ],
        }


def word_of(cell):
    """What the light of one kind says."""
    if cell.missed:
        return f"漏 {cell.missed} 次"
    states = {slot.state for slot in cell.slots}
    waiting = next((state for state in (State.SOON, State.DUE) if state in states), None)
    if waiting:
        return STATES[waiting][1]
    return "达标" if cell.light is Light.GREEN else LIGHTS[cell.light][1]


# --- Many branches ----------------------------------------------------------------------------------------------------
class BoardView(MeetingsView):
    """`?under=` one community's branches by kind; without it, how many of each light the communities have."""

    def get(self, request):
        bodies = list(self.visible.standing().at_tier(Organization.Tier.COMMUNITY))
        key = number(request.GET.get("under"))
        body = next((each for each in bodies if each.pk == key), None)
        return self.communities(bodies) if body is None and len(bodies) > 1 else self.community(body, bodies)

    def records_of(self, rows):
        return records(rows.branches().select_related("parent"), year=self.year, today=self.today)

    def communities(self, bodies):
        found = {body.pk: [] for body in bodies}
        for record in self.records_of(self.visible):
            branch = record.branch
            top = branch.pk if branch.tier == Organization.Tier.COMMUNITY else branch.parent_id
            found.get(top, []).append(record)
        lines = [self.summary(body, found[body.pk]) for body in bodies]
        page = Paginator(lines, PER_PAGE).get_page(self.request.GET.get("page"))
        return self.answer(
            "communities", title="组织生活达标", page_obj=page, rules=settings_on(self.today), query=self.query()
        )

    def summary(self, body, found):
        counts = Counter(each.light for each in found)
        return {
            "body": body,
            "count": len(found),
            "lights": [(*LIGHTS[light], light.value, counts[light]) for light in LIGHTS],
            "missed": sum(each.missed for each in found),
            "query": urlencode({"under": body.pk, "year": self.year}),
        }

    def community(self, body, bodies):
        everything = self.records_of(self.visible.below(body) if body else self.visible)
        light = self.request.GET.get("light", "")
        found = [each for each in everything if light in ("", each.light.value)]
        counts = Counter(each.light for each in everything)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        return self.answer(
            "board",
            title=f"{body}的组织生活达标" if body else "组织生活达标",
            body=body,
            bodies=bodies,
            kinds=list(Meeting.Kind),
            total=len(everything),
            lights=[(*LIGHTS[each], each.value, counts[each]) for each in LIGHTS],
            light=light,
            page_obj=page,
            lines=[self.line(record) for record in page.object_list],
            rules=settings_on(self.today),
            query=self.query(),
        )

    def line(self, record):
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        return {
            "record": record,
            "light": LIGHTS[record.light],
            "cells": [
                {
                    "cell": cell,
                    "tone": LIGHTS[cell.light][0],
                    "word": word_of(cell),
                    "url": meetings_page(record.branch, cell.kind, first, last),
                }
                for cell in record.cells
            ],
        }

    def query(self):
        return self.request.GET.urlencode()


class BoardExportView(BoardView):
    """The same branches as a sheet: of the community asked for, or of all within reach."""

    def get(self, request):
        rows, key, light = self.visible, number(request.GET.get("under")), request.GET.get("light", "")
        if key is not None:
            top = rows.filter(pk=key).first()
            rows = rows.below(top) if top else rows.none()
        found = [each for each in self.records_of(rows) if light in ("", each.light.value)]
        stream = BytesIO()
        heads = ["上级党组织", "党支部", "达标", "漏开合计", *(f"{kind.label}（已开/应开）" for kind in Meeting.Kind)]
        write_sheet(stream, "组织生活达标", heads, map(self.row, found), widths=[26, 30, 10, 10, *[24] * 7])
        name = f"组织生活达标-{self.year}-{self.today:%Y%m%d}.xlsx"
        head = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(stream.getvalue(), content_type=CONTENT_TYPE, headers=head)

    def row(self, record):
        cells = [
            word_of(cell) if cell.light is Light.NONE else f"{cell.held}/{cell.wanted} {word_of(cell)}"
            for cell in record.cells
        ]
        return [record.branch.parent, record.branch.name, LIGHTS[record.light][1], record.missed, *cells]
