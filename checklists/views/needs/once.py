"""A form that is worth one act, however often it is sent."""

from base64 import b64encode

from django.shortcuts import redirect
from django.utils.functional import cached_property

from checklists.views import visits
from govern.once import claim, new_token, spend
from organizations.limits import is_over
from organizations.photos import thumb

FORGOTTEN = "页面开得太久了。您填的内容都还在，请看一看，再点一次下面的按钮。"
TOO_MANY = "这个网络一小时内提交的次数太多。您填的内容都还在，请过一会儿再点一次。着急的话，请打社区电话。"


class OnceMixin:
    """A form with photos that is worth one act: a second click finds what the first one made, and whatever has an error
    comes back with everything typed and every good photo.
    """

    def get(self, request, *args, **kwargs):
        self.token = new_token(request)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.token = request.POST.get("token", "")[:40]
        # A round costs the unpacking of photos, so rounds are counted too, generously.
        if is_over(request, "rounds of forms", "public_needs_per_hour", times=10):
            request.FILES.clear()
            return self.answer(self.get_form(), TOO_MANY, status=429)
        if dropped := request.POST.getlist("drop_photo"):
            visits.drop_photos(request, self.token, dropped)
        return super().post(request, *args, **kwargs)

    @cached_property
    def kept(self):
        return visits.kept_photos(self.request, self.token)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "kept": [file for _, file in self.kept]}

    def act_once(self, form, act):
        """Run `act` (the need, or None with errors in the form) unless this very form was sent before."""
        with claim(self.request, self.token) as made:
            is_limited = made == "" and is_over(self.request, "acts", "public_needs_per_hour")
            need = act() if made == "" and not is_limited else None
            if need:
                made = need.code
                self.open(need)
                spend(self.request, self.token, made)
        if is_limited:
            return self.answer(form, TOO_MANY, status=429)
        if not made:
            return self.answer(form, FORGOTTEN if made is None else "")
        visits.drop_photos(self.request, self.token)
        return self.arrive(made)

    def open(self, need):
        visits.open_receipt(self.request, need)

    def arrive(self, code):
        return redirect("checklists:need_detail", code)

    def form_invalid(self, form):
        return self.answer(form)

    def answer(self, form, words="", status=422):
        if words:
            form.add_error(None, words)
        if self.token not in self.request.session.get("forms", {}):
            self.token = new_token(self.request)
        visits.keep_photos(self.request, self.token, form.new_photos)
        del self.kept
        form.fields["photos"].widget.attrs["data-max-files"] = max(form.photo_limit - len(self.kept), 0)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        pictures = [
            {"name": name, "url": f"data:image/jpeg;base64,{b64encode(thumb(file)).decode()}"}
            for name, file in self.kept
        ]
        return super().get_context_data(token=self.token, kept_photos=pictures, **kwargs)
