"""留言簿 in the hands of whoever has proven a phone: write, 附议, follow the own ones, withdraw, appeal; and 举报."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import FormView, ListView, TemplateView

from checklists.views.needs.once import OnceMixin
from deliberations import guestbook_words
from deliberations.forms.messages import AppealForm, FlagForm, MessageForm
from deliberations.models import Block, Message
from deliberations.services import messages as guestbook
from deliberations.views.guestbook import OfBookMixin, UnlistedMixin, picture
from deliberations.views.guestbook_phone import PhoneRequiredMixin, own_phone
from govern.fields import blind_index
from govern.views import client_address
from organizations.limits import is_over

Status = Message.Status
TOO_MANY = "这个网络一小时内点的次数太多，请过一会儿再点。"
LAPSED = "手机号验证已超过一小时。您填的内容都还在，请重新验证手机号，再回到这一页提交。"


class WriteView(OfBookMixin, PhoneRequiredMixin, OnceMixin, FormView):
    """`?topic=PK` for the topic that was looked at."""

    form_class = MessageForm
    template_name = "guestbook/write.html"

    def ask_phone(self):
        # What was typed is kept while the phone is proven anew.
        if self.request.method != "POST":
            return super().ask_phone()
        self.token = self.request.POST.get("token", "")[:40]
        self.is_lapsed = True
        return self.answer(self.get_form(), LAPSED)

    def get_initial(self):
        return {"topic": self.request.GET.get("topic")}

    def get_form_kwargs(self):
        author = self.request.user if self.request.user.is_authenticated else None
        mine = {"community": self.community, "phone": self.phone, "author": author}
        return {**super().get_form_kwargs(), **mine}

    def form_valid(self, form):
        return self.act_once(form, form.run)

    def open(self, message):
        """Its page asks for the phone, not for a receipt."""

    def arrive(self, code):
        return redirect("guestbook:own", code)


# --- What was written -------------------------------------------------------------------------------------------------
class MineView(UnlistedMixin, PhoneRequiredMixin, ListView):
    template_name = "guestbook/mine.html"
    paginate_by = 20

    def get_queryset(self):
        rows = Message.objects.filter(phone_index=blind_index(self.phone)).select_related("topic", "community")
        return rows.prefetch_related("replies")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        blocks = Block.objects.in_force().filter(phone_index=blind_index(self.phone)).select_related("community")
        rows = [{"message": row, "badge": guestbook_words.badge(row)} for row in context["object_list"]]
        return {**context, "rows": rows, "blocks": blocks}


class OwnMessageMixin(UnlistedMixin, PhoneRequiredMixin):
    """One message of the proven phone; anybody else's is not there."""

    @cached_property
    def message(self):
        rows = Message.objects.filter(phone_index=blind_index(self.phone))
        rows = rows.select_related("topic", "community", "need", "case", "issue")
        return get_object_or_404(rows, code=self.kwargs["code"].upper())

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"message": self.message, "community": self.message.community, **kwargs})


class OwnView(OwnMessageMixin, TemplateView):
    template_name = "guestbook/own.html"

    def get_context_data(self, **kwargs):
        message = self.message
        tone, title, text = guestbook_words.standing(message)
        return super().get_context_data(
            standing={"tone": tone, "title": title, "text": text},
            steps=guestbook_words.steps(message),
            photos=guestbook_words.photos(message, "guestbook:own_photo"),
            made=guestbook_words.made(message),
            appeal_by=guestbook_words.appeal(message),
            is_public=message.status == Status.PUBLISHED,
            can_withdraw=bool(Message.TRANSITIONS[message.status]),
            support_count=message.supports.count(),
            **kwargs,
        )


class OwnPhotoView(OwnMessageMixin, View):
    def get(self, request, code, pk):
        return picture(get_object_or_404(self.message.photos, pk=pk), request, covered=False)


class AppealView(OwnMessageMixin, FormView):
    form_class = AppealForm
    template_name = "guestbook/appeal.html"

    def get(self, request, *args, **kwargs):
        if not guestbook.can_appeal(self.message):
            messages.info(request, "这条留言现在不用申诉，或者已经申诉过，请看最新情况。")
            return redirect("guestbook:own", self.message.code)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "message": self.message}

    def get_context_data(self, **kwargs):
        _, title, text = guestbook_words.standing(self.message)
        return super().get_context_data(title=title, reason=text, **kwargs)

    def form_valid(self, form):
        if form.run():
            messages.success(self.request, "申诉已交给社区，由没有处理过它的人复核，结果会告诉您。")
        elif guestbook.can_appeal(self.message):
            return self.form_invalid(form)
        else:
            messages.info(self.request, " ".join(form.non_field_errors()))
        return redirect("guestbook:own", self.message.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class WithdrawView(OwnMessageMixin, TemplateView):
    template_name = "guestbook/withdraw.html"

    def post(self, request, *args, **kwargs):
        try:
            guestbook.withdraw_message(self.message)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, "已撤回。邻居看不到这条留言了。")
        return redirect("guestbook:own", self.message.code)


# --- What others wrote ------------------------------------------------------------------------------------------------
class PublicMessageMixin(UnlistedMixin):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rows = Message.objects.public().select_related("topic", "community")
        self.message = get_object_or_404(rows, code=kwargs["code"].upper())

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"message": self.message, "community": self.message.community, **kwargs})


class SupportView(PublicMessageMixin, PhoneRequiredMixin, TemplateView):
    """附议, once a phone."""

    template_name = "guestbook/support.html"

    def post(self, request, *args, **kwargs):
        if is_over(request, "supports", "public_supports_per_hour"):
            return self.render_to_response(self.get_context_data(refusal=TOO_MANY), status=429)
        try:
            is_new = guestbook.support_message(self.message, phone=self.phone)
        except ValidationError as error:
            messages.info(request, " ".join(error.messages))
            return redirect("guestbook:home", self.message.community.code)
        messages.success(request, "已附议，谢谢您。" if is_new else "您已经附议过这条留言，只算一次。")
        return redirect("guestbook:message", self.message.code)


class FlagView(PublicMessageMixin, FormView):
    """举报: without a phone one is counted by the network address."""

    form_class = FlagForm
    template_name = "guestbook/flag.html"

    def get_form_kwargs(self):
        phone = own_phone(self.request)
        address = guestbook.reader_hash(address=client_address(self.request))
        readers = [guestbook.reader_hash(phone=phone), address] if phone else [address]
        return {**super().get_form_kwargs(), "message": self.message, "readers": readers}

    def form_valid(self, form):
        if is_over(self.request, "flags", "public_supports_per_hour"):
            form.add_error(None, TOO_MANY)
            return self.form_invalid(form, 429)
        community = self.message.community
        if not form.run() and form.has_error("reason"):
            return self.form_invalid(form)
        messages.success(self.request, "举报已收到，社区会查看。")
        return redirect("guestbook:home", community.code)

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)
