"""Users in the Django admin. Passwords are nobody's business but the user's: the office hands out slips."""

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import operations
from accounts.models import User
from core.forms import CodeField

admin.site.site_header = admin.site.site_title = gettext_lazy("Party building: administration")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Writes go through the operations, which check them and record them."""

    list_display = ("username", "name", "staff_no", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "must_change_password")
    search_fields = ("username", "name", "staff_no")
    ordering = ("username",)
    list_per_page = 50
    fields = ("username", "name", "staff_no", "is_active", "must_change_password", "is_staff", "is_superuser")
    actions = ("make_slips", "deactivate")

    def get_fields(self, request, obj=None):
        return self.fields if obj else ("username", "name", "staff_no")

    def get_readonly_fields(self, request, obj=None):
        """Only a superuser makes others administrators."""
        return () if request.user.is_superuser else ("is_staff", "is_superuser")

    def has_delete_permission(self, request, obj=None):
        return False  # the audit trail names them: they are made inactive instead

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "staff_no":
            kwargs["form_class"] = CodeField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            operations.update_user(obj, by=request.user, **form.cleaned_data)
        else:
            obj.pk = operations.create_user(by=request.user, **form.cleaned_data).pk
        obj.refresh_from_db()

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except operations.AccountRefused as error:
            self.message_user(request, error, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.action(description=gettext_lazy("Make activation slips"), permissions=["change"])
    def make_slips(self, request, queryset):
        users = list(queryset.filter(is_active=True))
        codes = operations.issue_slips(users, by=request.user)
        lines = [
            _("Name: %(name)s   Username: %(username)s   Code: %(code)s")
            % {"name": user.name, "username": user.username, "code": codes[user.pk]}
            for user in users
        ]
        answer = HttpResponse("\r\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="activation-slips.txt"'
        return answer

    @admin.action(description=gettext_lazy("Make inactive and sign out"), permissions=["change"])
    def deactivate(self, request, queryset):
        count = operations.deactivate(queryset.exclude(pk=request.user.pk), by=request.user)
        text = ngettext("%(count)d user is inactive now.", "%(count)d users are inactive now.", count)
        self.message_user(request, text % {"count": count})
