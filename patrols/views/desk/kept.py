"""Pages whose form a phone may keep: answered as a page to a browser, as JSON to desk_sync.js.

200 done, with where to read it; 422 with what is wrong with which field; 409 what was written about has changed
meanwhile or left one's reach; 401 somebody else, or nobody, is signed in. The phone keeps what was not answered by 200.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.views.generic import FormView

from checklists.forms.fields import show_refusal
from patrols.views.desk.ground import GroundMixin

CONFLICTS = {"ended", "transition", "stale", "key", "client_key"}
SIGN_IN = "登录已过期，内容还在手机上。请登录后再发送。"


class KeptView(GroundMixin, FormView):
    """`act(form)` does it and returns (what to say, where to go)."""

    kept_as = ""  # what the list of unsent things calls it
    gone = "要办的这一条已不在您的网格，或已移出名单。"

    def act(self, form):
        raise NotImplementedError

    @property
    def sender(self):
        """The key of the user for whom the phone sends this; "" from a browser's own form."""
        return self.request.headers.get("X-Kept-For", "")

    def dispatch(self, request, *args, **kwargs):
        if self.sender and (not request.user.is_authenticated or self.sender != str(request.user.pk)):
            return JsonResponse({"words": SIGN_IN}, status=401)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if not self.sender:
                raise
            return JsonResponse({"words": self.gone}, status=404)

    def form_valid(self, form):
        try:
            words, url = self.act(form)
        except PermissionDenied as error:
            return self.refuse_all(form, str(error) or self.gone)
        except ValidationError as error:
            if not hasattr(error, "error_dict") and getattr(error, "code", "") in CONFLICTS:
                return self.refuse_all(form, " ".join(error.messages))
            show_refusal(form, error)
            return self.form_invalid(form)
        if self.sender:
            return JsonResponse({"done": True, "words": words, "url": url})
        messages.success(self.request, words)
        return HttpResponseRedirect(url)

    def refuse_all(self, form, words):
        """Nothing in the form can mend it: the world is another than when it was written."""
        if self.sender:
            return JsonResponse({"words": words}, status=409)
        form.add_error(None, words)
        return self.render_to_response(self.get_context_data(form=form), status=409)

    def form_invalid(self, form):
        if self.sender:
            errors = {name: list(words) for name, words in form.errors.items()}
            return JsonResponse({"errors": errors}, status=422)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(kept_as=self.kept_as, **kwargs)
