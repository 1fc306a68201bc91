"""Schemes, figures and boards for administrators. Rules and results are looked at here, never altered:
schemes come in as files, boards from scoring, figures from imports that say where they came from."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    AssessmentPeriod,
    Award,
    Band,
    DirtyUnit,
    Edition,
    Entry,
    Exclusion,
    GapComment,
    Indicator,
    IndicatorValue,
    Item,
    Objection,
    PastResult,
    Proposal,
    Rating,
    Scheme,
    SchemeDraft,
    Section,
    Veto,
)
from assessments.numbers import RAW_PLACES, SCORE_PLACES, TOTAL_PLACES, WEIGHT_PLACES, to_short_text, to_text
from assessments.operations import rename_indicator


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


@admin.register(AssessmentPeriod)
class AssessmentPeriodAdmin(LookedAtAdmin):
    list_display = ["code", "kind", "first_day", "last_day", "state"]
    list_filter = ["kind", "state"]
    search_fields = ["code"]


@admin.register(Indicator)
class IndicatorAdmin(admin.ModelAdmin):
    """The name may be corrected; code and ``per`` belong to the figures that were entered."""

    list_display = ["code", "name", "per_words"]
    search_fields = ["code", "name"]
    readonly_fields = ["code", "per_words"]
    fields = ["code", "name", "per_words"]

    def save_model(self, request, obj, form, change):
        rename_indicator(obj, by=request.user, name=form.cleaned_data["name"])

    @admin.display(description=_("per"))
    def per_words(self, indicator):
        return to_short_text(indicator.per, RAW_PLACES)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class FigureAdmin(LookedAtAdmin):
    search_fields = ["unit__code", "unit__name"]
    list_filter = ["period"]
    list_select_related = ["unit", "period"]


@admin.register(IndicatorValue)
class IndicatorValueAdmin(FigureAdmin):
    list_display = ["unit", "period", "indicator", "figure", "state", "entered_by", "entered_at"]
    list_filter = ["state", "period", "indicator"]
    list_select_related = ["unit", "period", "indicator", "entered_by"]

    @admin.display(description=_("figure"), ordering="raw")
    def figure(self, value):
        return to_short_text(value.raw, RAW_PLACES)


@admin.register(Exclusion)
class ExclusionAdmin(LookedAtAdmin):
    list_display = ["unit", "cause", "because", "left_out", "state", "asked_by", "asked_at"]
    list_filter = ["state", "cause"]
    search_fields = ["unit__code", "unit__name", "because"]
    list_select_related = ["unit", "asked_by"]

    @admin.display(description=_("left out"), ordering="amount")
    def left_out(self, exclusion):
        return to_short_text(exclusion.amount, RAW_PLACES)


@admin.register(Rating)
class RatingAdmin(FigureAdmin):
    list_display = ["unit", "period", "scheme_code", "item_code", "rater", "points"]
    list_filter = ["period", "scheme_code"]

    @admin.display(description=_("score"), ordering="score")
    def points(self, rating):
        return to_short_text(rating.score, RAW_PLACES)


@admin.register(Award)
class AwardAdmin(FigureAdmin):
    list_display = ["unit", "period", "scheme_code", "item_code", "given"]
    list_filter = ["period", "scheme_code"]

    @admin.display(description=_("points"), ordering="points")
    def given(self, award):
        return to_short_text(award.points, RAW_PLACES)


@admin.register(PastResult)
class PastResultAdmin(FigureAdmin):
    list_display = ["unit", "period", "scheme_code", "points", "rank"]
    list_filter = ["period", "scheme_code"]

    @admin.display(description=_("total"), ordering="total")
    def points(self, result):
        return to_text(result.total, TOTAL_PLACES)


@admin.register(Veto)
class VetoAdmin(FigureAdmin):
    list_display = ["unit", "period", "kind", "found_on", "basis", "entered_by", "lifted_at"]
    list_filter = ["period", "kind"]
    list_select_related = ["unit", "period", "entered_by"]


@admin.register(Proposal)
class ProposalAdmin(LookedAtAdmin):
    list_display = ["scheme_code", "period", "state", "prepared_by", "prepared_at", "decided_by", "edition"]
    list_filter = ["state", "period"]
    list_select_related = ["period", "prepared_by", "decided_by", "edition__period"]


@admin.register(Objection)
class ObjectionAdmin(FigureAdmin):
    list_display = ["unit", "period", "scheme_code", "item_code", "state", "raised_by", "answered_by"]
    list_filter = ["period", "scheme_code", "state"]
    list_select_related = ["unit", "period", "raised_by", "answered_by"]


@admin.register(GapComment)
class GapCommentAdmin(FigureAdmin):
    list_display = ["unit", "period", "scheme_code", "side", "written_by", "written_at"]
    list_filter = ["period", "scheme_code", "side"]
    list_select_related = ["unit", "period", "written_by"]


@admin.register(DirtyUnit)
class DirtyUnitAdmin(LookedAtAdmin):
    list_display = ["unit", "day", "since"]
    list_select_related = ["unit"]


class LookedAtInline(LookedAt, admin.TabularInline):
    extra = 0

    @admin.display(description=_("weight"))
    def weight_words(self, obj):
        return to_short_text(obj.weight, WEIGHT_PLACES)


class SectionInline(LookedAtInline):
    model = Section
    fields = readonly_fields = ["position", "code", "name", "weight_words"]


class ItemInline(LookedAtInline):
    model = Item
    fields = readonly_fields = [
        "code",
        "name",
        "weight_words",
        "source_type",
        "source_code",
        "rule_type",
        "missing",
    ]


class BandInline(LookedAtInline):
    model = Band
    fields = readonly_fields = ["code", "name", "from_words"]

    @admin.display(description=_("lower bound"))
    def from_words(self, band):
        return to_short_text(band.minimum, TOTAL_PLACES)


@admin.register(Scheme)
class SchemeAdmin(LookedAtAdmin):
    list_display = ["code", "version", "name", "valid_from", "adopted_on", "adopted_document"]
    list_filter = ["code"]
    search_fields = ["code", "name", "adopted_document"]
    inlines = [SectionInline, ItemInline, BandInline]


@admin.register(SchemeDraft)
class SchemeDraftAdmin(LookedAtAdmin):
    list_display = ["__str__", "based_on", "changed_by", "changed_at", "scheme", "adopted_by"]
    list_select_related = ["based_on", "changed_by", "scheme", "adopted_by"]


@admin.register(Edition)
class EditionAdmin(LookedAtAdmin):
    list_display = [
        "scheme_code",
        "period",
        "number",
        "state",
        "subject_count",
        "published_at",
        "prepared_by",
        "approved_by",
    ]
    list_filter = ["state", "scheme_code", "period"]
    search_fields = ["scheme_code", "minutes", "reason", "digest"]
    list_select_related = ["period", "prepared_by", "approved_by"]


@admin.register(Entry)
class EntryAdmin(LookedAtAdmin):
    list_display = [
        "unit_code",
        "unit_name",
        "edition",
        "points",
        "grade",
        "rank_company",
        "has_gap",
        "has_missing",
    ]
    list_filter = ["edition__period", "edition__scheme_code", "grade", "has_gap", "has_missing"]
    search_fields = ["unit_code", "unit_name"]
    list_select_related = ["edition__period"]
    fields = [
        *("edition", "unit", "unit_code", "unit_name", "parent_code", "category", "size_class"),
        "points",
        "grade",
    ]
    fields += [
        "sections",
        "has_gap",
        "has_missing",
        "has_veto",
        *("rank_company", "rank_parent", "rank_category", "rank_size"),
    ]

    @admin.display(description=_("total"), ordering="total")
    def points(self, entry):
        return to_text(entry.total, TOTAL_PLACES)

    @admin.display(description=_("section scores"))
    def sections(self, entry):
        return ", ".join(to_text(score, SCORE_PLACES) or "–" for score in entry.section_scores)
