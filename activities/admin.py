"""For support staff: everything found quickly, nothing that the operations have to do done past them."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from activities.models import (
    ActionItem,
    Activity,
    ActivityCount,
    Attachment,
    CoreTask,
    Duty,
    DutyRule,
    Outcome,
    Participation,
    Reminder,
    Tag,
    Vote,
)
from activities.operations import take_back_of_rules_off
from activities.rules import is_held_by
from branches.choices import UnitKind

YEAR = 366


class ReadOnlyMixin:
    """Figures and states change through the record's own page, where the moves and the audit trail are."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class PartInline(ReadOnlyMixin, admin.TabularInline):
    model = Participation
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit")


class CountInline(ReadOnlyMixin, admin.TabularInline):
    model = ActivityCount
    extra = 0


class OutcomeInline(ReadOnlyMixin, admin.TabularInline):
    model = Outcome
    extra = 0


class AttachmentInline(ReadOnlyMixin, admin.TabularInline):
    model = Attachment
    extra = 0


class VoteInline(ReadOnlyMixin, admin.TabularInline):
    model = Vote
    extra = 0


class ActionItemInline(ReadOnlyMixin, admin.TabularInline):
    model = ActionItem
    fk_name = "activity"
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("owner")


@admin.register(Activity)
class ActivityAdmin(ReadOnlyMixin, SimpleHistoryAdmin):
    list_display = ["title", "kind", "unit", "held_on", "state", "is_late", "by_lapse", "source"]
    list_filter = ["state", "kind", "is_late", "by_lapse", "source"]
    list_select_related = ["unit"]
    search_fields = ["title", "ref", "unit__code", "unit__name"]
    date_hierarchy = "held_on"
    show_full_result_count = False
    inlines = [PartInline, CountInline, OutcomeInline, VoteInline, ActionItemInline, AttachmentInline]
    ordering = ["-held_on", "-pk"]


@admin.register(CoreTask)
class CoreTaskAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["name", "unit", "starts_on", "ends_on"]
    list_select_related = ["unit"]
    search_fields = ["name", "unit__code", "unit__name"]
    ordering = ["-starts_on", "pk"]


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    search_fields = ["name"]


class DutyRuleForm(forms.ModelForm):
    unit_kinds = forms.MultipleChoiceField(
        label=_("owed by"), choices=UnitKind.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean(self):
        """Nobody could record what a unit of its kind does not hold, nor tell two rules of one name apart."""
        cleaned = super().clean()
        kind = cleaned.get("kind", self.instance.kind)
        talk = cleaned.get("talk_kind", self.instance.talk_kind)
        alike = DutyRule.objects.filter(kind=kind, talk_kind=talk, name=cleaned.get("name", ""))
        if alike.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("Another rule asks for the same. Give a name that tells them apart."))
        if kind and not all(is_held_by(kind, at) for at in cleaned.get("unit_kinds", [])):
            self.add_error("unit_kinds", _("Not every one of these kinds of unit holds this activity."))
        return cleaned

    def clean_remind_before(self):
        days = self.cleaned_data["remind_before"] or []
        if not isinstance(days, list) or any(type(one) is not int or not 0 < one <= YEAR for one in days):
            raise ValidationError(_("Write the days as in [20, 7], each from 1 to 366."))
        return days


@admin.register(DutyRule)
class DutyRuleAdmin(admin.ModelAdmin):
    form = DutyRuleForm
    list_display = [
        "code",
        "kind",
        "talk_kind",
        "name",
        "cadence",
        "unit_kinds",
        "grace_days",
        "in_meetings",
        "active",
    ]
    list_filter = ["cadence", "in_meetings", "active"]
    search_fields = ["code", "basis"]

    def get_readonly_fields(self, request, obj=None):
        """What the windows of existing duties came from stays; another rule takes its place."""
        return ["code", "kind", "talk_kind", "cadence"] if obj and obj.duties.exists() else []

    def save_model(self, request, obj, form, change):
        """What a rule that is switched off asked for is taken back at once, not with the next night."""
        super().save_model(request, obj, form, change)
        if not obj.active:
            take_back_of_rules_off()


@admin.register(Duty)
class DutyAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["unit", "rule", "first_day", "last_day", "counts_until", "opened_until", "exempt_reason"]
    list_filter = ["rule", "last_day"]
    list_select_related = ["unit", "rule"]
    search_fields = ["unit__code", "unit__name"]
    date_hierarchy = "last_day"
    show_full_result_count = False


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["user", "text", "stage", "stage_day", "sent_on", "mailed", "seen_at"]
    list_filter = ["stage", "mailed"]
    list_select_related = ["user"]
    search_fields = ["user__username", "text"]
    date_hierarchy = "sent_on"
    show_full_result_count = False
