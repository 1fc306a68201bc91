"""The administrator's door to units, people and rights. Every write goes through an operation."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from branches import operations
from branches.models import Assignment, Member, Organisation, PartyUnit, Placement, Post
from core import clock
from core.forms import CodeField


class OperationAdmin(admin.ModelAdmin):
    """``create`` and ``update`` name the operations; what they refuse is told on the page."""

    list_per_page = 50
    show_full_result_count = False
    create: staticmethod
    update: staticmethod

    def get_actions(self, request):
        """Deleting is done one by one, where a refusal can say why."""
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in ("code", "staff_no"):
            kwargs["form_class"] = CodeField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        many = {field.name for field in self.model._meta.many_to_many}
        fields = {name: value for name, value in form.cleaned_data.items() if name not in many}
        if change:
            self.update(obj, by=request.user, **fields)
        else:
            obj.pk = self.create(by=request.user, **fields).pk
        obj.refresh_from_db()

    def delete_model(self, request, obj):
        operations.delete_row(obj, by=request.user)

    def get_deleted_objects(self, objs, request):
        """The operation decides what may go; the page only asks."""
        return [str(obj) for obj in objs], {}, set(), []

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return self.told(request, super().changeform_view, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        return self.told(request, super().delete_view, object_id, extra_context)

    def told(self, request, view, *arguments):
        try:
            return view(request, *arguments)
        except operations.BranchesRefused as error:
            self.message_user(request, error, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Organisation)
class OrganisationAdmin(OperationAdmin):
    list_display = ("code", "name", "kind", "parent", "staff_count")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)
    create = staticmethod(operations.create_organisation)
    update = staticmethod(operations.update_organisation)


class OpenFilter(admin.SimpleListFilter):
    title = _("State")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("1", _("open")), ("0", _("closed"))]

    def queryset(self, request, queryset):
        open_units = PartyUnit.objects.open_on(clock.today())
        if self.value() == "1":
            return queryset.filter(pk__in=open_units)
        return queryset.exclude(pk__in=open_units) if self.value() == "0" else queryset


class PlacementInline(admin.TabularInline):
    """Where the unit stood, from when on: written by moving the unit, never by hand."""

    model = Placement
    fk_name = "unit"
    fields = readonly_fields = ("starts_on", "parent", "organisation", "category")
    extra = 0
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent", "organisation").order_by("-starts_on")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class PartyUnitForm(forms.ModelForm):
    on = forms.DateField(
        label=_("change of place holds from"),
        required=False,
        widget=admin.widgets.AdminDateWidget,
        help_text=_("For another parent, organisation or category. Empty: today."),
    )


@admin.register(PartyUnit)
class PartyUnitAdmin(OperationAdmin):
    form = PartyUnitForm
    list_display = ("code", "name", "kind", "parent", "organisation", "category", "closed_on")
    list_filter = (OpenFilter, "kind")
    search_fields = ("code", "name")
    autocomplete_fields = ("parent", "organisation", "also_covers")
    list_select_related = ("parent", "organisation")
    inlines = (PlacementInline,)
    update = staticmethod(operations.correct_unit)

    @staticmethod
    def create(*, by, on=None, **fields):
        return operations.found_unit(by=by, **fields)

    def get_readonly_fields(self, request, obj=None):
        """A new place and a closure go by the operations; what has no operation of its own stays as it is."""
        if obj is None:
            return ("closed_on", "merged_into")
        settled = ("closed_on", "parent") if obj.closed_on else ()
        return ("kind", "opened_on", "merged_into", "pages", *settled)

    @admin.display(description=_("opened, merged and closed"))
    def pages(self, obj):
        """Where those who keep the unit merge and close it, with all that hangs together."""
        links = [("unit_merge", _("Merge this unit into another")), ("unit_close", _("Close the unit"))]
        found = [(reverse(f"branches:{route}", args=[obj.code]), label) for route, label in links]
        return format_html_join(" · ", '<a href="{}">{}</a>', found)


@admin.register(Placement)
class PlacementAdmin(admin.ModelAdmin):
    list_display = ("unit", "starts_on", "parent", "organisation", "category")
    search_fields = ("unit__code", "unit__name")
    list_select_related = ("unit", "parent", "organisation")
    date_hierarchy = "starts_on"
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class PostInline(admin.TabularInline):
    model = Post
    fields = readonly_fields = ("unit", "position", "starts_on", "ends_on")
    extra = 0
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit").order_by("-starts_on")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Member)
class MemberAdmin(OperationAdmin):
    list_display = ("name", "staff_no", "unit", "organisation", "status", "party_worker", "user", "left_on")
    list_filter = ("status", "party_worker")
    search_fields = ("name", "staff_no", "unit__code", "unit__name")
    autocomplete_fields = ("unit", "organisation", "user")
    list_select_related = ("unit", "organisation", "user")
    inlines = (PostInline,)
    create = staticmethod(operations.create_member)
    update = staticmethod(operations.update_member)


@admin.register(Post)
class PostAdmin(OperationAdmin):
    list_display = ("member", "unit", "position", "starts_on", "ends_on")
    list_filter = ("position",)
    search_fields = ("member__name", "member__staff_no", "unit__code", "unit__name")
    autocomplete_fields = ("member", "unit")
    list_select_related = ("member", "unit")
    create = staticmethod(operations.appoint)
    update = staticmethod(operations.update_post)

    def get_readonly_fields(self, request, obj=None):
        return ("member",) if obj else ()

    def delete_model(self, request, obj):
        """Only what has not begun before today; who held a post stays on record, and it is ended instead."""
        operations.strike_out_post(obj, by=request.user)


@admin.register(Assignment)
class AssignmentAdmin(OperationAdmin):
    """Rights are ended, not deleted. Those that come from a post are changed with the post."""

    list_display = ("user", "role", "unit", "starts_on", "ends_on", "acting_for", "from_post")
    list_filter = ("role",)
    search_fields = ("user__username", "user__name", "unit__code", "unit__name")
    autocomplete_fields = ("user", "unit", "acting_for")
    list_select_related = ("user", "unit", "acting_for")
    fields = ("user", "role", "unit", "starts_on", "ends_on", "acting_for")
    create = staticmethod(operations.assign_role)
    update = staticmethod(operations.update_assignment)

    @admin.display(description=_("from post"), boolean=True)
    def from_post(self, obj):
        return obj.post_id is not None

    def get_readonly_fields(self, request, obj=None):
        return ("user", "role", "unit") if obj else ()

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and obj.post_id)

    def has_delete_permission(self, request, obj=None):
        return False
