"""报到 on a phone, without an account: one page, and what it asks for while it is filled in."""

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import FormView, ListView, TemplateView

from accounts import channels
from accounts.fields import show_refusal
from govern.once import claim, new_token, spend
from grids.models import Building, Community
from organizations.limits import is_over
from organizations.models import Unit
from volunteers.forms.reports import KNOWN, ReportForm
from volunteers.services import signing
from volunteers.services.people import find_known
from volunteers.views import signing as sign_in
from volunteers.views.tracking import open_report

FORGOTTEN = "页面开得太久了。您填的内容都还在，请看一看，再点一次下面的按钮。"
TOO_MANY = "这个网络一小时内提交的次数太多。您填的内容都还在，请过一会儿再点一次。着急的话，请打社区电话。"
MOST_NAMES = 12


def scanned(request):
    """(community, building) that a QR code names: `?community=` its 12 digits, `?building=` the door's 17."""
    code = request.GET.get("building", "")[:17]
    building = (
        Building.objects.active().select_related("quarter__community").filter(code=code).first() if code else None
    )
    if building:
        return building.quarter.community, building
    return Community.objects.filter(code=request.GET.get("community", "")[:12]).first(), None


class ReportCreateView(FormView):
    form_class = ReportForm
    template_name = "volunteers/report_create.html"

    def dispatch(self, request, *args, **kwargs):
        if request.method == "GET" and sign_in.volunteer_of(request):
            return redirect("me:report")
        self.community, self.building = scanned(request)
        self.proven = sign_in.proven_phone(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        self.token = new_token(request)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.token = request.POST.get("token", "")[:40]
        form = self.get_form()
        if "step" in request.POST:
            return self.show_again(form)
        return self.form_valid(form) if form.is_valid() else self.answer(form)

    def get_initial(self):
        return {"community": self.community and self.community.pk}

    def get_form_kwargs(self):
        proof = {"proven": self.proven, "asks_code": channels.is_open() and not self.proven}
        return {**super().get_form_kwargs(), "building": self.building, **proof}

    def show_again(self, form):
        """In the middle of the form: a code is to be sent, or the posts of another community are to be shown."""
        wants_code = self.request.POST["step"] == "code" and "code" in form.fields
        kept = form.errors.get("phone") if wants_code else None
        form.errors.clear()
        if kept:
            form.errors["phone"] = kept
        elif wants_code:
            self.send_code(form)
        return self.answer(form, status=422 if form.errors else 200)

    def send_code(self, form):
        if is_over(self.request, "phone codes", "public_needs_per_hour"):
            form.add_error(None, sign_in.TOO_MANY)
            return
        try:
            signing.send_code(form.cleaned_data["phone"])
        except ValidationError as error:
            show_refusal(form, error)
        else:
            form.sent_to = form.cleaned_data["phone"][-4:]

    def form_valid(self, form):
        if "code" in form.fields and not self.prove(form):
            return self.answer(form)
        return self.act_once(form)

    def prove(self, form):
        """Whether the code is right; from then on this session has proven the phone, whatever else is to be mended."""
        phone = form.cleaned_data["phone"]
        try:
            signing.prove_phone(phone, form.cleaned_data["code"])
        except ValidationError as error:
            show_refusal(form, error)
            return False
        sign_in.keep_phone(self.request, sign_in.PROVEN, phone)
        self.request.session.save()  # it is read anew under its lock
        self.proven = phone
        form.take_as_proven(phone)
        return True

    def lead_home(self):
        """The phone is one's own, and known: in, and to what is there."""
        messages.info(self.request, "您已经登记过，这是您的报到。")
        if self.request.user.is_authenticated:  # joined there to whoever has just proven the phone
            return redirect("me:report")
        present = self.request.user if self.request.user.is_authenticated else None
        try:
            _, user = signing.account_behind(self.proven, present=present)
        except ValidationError as error:
            messages.error(self.request, error.messages[0])
            return redirect("me:home")
        if user is None:
            return redirect(f"{reverse('accounts:login')}?{urlencode({'next': reverse('me:report')})}")
        if user != present:
            login(self.request, user, backend=sign_in.PHONE_BACKEND)
        return redirect("me:report")

    def act_once(self, form):
        filed = None
        with claim(self.request, self.token) as made:
            is_known = made == "" and form.is_known
            is_limited = made == "" and not is_known and is_over(self.request, "reports", "public_needs_per_hour")
            if made == "" and not is_known and not is_limited and (filed := form.submit()):
                made = filed[0].code
                open_report(self.request, filed[0])
                spend(self.request, self.token, made)
        if is_known:
            return self.tell_known(form)
        if is_limited:
            return self.answer(form, TOO_MANY, status=429)
        if not made:
            return self.answer(form, FORGOTTEN if made is None else "")
        for words in filed[1] if filed else ():
            messages.warning(self.request, f"没有认领上 {words}")
        return redirect("volunteers:report_detail", made)

    def tell_known(self, form):
        """Whose phone it is goes to what is there; anybody else is told nothing of the other."""
        if self.proven and find_known(phone=self.proven):
            return self.lead_home()
        form.is_refused_as_known = True
        return self.answer(form, KNOWN)

    def answer(self, form, words="", status=422):
        if words:
            form.add_error(None, words)
        if self.token not in self.request.session.get("forms", {}):
            self.token = new_token(self.request)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        return super().get_context_data(token=self.token, community=self.community, building=self.building, **kwargs)


class WantedView(TemplateView):
    """htmx: the posts of the community that was just picked."""

    template_name = "volunteers/_report_wanted.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            form=ReportForm(initial={"community": self.request.GET.get("community")}), **kwargs
        )


class UnitNamesView(ListView):
    """htmx: the names of units that hold what was typed."""

    template_name = "volunteers/_report_units.html"

    def get_queryset(self):
        words = self.request.GET.get("employer", "").strip()
        rows = Unit.objects.active().filter(name__icontains=words) if len(words) > 1 else Unit.objects.none()
        return rows.order_by("name").values_list("name", flat=True)[:MOST_NAMES]
