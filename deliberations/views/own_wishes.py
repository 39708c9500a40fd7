"""The resident's own wish: agreed to, and taken back, by whoever holds the need's receipt."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from accounts.fields import show_refusal
from checklists.models import NeedEvent
from checklists.views.needs.following import OwnNeedMixin
from deliberations.forms.wishes import OwnWishForm
from deliberations.models import Wish
from deliberations.services.wishes import withdraw_consent
from deliberations.views.wall import address

RESIDENT = NeedEvent.Party.RESIDENT


class OwnWishView(OwnNeedMixin, FormView):
    """Whoever holds the need's receipt agrees to the wall here, and takes that back here."""

    template_name = "wall/own.html"
    form_class = OwnWishForm

    @cached_property
    def wish(self):
        return Wish.objects.filter(need=self.need, taken_down_at=None).select_related("numbered_in").first()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "need": self.need}

    def post(self, request, *args, **kwargs):
        if "withdraw" in request.POST:
            if self.wish is not None:
                withdraw_consent(self.wish, actor=RESIDENT)
            messages.success(request, "已撤回同意，心愿不再公开。社区照样办您的这件事。")
            return redirect("checklists:need_detail", self.need.code)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            form.run()
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form)
        messages.success(self.request, "已收到。社区核实以后会编号上墙，改过的字句以社区核实的为准。")
        return redirect("wall:own", self.need.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        wish = self.wish
        is_shown = wish is not None and Wish.objects.on_the_wall().filter(pk=wish.pk).exists()
        url = reverse("wall:wish", args=address(wish)) if is_shown else ""
        return super().get_context_data(wish=wish, wish_url=url, can_offer=self.need.is_open, **kwargs)
