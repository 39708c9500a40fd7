"""心愿墙: what waits to be verified and put up, one wish with its acts, and the numbered book."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.fields import show_refusal
from checklists.models import Need
from deliberations import wall_states
from deliberations.forms.wish_acts import WISH_ACTS
from deliberations.forms.wishes import OfferForm
from deliberations.models import Wish
from deliberations.resources.wishes import WishSheet
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids.models import Community

SUGGESTED = 12
MOST_IN_BOOK = 2000


class HeapFilter(admin.SimpleListFilter):
    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [("verify", "待核实"), ("publish", "待上墙"), *wall_states.LABELS.items(), ("gone", "已撤下")]

    def queryset(self, request, queryset):
        match self.value():
            case "verify":
                return queryset.to_verify()
            case "publish":
                return queryset.to_publish()
            case "gone":
                return queryset.exclude(taken_down_at=None)
            case state if state in wall_states.STATES:
                return queryset.published().in_state(state)
        return queryset


def standing_of(wish):
    """(tone, word) for staff."""
    if wish.taken_down_at:
        return "plain", "已撤下"
    found = wall_states.state_of(wish.need)
    if not found:
        return "plain", "没有实现"
    if not wish.published_at:
        return ("warn", "待上墙") if wish.verified_at else ("warn", "待核实")
    if found == "fulfilled" and wish.need.closed_at:
        return "ok", "已销号"
    return wall_states.TONES[found], wall_states.LABELS[found]


@admin.register(Wish)
class WishAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = WISH_ACTS
    page_template = "admin/deliberations/wish/page.html"
    page_related = (
        "need__category__parent",
        "need__community",
        "need__building__quarter",
        "numbered_in",
        "verified_by",
    )
    import_export_change_list_template = "admin/deliberations/wish/change_list.html"
    resource_classes = [WishSheet]
    list_display = ["words_or_need", "state", "label", "community", "category", "helper", "agreed_at", "published_at"]
    list_filter = [HeapFilter, "year", ("need__community", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["words", "=number", "need__code"]
    search_help_text = "墙上的话、编号（不带年份）、受理编号"
    ordering = ["-agreed_at", "-pk"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_helper().select_related(*self.page_related)

    @admin.display(description="心愿", ordering="words")
    def words_or_need(self, wish):
        return wish.words or f"（没写）{wish.need.category}"

    @admin.display(description="情况")
    def state(self, wish):
        return badge(*standing_of(wish))

    @admin.display(description="编号", ordering="number")
    def label(self, wish):
        return wish.label or "—"

    @admin.display(description="社区", ordering="need__community")
    def community(self, wish):
        return wish.need.community

    @admin.display(description="类别", ordering="need__category")
    def category(self, wish):
        return wish.need.category

    @admin.display(description="谁认领")
    def helper(self, wish):
        return wish.helper or "—"

    # --- 征集 ---------------------------------------------------------------------------------------------------------
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.offer_view(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def offer_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OfferForm(request.POST or None, user=request.user, initial={"code": request.GET.get("need", "")[:12]})
        if request.method == "POST" and form.is_valid():
            try:
                wish = form.run()
            except ValidationError as error:
                show_refusal(form, error)
            else:
                messages.success(request, "已登记，请核实。")
                return HttpResponseRedirect(self.page_url(wish))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "登记心愿",
            "form": form,
            "suggestions": self.suggestions(request.user),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/deliberations/wish/offer.html", context, status=status)

    def suggestions(self, user):
        """Needs that came as wishes, or that volunteers may claim, and nobody asked about the wall yet."""
        is_asked_for = Q(channel=Need.Channel.WISH_WALL) | Q(appeal__isnull=False, appeal__closed_at=None)
        rows = Need.objects.editable_by(user).open().filter(is_asked_for, wish=None, parent=None)
        return rows.select_related("category", "community").order_by("-submitted_at")[:SUGGESTED]

    def page_url(self, wish):
        return reverse("admin:deliberations_wish_change", args=[wish.pk])

    # --- One, and the book --------------------------------------------------------------------------------------------
    def get_urls(self):
        book = path("book/", self.admin_site.admin_view(self.book_view), name="deliberations_wish_book")
        return [book, *super().get_urls()]

    def context_of(self, wish):
        tone, word = standing_of(wish)
        is_shown = Wish.objects.on_the_wall().filter(pk=wish.pk).exists()
        url = reverse("wall:wish", args=[wish.numbered_in.code, wish.year, wish.number]) if is_shown else ""
        return {"wish": wish, "need": wish.need, "tone": tone, "word": word, "steps": steps(wish), "wall_url": url}

    def book_view(self, request):
        """编号造册: `?year=`, this year's by default; `?community=PK`, else all within reach."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        year = number(request.GET.get("year")) or timezone.localdate().year
        rows = self.get_queryset(request).filter(year=year)
        chosen = number(request.GET.get("community"))
        if chosen is not None:
            rows = rows.filter(numbered_in=chosen)
        rows = list(rows.order_by("numbered_in__code", "number")[: MOST_IN_BOOK + 1])
        communities = list(Community.objects.visible_to(request.user).order_by("code")[:MOST_IN_BOOK])
        found = [each for each in communities if each.pk == chosen or len(communities) == 1]
        context = {
            "rows": [(wish, standing_of(wish)[1]) for wish in rows[:MOST_IN_BOOK]],
            "is_cut": len(rows) > MOST_IN_BOOK,
            "owner": found[0] if found else "",
            "year": year,
            "years": range(timezone.localdate().year, timezone.localdate().year - 5, -1),
            "communities": communities if len(communities) > 1 else [],
            "chosen": chosen,
            "today": timezone.localdate(),
        }
        return TemplateResponse(request, "admin/deliberations/wish/book.html", context)


def steps(wish):
    """征集 → 核实 → 上墙 → 认领 → 实现 → 销号, each with its time, as the partial of timelines takes them."""
    need, is_claimed = wish.need, wall_states.state_of(wish.need) in ("claimed", "fulfilled")
    told = [
        ("征集", wish.agreed_at, wish.get_consent_display(), True),
        ("核实", wish.verified_at, str(wish.verified_by or ""), wish.verified_at),
        ("上墙", wish.published_at, wish.published_at and wish.label, wish.published_at),
    ]
    if wish.taken_down_at:
        told.append(("撤下", wish.taken_down_at, wish.taken_down_reason, True))
        return [line(*each) for each in told if each[3]]
    told += [
        ("认领", None, wall_states.words_of(need, wish.helper) if is_claimed else "", is_claimed),
        ("实现", need.done_at, "", wall_states.state_of(need) == "fulfilled"),
        ("销号", need.closed_at, "", need.closed_at),
    ]
    return [line(*each) for each in told]


def line(title, at, note, is_done):
    return {"title": title, "at": at or "", "note": note or "", "state": "done" if is_done else "next"}
