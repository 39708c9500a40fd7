"""The way back to a need: `visits` says who may see it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import FormView

from checklists.forms.following import FollowForm, plain_code
from checklists.models import Need
from checklists.views import visits
from organizations.limits import is_over

TOO_MANY_LOOKUPS = "填错的次数太多，请过一小时再查。着急的话，请打社区电话。"
NOT_FOUND = "没有查到。请核对受理编号和手机号最后四位，两样都要对。"


class NeedFollowView(FormView):
    """The way back to a need: its code and the last four digits of the phone."""

    form_class = FollowForm
    template_name = "checklists/need_follow.html"
    acts = {"supplement", "withdraw", "rate", "reopen"}
    carried = {"note", "reason", "satisfaction", "is_solved"}

    def get_initial(self):
        return {"code": self.request.GET.get("code", "")[:12]}

    def form_valid(self, form):
        if is_over(self.request, "failed lookups", "public_lookups_per_hour", increment=False):
            return self.refuse(form, TOO_MANY_LOOKUPS, 429)
        need = form.find()
        if need is None:
            if is_over(self.request, "failed lookups", "public_lookups_per_hour"):
                return self.refuse(form, TOO_MANY_LOOKUPS, 429)
            return self.refuse(form, NOT_FOUND, 422)
        visits.open_receipt(self.request, need)
        act = self.request.POST.get("act")
        if act not in self.acts:
            return redirect("checklists:need_detail", need.code)
        self.request.session["typed"] = {
            name: self.request.POST[name][:1000] for name in self.carried if name in self.request.POST
        }
        return redirect(f"checklists:need_{act}", need.code)

    def refuse(self, form, words, status):
        form.add_error(None, words)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        typed = {name: value for name, value in self.request.POST.items() if name in self.carried | {"act"}}
        return super().get_context_data(**{"typed": typed, **kwargs})


class OwnNeedMixin:
    """Pages of one need, for the session that made or found it; anybody else is asked for its code and phone."""

    act = ""
    cache_control = "private, no-store"

    def dispatch(self, request, *args, code, **kwargs):
        self.code = plain_code(code)
        is_known = visits.holds_receipt(request, self.code)
        response = self.show(request, *args, code=code, **kwargs) if is_known else self.ask_who(request)
        response["Cache-Control"] = self.cache_control if is_known else "private, no-store"
        return response

    def show(self, request, *args, code, **kwargs):
        needs = Need.objects.select_related(
            "community", "building__quarter", "category", "merged_into", "wanted_resource"
        )
        self.need = get_object_or_404(needs, code=self.code)
        return super().dispatch(request, *args, code=code, **kwargs)

    def ask_who(self, request):
        """The lookup form with the code in it, and what was typed before the session expired."""
        typed = {name: value for name, value in request.POST.items() if name in NeedFollowView.carried}
        if self.act:
            typed["act"] = self.act
        if request.method == "POST":
            messages.warning(request, "页面开得太久了。请填手机号最后四位，您写的内容还在。")
        context = {"form": FollowForm(initial={"code": self.code[:8]}), "typed": typed}
        return render(request, "checklists/need_follow.html", context)

    def get_context_data(self, **kwargs):
        return super().get_context_data(need=self.need, **kwargs)
