"""The pages of a ProvingForm: a code is sent and tried on the same page; the act runs once for one form."""

from django.views.generic import FormView

from accounts import channels
from govern.once import claim, new_token, spend
from organizations.limits import is_over
from volunteers.views.signing import TOO_MANY as TOO_MANY_CODES
from volunteers.views.signing import keep_phone, kept_phone

PROVEN = "phone_proven_for_hearings"
FORGOTTEN = "页面开得太久了。您填的内容都还在，请看一看，再点一次下面的按钮。"
TOO_MANY = "这个网络一小时内提交的次数太多。您填的内容都还在，请过一会儿再点一次。着急的话，请打社区电话。"


class ProvingView(FormView):
    """`submit(form)` gives the code of what was made, or None with the refusal in the form; `arrive(code)` leads on."""

    group = "hearing forms"

    def get(self, request, *args, **kwargs):
        self.token = new_token(request)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.token = request.POST.get("token", "")[:40]
        form = self.get_form()
        if "step" in request.POST:
            return self.show_again(form)
        return self.form_valid(form) if form.is_valid() else self.answer(form)

    def get_form_kwargs(self):
        proven = kept_phone(self.request, PROVEN).get("phone", "")
        return {**super().get_form_kwargs(), "proven": proven, "asks_code": channels.is_open() and not proven}

    def show_again(self, form):
        """In the middle of the form: a code is to be sent."""
        wants_code = self.request.POST["step"] == "code" and "code" in form.fields
        wrong = form.errors.get("phone") if wants_code else None
        form.errors.clear()
        if wrong:
            form.errors["phone"] = wrong
        elif wants_code and is_over(self.request, "phone codes", "public_needs_per_hour"):
            form.add_error(None, TOO_MANY_CODES)
        elif wants_code:
            form.send_code()
        return self.answer(form, status=422 if form.errors else 200)

    def form_valid(self, form):
        if "code" in form.fields:
            if not form.prove():
                return self.answer(form)
            phone = form.cleaned_data["phone"]
            keep_phone(self.request, PROVEN, phone)
            self.request.session.save()  # it is read anew under its lock
            form.take_as_proven(phone)
        with claim(self.request, self.token) as made:
            is_limited = made == "" and is_over(self.request, self.group, "public_needs_per_hour")
            if made == "" and not is_limited and (made := self.submit(form) or ""):
                spend(self.request, self.token, made)
        if is_limited:
            return self.answer(form, TOO_MANY, status=429)
        if not made:
            return self.answer(form, FORGOTTEN if made is None else "")
        return self.arrive(made)

    def submit(self, form):
        raise NotImplementedError

    def arrive(self, code):
        raise NotImplementedError

    def answer(self, form, words="", status=422):
        if words:
            form.add_error(None, words)
        if self.token not in self.request.session.get("forms", {}):
            self.token = new_token(self.request)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        return super().get_context_data(token=self.token, **kwargs)
