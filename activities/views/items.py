"""A thing to do that was ticked off by mistake."""

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from activities import operations
from activities.models import Activity
from branches.access import ScopedMixin
from core.workflow import MoveRefused


class ReopenItemView(ScopedMixin, DetailView):
    model = Activity
    action = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, item_pk: int):
        item = get_object_or_404(self.get_object().action_items, pk=item_pk)
        try:
            operations.reopen_action_item(item, by=request.user)
        except MoveRefused as error:
            messages.error(request, error.args[0])
        else:
            messages.success(request, _("“%(item)s” is to be done again.") % {"item": item.text})
        return redirect("activities:detail", pk)
