"""What a resident may do with a need afterwards: add to it, take it back, rate it, say that it is not solved."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.generic import FormView

from checklists.forms import following
from checklists.views.needs.following import OwnNeedMixin
from checklists.views.needs.once import OnceMixin


class ActView(OwnNeedMixin, FormView):
    """One verb of the resident: offered while the need's state has it, harmless on a second click or an old page."""

    def dispatch(self, request, *args, **kwargs):
        self.template_name = f"checklists/need_{self.act}.html"
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if not self.form_class.is_possible(self.need):
            return self.leave()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self.leave() if self.form_class.is_done(self.need) else super().post(request, *args, **kwargs)

    def leave(self):
        if self.form_class.is_done(self.need):
            messages.info(self.request, "这一步已经办过了，不用再点。")
        else:
            messages.warning(self.request, f"这件事现在不能{self.form_class.button}了，请看最新进度。")
        return redirect("checklists:need_detail", self.need.code)

    def get_initial(self):
        return self.request.session.pop("typed", {})

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "need": self.need}

    def form_valid(self, form):
        if not form.run():
            return self.form_invalid(form)
        self.need.refresh_from_db()
        messages.success(self.request, form.after(self.need))
        return redirect("checklists:need_detail", self.need.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class NeedWithdrawView(ActView):
    act, form_class = "withdraw", following.Withdraw


class NeedRateView(ActView):
    act, form_class = "rate", following.Rate


class NeedReopenView(ActView):
    act, form_class = "reopen", following.Reopen


class NeedSupplementView(OnceMixin, ActView):
    act, form_class = "supplement", following.Supplement

    def form_valid(self, form):
        return self.act_once(form, lambda: self.add(form))

    def add(self, form):
        if not form.run():
            return None
        messages.success(self.request, form.after(self.need))
        return self.need
