"""What the unit does with one of its resources on the phone: bookings, exceptions, a new date of expiry."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from checklists.forms.bookings import AddException, Book, Extend
from checklists.services import bookings
from checklists.views.calendars import my_bookings, my_exceptions
from checklists.views.holdings import my_resources, resource_page


class ResourceActView(LoginRequiredMixin, View):
    """One act by POST; refused, the page comes back with what was typed."""

    act = None

    def get(self, request, pk):
        return redirect("desk:resource_change", get_object_or_404(my_resources(request.user), pk=pk).pk)

    def post(self, request, pk):
        resource = get_object_or_404(my_resources(request.user), pk=pk)
        form = self.act(request.POST, subject=resource, user=request.user)
        if form.is_valid():
            form.run()
        if form.is_valid():
            messages.success(request, form.done)
            return redirect("desk:resource_change", pk)
        return render(request, "desk/resource_change.html", resource_page(request, resource, bound=form), status=422)


class ResourceBookView(ResourceActView):
    act = Book


class ResourceExceptView(ResourceActView):
    act = AddException


class ResourceExtendView(ResourceActView):
    act = Extend


class UndoView(LoginRequiredMixin, View):
    """Takes back a row of the calendar of one of my resources."""

    def post(self, request, pk):
        row = get_object_or_404(self.rows(request.user).filter(resource__in=my_resources(request.user)), pk=pk)
        try:
            self.undo(row)
            messages.success(request, self.done)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return redirect("desk:resource_change", row.resource_id)


class BookingCancelView(UndoView):
    rows, done = staticmethod(my_bookings), "已取消预约，这半天又可以约了。"

    def undo(self, row):
        bookings.cancel_booking(row, actor=self.request.user)


class ExceptionRemoveView(UndoView):
    rows, done = staticmethod(my_exceptions), "已取消例外，按每周的开放时间。"

    def undo(self, row):
        bookings.remove_exception(row, actor=self.request.user)
