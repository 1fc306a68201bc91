"""For support staff: everything found quickly; what has steps and a trail is changed on its own page.

Contacts of partners are shown nowhere here: they end at the branch that is paired with them.
"""

from django.contrib import admin

from pairings.models import (
    DemonstrationSite,
    Hazard,
    HelpItem,
    HelpTopic,
    KeyProject,
    LineGuard,
    Pairing,
    PairingActivity,
    PairingAgreement,
    PairingDocument,
    PairingFigure,
    PairingParty,
    Partner,
    PlanItem,
    SatisfactionSurvey,
    SiteCheck,
    SupportAward,
)

OF_THE_PAIRING = ["pairing__code", "pairing__title"]


class LookedAt:
    """Nobody adds, changes or deletes here."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LookedAtAdmin(LookedAt, admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False


class PartyInline(LookedAt, admin.TabularInline):
    model = PairingParty
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit", "partner")


class AgreementInline(LookedAt, admin.TabularInline):
    model = PairingAgreement
    fields = ["number", "term_from", "term_to", "signed_on", "reported_on", "review_result", "reviewed_on"]
    extra = 0


class DocumentInline(LookedAt, admin.TabularInline):
    model = PairingDocument
    fields = ["kind", "title", "covers_to"]
    extra = 0


@admin.register(Pairing)
class PairingAdmin(LookedAtAdmin):
    list_display = ["code", "title", "unit", "state", "active_from", "active_until", "source"]
    list_filter = ["state", "selection_reason", "source"]
    list_select_related = ["unit"]
    search_fields = ["code", "title", "unit__code", "unit__name"]
    date_hierarchy = "active_from"
    inlines = [PartyInline, AgreementInline, DocumentInline]
    ordering = ["-pk"]


@admin.register(Partner)
class PartnerAdmin(LookedAtAdmin):
    list_display = ["code", "name", "level", "type", "region", "member_count", "merged_into"]
    list_filter = ["type", "level"]
    list_select_related = ["merged_into"]
    search_fields = ["code", "name", "region"]
    exclude = ["contact_name", "contact_phone"]


@admin.register(HelpTopic)
class HelpTopicAdmin(admin.ModelAdmin):
    """The catalogue is data that support keeps. What entries use is switched off rather than deleted."""

    list_display = ["code", "name", "order", "is_offered"]
    list_editable = ["order", "is_offered"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def has_delete_permission(self, request, obj=None):
        in_use = obj is not None and obj.items.exists()
        return super().has_delete_permission(request, obj) and not in_use

    def get_actions(self, request):
        """Deleting is done one by one, where what is used stays."""
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }


@admin.register(HelpItem)
class HelpItemAdmin(LookedAtAdmin):
    list_display = ["topic", "direction", "unit", "partner", "since", "until", "met_on"]
    list_filter = ["direction", "topic"]
    list_select_related = ["topic", "unit", "partner"]
    search_fields = ["note", "unit__code", "unit__name", "partner__code", "partner__name"]
    date_hierarchy = "since"


@admin.register(SupportAward)
class SupportAwardAdmin(LookedAtAdmin):
    list_display = ["partner", "year", "batch", "reason", "document", "given_by"]
    list_filter = ["year", "batch"]
    list_select_related = ["partner", "given_by"]
    search_fields = ["partner__code", "partner__name", "document"]


class PairingRowAdmin(LookedAtAdmin):
    """Rows of a pairing, found by it."""

    list_select_related = ["pairing"]
    search_fields = OF_THE_PAIRING


@admin.register(DemonstrationSite)
class DemonstrationSiteAdmin(PairingRowAdmin):
    list_display = ["pairing", "batch", "theme", "named_on", "named_by", "withdrawn_on"]
    list_filter = ["batch"]
    list_select_related = ["pairing", "named_by"]


@admin.register(SiteCheck)
class SiteCheckAdmin(PairingRowAdmin):
    list_display = [
        "pairing",
        "checked_on",
        "standardised_base",
        "regular_interaction",
        "organisation_satisfied",
        "public_approves",
        "checked_by",
    ]
    list_select_related = ["pairing", "checked_by"]
    date_hierarchy = "checked_on"


@admin.register(PairingAgreement)
class PairingAgreementAdmin(PairingRowAdmin):
    list_display = ["pairing", "number", "term_from", "term_to", "signed_on", "reported_on", "review_result"]
    list_filter = ["review_result"]
    search_fields = [*OF_THE_PAIRING, "number"]


@admin.register(PairingParty)
class PairingPartyAdmin(PairingRowAdmin):
    list_display = ["pairing", "unit", "partner"]
    list_select_related = ["pairing", "unit", "partner"]
    search_fields = [*OF_THE_PAIRING, "unit__code", "unit__name", "partner__code", "partner__name"]


@admin.register(PairingDocument)
class PairingDocumentAdmin(PairingRowAdmin):
    list_display = ["pairing", "kind", "title", "covers_to"]
    list_filter = ["kind"]


@admin.register(KeyProject)
class KeyProjectAdmin(PairingRowAdmin):
    list_display = ["pairing", "title", "owner", "due_on", "done_on"]


@admin.register(PlanItem)
class PlanItemAdmin(PairingRowAdmin):
    list_display = ["pairing", "title", "heading", "owner", "due_on"]
    list_filter = ["heading"]
    date_hierarchy = "due_on"


@admin.register(PairingActivity)
class PairingActivityAdmin(PairingRowAdmin):
    list_display = ["pairing", "activity", "plan_item"]
    list_select_related = ["pairing", "activity", "plan_item"]
    search_fields = [*OF_THE_PAIRING, "activity__title"]


@admin.register(LineGuard)
class LineGuardAdmin(PairingRowAdmin):
    list_display = ["pairing", "section", "side", "name", "starts_on", "ends_on"]
    list_filter = ["side"]
    search_fields = [*OF_THE_PAIRING, "section"]


@admin.register(Hazard)
class HazardAdmin(PairingRowAdmin):
    list_display = ["pairing", "kind", "text", "found_on", "closed_on"]
    list_filter = ["kind"]
    search_fields = [*OF_THE_PAIRING, "text"]
    date_hierarchy = "found_on"


@admin.register(SatisfactionSurvey)
class SatisfactionSurveyAdmin(PairingRowAdmin):
    list_display = ["pairing", "held_on", "method", "sample", "satisfied"]
    list_filter = ["method"]


@admin.register(PairingFigure)
class PairingFigureAdmin(PairingRowAdmin):
    list_display = ["pairing", "name", "measure_unit", "before", "before_on", "now", "now_on", "target"]
