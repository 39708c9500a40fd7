"""小事办窗口: where a clerk takes and calls numbers, and files needs for whoever holds one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from checklists.admin.filing import file_page
from checklists.models import Need
from govern.views import number
from grids.models import Community
from patrols.models import Ticket
from patrols.services import tickets

VERBS = {"serve": tickets.serve, "leave": tickets.leave, "recall": tickets.recall, "put_back": tickets.put_back}
DONE = {"serve": "已办结", "leave": "已过号", "recall": "已叫回", "put_back": "已退回等候"}


class WindowPagesMixin:
    """For the ModelAdmin of tickets."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("window/", wrap(self.window_view), name="patrols_ticket_window"),
            path("window/<int:pk>/", wrap(self.window_view), name="patrols_ticket_window_of"),
            path("window/<int:pk>/take/", wrap(self.take_view), name="patrols_ticket_take"),
            path("window/<int:pk>/next/", wrap(self.next_view), name="patrols_ticket_next"),
            path("<int:pk>/<str:verb>/do/", wrap(self.step_view), name="patrols_ticket_step"),
            path("<int:pk>/file/", wrap(self.file_view), name="patrols_ticket_file"),
            path("<int:pk>/print/", wrap(self.print_view), name="patrols_ticket_print"),
            *super().get_urls(),
        ]

    def _communities(self, request):
        return Community.objects.allowed(request.user, "patrols.add_ticket")

    def window_view(self, request, pk=None):
        """Of the clerk's community; of several the chosen one."""
        communities = list(self._communities(request).order_by("code")[:200])
        if not communities:
            raise PermissionDenied
        if pk is None:
            asked = number(request.GET.get("community"))
            chosen = next((each for each in communities if each.pk == asked), communities[0])
            return HttpResponseRedirect(_window(chosen.pk))
        community = get_object_or_404(self._communities(request), pk=pk)
        now = timezone.now()
        rows = Ticket.objects.visible_to(request.user).filter(community=community, day=timezone.localdate(now))
        rows = list(rows.select_related("clerk", "need").order_by("number"))
        heaps = {status: [row for row in rows if row.status == status] for status in Ticket.Status}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"小事办窗口 · {community}",
            "community": community,
            "communities": communities,
            "mine": [row for row in heaps[Ticket.Status.CALLED] if row.clerk_id == request.user.pk],
            "others": [row for row in heaps[Ticket.Status.CALLED] if row.clerk_id != request.user.pk],
            "waiting": [(row, int(row.waited(now).total_seconds() // 60)) for row in heaps[Ticket.Status.WAITING]],
            "served": heaps[Ticket.Status.SERVED],
            "left": heaps[Ticket.Status.LEFT],
            "taken_count": len(rows),
            "taken": next((row for row in rows if str(row.pk) == request.GET.get("taken")), None),
            "can_file": request.user.has_perm("checklists.file_need"),
        }
        return TemplateResponse(request, "admin/patrols/ticket/window.html", context)

    def take_view(self, request, pk):
        community = get_object_or_404(self._communities(request), pk=pk)
        if request.method != "POST":
            return HttpResponseRedirect(_window(pk))
        try:
            ticket = tickets.take_ticket(community, errand=request.POST.get("errand", "").strip(), actor=request.user)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            return HttpResponseRedirect(_window(pk))
        messages.success(request, f"已取号：{ticket}。")
        return HttpResponseRedirect(f"{_window(pk)}?taken={ticket.pk}")

    def next_view(self, request, pk):
        community = get_object_or_404(self._communities(request), pk=pk)
        if request.method == "POST":
            seen = Ticket.objects.filter(pk=number(request.POST.get("seen"))).first()
            ticket = tickets.call_next(community, seen=seen, actor=request.user)
            messages.success(request, f"正在叫 {ticket}。") if ticket else messages.info(request, "现在没有人等候。")
        return HttpResponseRedirect(_window(pk))

    def step_view(self, request, pk, verb):
        ticket = get_object_or_404(self.get_queryset(request), pk=pk)
        if verb not in VERBS:
            raise Http404
        if request.method == "POST":
            try:
                VERBS[verb](ticket, actor=request.user)
                messages.success(request, f"{ticket}{DONE[verb]}。")
            except ValidationError as error:
                messages.error(request, "；".join(error.messages))
        return HttpResponseRedirect(_window(ticket.community_id))

    def file_view(self, request, pk):
        """代居民登记 for whoever holds the ticket: the desk and the channel are filled in, the need hangs on it."""
        ticket = get_object_or_404(Ticket.objects.editable_by(request.user).select_related("community"), pk=pk)
        if not request.user.has_perm("checklists.file_need"):
            raise PermissionDenied
        if ticket.need_id:
            messages.info(request, f"{ticket}已经登记过，这是那一件。")
            return HttpResponseRedirect(reverse("admin:checklists_need_change", args=[ticket.need_id]))

        def known():
            locked = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            return Need.objects.filter(pk=locked.need_id).first()

        filled = {"channel": Need.Channel.MATTERS_DESK, "community": ticket.community_id, "text": ticket.errand}
        return file_page(
            request,
            self,
            title=f"{ticket} 代居民登记",
            filled=filled,
            known=known,
            keep=lambda need: tickets.link_need(ticket, need, actor=request.user),
            back=_window(ticket.community_id),
        )

    def print_view(self, request, pk):
        ticket = get_object_or_404(self.get_queryset(request).select_related("community"), pk=pk)
        ahead = Ticket.objects.filter(community=ticket.community_id, day=ticket.day, status=Ticket.Status.WAITING)
        context = {"ticket": ticket, "ahead": ahead.filter(number__lt=ticket.number).count()}
        return TemplateResponse(request, "admin/patrols/ticket/print.html", context)


def _window(pk):
    return reverse("admin:patrols_ticket_window_of", args=[pk])
