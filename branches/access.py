"""How a view finds its object: in scope or not at all (architecture.md settled 2)."""

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied

from branches.selectors import has_permission


class ScopedMixin(AccessMixin):
    """A view states ``model`` and ``action``. A row out of the user's sight is 404; one in sight on which
    the action is not the user's is 403. A view without an object asks whether he has the right anywhere."""

    model = None
    action = "view"

    def dispatch(self, request, *args, **kwargs):
        names_an_object = bool(self.kwargs)
        if request.user.is_authenticated and not names_an_object and not self.has_right():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def permission(self) -> str:
        return f"{self.model._meta.app_label}.{self.action}_{self.model._meta.model_name}"

    def has_right(self) -> bool:
        """Lists are simply empty for whoever sees nothing; what changes something needs the right."""
        return self.action == "view" or has_permission(self.request.user, self.permission)

    def get_queryset(self):
        """What the user may see. ``get_object`` narrows it to what he may act on."""
        return self.model._default_manager.allowed_to(self.request.user, "view")

    def get_object(self, queryset=None):
        found = super().get_object(queryset)
        if self.action != "view":
            acting = self.model._default_manager.allowed_to(self.request.user, self.action)
            if not acting.filter(pk=found.pk).exists():
                raise PermissionDenied
        return found
