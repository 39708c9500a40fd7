"""走访: who is to be visited, by care group, and a visit written down in a minute."""

from collections import defaultdict

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from organizations.parameters import parameters
from patrols.forms.phone.visits import VisitForm
from patrols.models import CareHousehold, Visit
from patrols.services.visits import record_visit
from patrols.today import due_words, household_row, my_households
from patrols.views.desk.ground import GroundMixin
from patrols.views.desk.kept import KeptView

MOST = 200
PERSONAL = ("name", "room", "phone", "needs_note")
TONES = {"well": "ok", "absent": "plain", "watch": "warn", "urgent": "bad"}
SOON_DAYS = 7


class HouseholdListView(GroundMixin, TemplateView):
    """Those due first, then the rest; `?group=` narrows, `?all=1` shows who is not due within the week."""

    template_name = "desk/grid/household_list.html"
    tab, is_kept = "visits", True

    def get_context_data(self, **kwargs):
        day = timezone.localdate()
        rows = my_households(self.request.user, self.here).select_related("building__quarter").order_by("due_on", "pk")
        rows = list(rows[:MOST])
        group = self.request.GET.get("group", "")
        shown = [row for row in rows if group in ("", row.group)]
        due = [row for row in shown if row.due_on <= day]
        return super().get_context_data(
            groups=self._groups(rows, day),
            group=group,
            due=[household_row(row, day) for row in due],
            later=[household_row(row, day) for row in shown if row.due_on > day],
            **kwargs,
        )

    def _groups(self, rows, day):
        count, late = defaultdict(int), defaultdict(int)
        for row in rows:
            count[row.group] += 1
            late[row.group] += row.due_on <= day
        days = parameters(*(f"visit_days_{each}" for each in CareHousehold.Group.values))
        return [
            {
                "value": each.value,
                "label": each.label,
                "count": count[each],
                "due": late[each],
                "days": int(days[f"visit_days_{each.value}"]),
            }
            for each in CareHousehold.Group
            if count[each]
        ]


class HouseholdView(KeptView):
    template_name = "desk/grid/household_detail.html"
    form_class = VisitForm
    tab, is_kept, kept_as = "visits", True, "走访"
    gone = "这一户已不在您的网格。"

    @cached_property
    def household(self):
        rows = CareHousehold.objects.visible_to(self.request.user).select_related("building__quarter__community")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self, form):
        told = form.cleaned_data
        visit = record_visit(
            self.household,
            **{name: told[name] for name in ("way", "finding", "note", "client_key")},
            visited_at=form.written_at(),
            actor=self.request.user,
        )
        visit.household.refresh_from_db()
        due = visit.household.due_on
        words = f"已登记走访，下次 {due.month}月{due.day}日 前去。"
        if visit.finding == Visit.Finding.URGENT:
            words = "已登记，并已通知网格长和社区。有危险请先打 120、110 或 119。"
        return words, reverse("patrol_desk:household_detail", args=[visit.household_id])

    def get_context_data(self, **kwargs):
        household, day = self.household, timezone.localdate()
        tone, words = due_words(household.due_on, day)
        user = self.request.user
        return super().get_context_data(
            household=household,
            due={"tone": tone, "words": words},
            days=int(parameters(f"visit_days_{household.group}")[f"visit_days_{household.group}"]),
            contact=[
                {
                    "label": CareHousehold._meta.get_field(name).verbose_name,
                    "masked": getattr(household, f"masked_{name}"),
                    "url": reverse("accounts:reveal", args=["patrols", "carehousehold", household.pk, name])
                    if user.has_perm("accounts.reveal_personal")
                    else None,
                }
                for name in PERSONAL
                if getattr(household, name)
            ],
            visits=[visit_row(visit) for visit in household.visits.select_related("visitor")[:5]],
            may_visit=user.has_perm("patrols.add_visit") and household.ends_on is None,
            filing_url=f"{reverse('patrol_desk:filing_create')}?household={household.pk}"
            if user.has_perm("checklists.file_need")
            else None,
            **kwargs,
        )


def visit_row(visit):
    return {
        "at": visit.visited_at,
        "who": visit.visitor,
        "way": visit.get_way_display(),
        "word": visit.get_finding_display(),
        "tone": TONES[visit.finding],
        "has_note": bool(visit.note),
        "url": reverse("accounts:reveal", args=["patrols", "visit", visit.pk, "note"]),
    }
