"""A need in its resident's hands: filed, followed, added to, taken back, rated. `visits` says who may see it."""

from base64 import b64encode
from io import BytesIO

import segno
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View
from django_ratelimit.core import is_ratelimited
from PIL import Image

from checklists.forms import following
from checklists.forms.following import FollowForm, plain_code
from checklists.forms.needs import NeedForm
from checklists.models import Category, Need, NeedEvent, NeedPhoto, Resource
from checklists.views import visits
from checklists.views.progress import Progress
from checklists.views.resources import describe, menu
from govern.views import number
from grids.models import Building, Community, Quarter
from organizations.parameters import parameter

THUMB_SIDE = 240
FORGOTTEN = "页面开得太久了。您填的内容都还在，请看一看，再点一次下面的按钮。"
TOO_MANY = "这个网络一小时内提交的次数太多。您填的内容都还在，请过一会儿再点一次。着急的话，请打社区电话。"
TOO_MANY_LOOKUPS = "填错的次数太多，请过一小时再查。着急的话，请打社区电话。"
NOT_FOUND = "没有查到。请核对受理编号和手机号最后四位，两样都要对。"


def is_over(request, group, key, *, times=1, increment=True):
    """Whether this address did `group` more than `times` the parameter `key` within the hour."""
    rate = f"{int(parameter(key)) * times}/h"
    return is_ratelimited(request, group=group, key="ip", rate=rate, increment=increment)


def thumb(file):
    """The bytes of a small JPEG of one of our own photos."""
    with Image.open(file) as picture:
        picture.draft("RGB", (THUMB_SIDE, THUMB_SIDE))
        picture.thumbnail((THUMB_SIDE, THUMB_SIDE))
        out = BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=75)
    return out.getvalue()


class OnceMixin:
    """A form with photos that is worth one act: a second click finds what the first one made, and whatever has an error
    comes back with everything typed and every good photo.
    """

    def get(self, request, *args, **kwargs):
        self.token = visits.new_token(request)
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
        with visits.claim(self.request, self.token) as made:
            is_limited = made == "" and is_over(self.request, "acts", "public_needs_per_hour")
            need = act() if made == "" and not is_limited else None
            if need:
                made = need.code
                visits.open_receipt(self.request, need)
                visits.spend(self.request, self.token, made)
        if is_limited:
            return self.answer(form, TOO_MANY, status=429)
        if not made:
            return self.answer(form, FORGOTTEN if made is None else "")
        visits.drop_photos(self.request, self.token)
        return redirect("checklists:need_detail", made)

    def form_invalid(self, form):
        return self.answer(form)

    def answer(self, form, words="", status=422):
        if words:
            form.add_error(None, words)
        if self.token not in self.request.session.get("forms", {}):
            self.token = visits.new_token(self.request)
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


# --- Filing ----------------------------------------------------------------------------------------------------------
class NeedCreateView(OnceMixin, FormView):
    """`?building=CODE` from a poster, `?resource=PK` to order from the menu (点单), `?category=PK`."""

    form_class = NeedForm
    template_name = "checklists/need_create.html"

    def dispatch(self, request, *args, **kwargs):
        self.community, self.building = visits.place(request)
        self.resource = (
            Resource.objects.public().open().with_places_left().select_related("unit", "category")
            .filter(pk=number(request.GET.get("resource"))).first()
        )  # fmt: skip
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        asked = Category.objects.active().kinds().filter(pk=number(request.GET.get("category"))).first()
        if asked and asked.emergency_notice:
            return self.show_emergency(asked)
        self.asked = asked or (self.resource and self.resource.category)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {
            "community": self.community,
            "quarter": self.building and self.building.quarter,
            "building": self.building,
            "category": getattr(self, "asked", None),
        }

    def form_valid(self, form):
        if "step" in self.request.POST:
            return self.show_again(form)
        return self.act_once(form, lambda: self.submit(form))

    def form_invalid(self, form):
        if "step" in self.request.POST:
            return self.show_again(form)
        if form.has_error("category", "emergency"):
            return self.show_emergency(form.chosen["category"])
        return super().form_invalid(form)

    def show_again(self, form):
        """Another place is asked for in the middle of the form, without JavaScript: not yet the time for errors."""
        spoiled = form.errors.get("photos")
        form.errors.clear()
        if spoiled:
            form.errors["photos"] = spoiled
        return self.answer(form, status=200)

    def submit(self, form):
        scanned, _ = visits.scanned_building(self.request)
        is_scanned = scanned is not None and scanned == form.cleaned_data["building"]
        resource = self.resource and menu(form.cleaned_data["community"]).filter(pk=self.resource.pk).first()
        need = form.submit(
            actor=NeedEvent.Party.RESIDENT,
            channel=Need.Channel.SCAN if is_scanned else Need.Channel.WEB,
            wanted_resource=resource,
        )
        if need and self.resource and not resource:
            messages.warning(self.request, "您点的服务到不了您选的社区，社区会另外帮您找。")
        return need

    def show_emergency(self, category):
        context = {"category": category, "community": self.community}
        return render(self.request, "checklists/need_emergency.html", context)

    def get_context_data(self, **kwargs):
        _, is_foreign = visits.scanned_building(self.request)
        resource = self.resource and describe([self.resource])[0]
        return super().get_context_data(
            is_foreign=is_foreign,
            is_choosing=self.request.POST.get("step") == "place",
            resource=resource,
            is_out_of_reach=bool(
                resource and self.community and not menu(self.community).filter(pk=resource.pk).exists()
            ),
            community=self.community,
            **kwargs,
        )


class NeedQuestionsView(TemplateView):
    """htmx: the extra questions and the example of the category that was just picked."""

    template_name = "checklists/_need_questions.html"

    def get_context_data(self, **kwargs):
        form = NeedForm(initial={"category": number(self.request.GET.get("category"))})
        return super().get_context_data(form=form, is_partial=True, **kwargs)


class NeedPlacesView(TemplateView):
    """Community, quarter, building: selects within the form for htmx, and as a page of its own a list to tap."""

    targets = {"home": "checklists:home", "resources": "checklists:resource_list", "need": "checklists:need_create"}

    def get_template_names(self):
        return ["checklists/_need_place.html" if self.request.htmx else "checklists/need_places.html"]

    def get(self, request, *args, **kwargs):
        chosen = {name: number(request.GET.get(name)) for name in ("community", "quarter", "building")}
        if request.htmx:
            return self.render_to_response({"form": NeedForm(initial=chosen), "is_choosing": True})
        community = Community.objects.filter(pk=chosen["community"]).first()
        quarter = Quarter.objects.filter(pk=chosen["quarter"], community=community).first()
        building = Building.objects.active().select_related("quarter").filter(pk=chosen["building"]).first()
        target = self.targets.get(request.GET.get("to"), "checklists:need_create")
        if building or (community and "here" in request.GET):
            visits.remember_place(request, community=community, building=building)
            carried = {name: request.GET[name] for name in ("resource", "category") if name in request.GET}
            return redirect(reverse(target, query=carried))
        context = {"community": community, "quarter": quarter, "rows": self.rows(community, quarter)}
        return self.render_to_response(self.get_context_data(**context))

    def rows(self, community, quarter):
        """What to tap next: [{label, url}]."""
        if quarter:
            return [self.row("building", building) for building in quarter.buildings.active()]
        if community:
            return [self.row("quarter", each) for each in community.quarters.all()]
        return [self.row("community", each) for each in Community.objects.all()]

    def row(self, name, place):
        query = self.request.GET.copy()
        query[name] = place.pk
        return {"label": place.name, "url": f"?{query.urlencode()}"}


# --- Following -------------------------------------------------------------------------------------------------------
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


class NeedDetailView(OwnNeedMixin, TemplateView):
    template_name = "checklists/need_detail.html"

    def get_context_data(self, **kwargs):
        need = self.need
        acts = [
            ("rate", following.Rate),
            ("reopen", following.Reopen),
            ("supplement", following.Supplement),
            ("withdraw", following.Withdraw),
        ]
        return super().get_context_data(
            progress=Progress(need),
            qr=qr_address(need),
            photos=[photo_addresses(need, photo) for photo in need.photos.all()],
            acts=[
                {"url": f"checklists:need_{name}", "label": form.button, "tone": form.tone}
                for name, form in acts
                if form.is_possible(need)
            ],
            **kwargs,
        )


class NeedReceiptView(OwnNeedMixin, TemplateView):
    """The receipt on paper."""

    template_name = "checklists/need_receipt.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(qr=qr_address(self.need), progress=Progress(self.need), **kwargs)


def qr_address(need):
    """The QR code that leads back to `need`, as a data: address. It holds the code alone: the phone is still asked."""
    target = settings.PUBLIC_URL + reverse("checklists:need_follow", query={"code": need.code})
    return segno.make(target, error="m").svg_data_uri(scale=4, border=2)


def photo_addresses(need, photo):
    url = reverse("checklists:needphoto_detail", args=[need.code, photo.pk])
    words = "办好后的照片" if photo.stage == NeedPhoto.Stage.FINISHED else "您传的照片"
    return {"url": url, "thumb": f"{url}?size=small", "alt": f"{words}，点开看大图"}


class NeedPhotoView(OwnNeedMixin, View):
    cache_control = "private, max-age=3600"

    def get(self, request, code, pk):
        photo = get_object_or_404(self.need.photos, pk=pk)
        if request.GET.get("size") == "small":
            with photo.image.open() as file:
                response = HttpResponse(thumb(file), content_type="image/jpeg")
        else:
            response = FileResponse(photo.image.open(), content_type="image/jpeg")
        response["X-Content-Type-Options"] = "nosniff"
        return response


# --- What may be done ------------------------------------------------------------------------------------------------
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
