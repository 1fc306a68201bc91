"""What is half typed into a form of a scheme is kept, and stands there when the form is opened again."""

from typing import Any

from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from core.models import Draft
from core.operations import discard_draft

FORM = "scheme"


class TypedMixin:
    """For a view of one form at one address; ``part`` are the codes that stand there (see PartForm)."""

    request: Any
    kwargs: dict[str, Any]
    part: Any = ""
    keeps_typed = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and request.POST.get("action") == "discard":
            self.forget_typed()
            return redirect(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def typed_key(self) -> str:
        places = [str(place) for place in self.kwargs.values()]
        return "-".join([self.request.resolver_match.url_name, *places])

    @cached_property
    def typed(self) -> Draft | None:
        """Nothing where something else stands at the place by now."""
        found = Draft.objects.filter(user=self.request.user, form=FORM, key=self.typed_key).first()
        return found if found and found.data.get("part", [""]) == [self.part] else None

    def with_typed(self, make: Any) -> Any:
        """The form that ``make(initial)`` gives, with what was typed last time and never saved."""
        if self.typed is None:
            return make({})
        texts = QueryDict(mutable=True)
        for name, values in self.typed.data.items():
            if isinstance(values, list):
                texts.setlist(name, [str(value) for value in values])
        form = make(texts.dict())
        for name, field in form.fields.items():
            if not field.widget.value_omitted_from_data(texts, {}, name):
                form.initial[name] = field.widget.value_from_datadict(texts, {}, name)
        return form

    def forget_typed(self) -> None:
        discard_draft(user=self.request.user, form=FORM, key=self.typed_key)

    def typed_context(self) -> dict[str, Any]:
        if not self.keeps_typed:
            return {}
        shown = self.typed if self.request.method == "GET" else None
        return {"typed": shown, "draft_url": reverse("core:draft", args=[FORM, self.typed_key])}
