"""The entry form: new records and changes."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView, TemplateView
from django.views.generic.detail import SingleObjectTemplateResponseMixin

from activities import links, operations
from activities.choices import ActivityState
from activities.forms import Conflict, EntrySheet, blank_values, next_values, record_values, settled
from activities.forms.minutes import officer_values
from activities.forms.typed import draft_values, without_the_unit
from activities.meetings import unsaid
from activities.models import Activity
from activities.records import Change, RecordRefused
from activities.selectors import (
    UNITS_OFFERED,
    default_unit,
    expected_at,
    may_record_for,
    names_visible,
    recordable_units,
    usual_officers,
)
from activities.views.alike import alike_to
from activities.views.deciding import offer_undo
from activities.views.drafts import DRAFT_FORM, KeepsTyped
from activities.views.talks import TALK_UNITS, talk_form_for
from branches.access import ScopedMixin
from branches.models import Member, PartyUnit
from branches.selectors import units_for
from core import clock
from core.files import FileRefused
from core.models import Draft
from core.operations import DraftRefused, discard_draft, save_draft
from core.operations.drafts import storable
from core.templatetags.format import moment
from core.workflow import MoveRefused, VersionConflict

INVALID, CONFLICT = 422, 409


class EntryMixin(KeepsTyped, ScopedMixin, SingleObjectTemplateResponseMixin):
    model = Activity
    template_name_suffix = "_form"

    def sheet(self, values: Any, *, check: bool, files: Any = None) -> EntrySheet:
        return EntrySheet(
            self.request.user, self.unit, values, files=files, activity=self.object, check=check
        )

    def show(self, sheet: EntrySheet, *, status: int = 200, **extra: Any):
        extra["lost_files"] = [upload.name for upload in self.request.FILES.getlist("files")]
        context = self.get_context_data(sheet=sheet, form=sheet.main, unit=self.unit, **extra)
        return self.render_to_response(context, status=status)

    @property
    def has_talk_form(self) -> bool:
        return self.unit.kind in TALK_UNITS

    def key_of(self, values: Any) -> str:
        return str(values.get("submission_key") or "")

    def keep(self, values: QueryDict):
        """Keep what was typed as it is, unchecked; it needs no script."""
        data = {name: texts for name, texts in values.lists() if name != "csrfmiddlewaretoken"}
        key = self.key_of(values)[:60] or str(uuid.uuid4())
        title = values.get("title", "")[:200]
        try:
            save_draft(user=self.request.user, form=DRAFT_FORM, key=key, data=data, title=title)
        except DraftRefused as error:
            sheet = self.sheet(values, check=True)
            sheet.main.add_error(None, error.args[0])
            return self.show(sheet, status=INVALID)
        messages.success(self.request, _("Kept as a draft. Photos and files are added when you submit."))
        return redirect("activities:list")


class ActivityCreateView(EntryMixin, TemplateView):
    action = "add"
    object = None

    def dispatch(self, request, *args, **kwargs):
        self.unit = None
        return super().dispatch(request, *args, **kwargs)

    def show(self, sheet: EntrySheet, *, status: int = 200, **extra: Any):
        chosen = links.chosen(sheet.main.data) or links.chosen(self.request.GET)
        fields = links.link_fields(self.unit, self.request.user, chosen)
        return super().show(sheet, status=status, link_fields=fields, **extra)

    def has_right(self) -> bool:
        """Whoever records for no unit is told so; ``find_unit`` decides for each unit."""
        return True

    def find_unit(self, code: str) -> PartyUnit:
        units = recordable_units(self.request.user).select_related("parent", "organisation")
        if not code:
            unit = default_unit(self.request.user)
            if unit is None:
                raise PermissionDenied
            return unit
        if not storable(code):
            raise Http404
        unit = units.filter(code=code).first()
        if unit is None:
            if units_for(self.request.user, "branches.view_partyunit").filter(code=code).exists():
                raise PermissionDenied
            raise Http404
        return unit

    def get(self, request, *args, **kwargs):
        draft = self.draft()
        values = draft_values(draft.data, draft.key) if draft else QueryDict()
        code = request.GET.get("unit", "") or values.get("unit", "")
        if draft and not may_record_for(request.user, code or self.own_code()):
            return redirect("activities:draft", draft.pk)
        if not code and default_unit(request.user) is None:
            page = ["activities/activity_form_nothing.html"]
            return self.response_class(request, page, {"drafts": self.drafts().count()})
        self.unit = self.find_unit(code)
        talk_form = talk_form_for(self.unit, {} if draft else request.GET)
        if talk_form:
            return redirect(talk_form)
        sheet = self.sheet(self.first_values(values), check=False)
        return self.show(sheet, draft=draft, units=self.other_units(), drafts=self.other_drafts(draft))

    def draft(self) -> Draft | None:
        key = self.request.GET.get("draft", "")
        return self.drafts().filter(key=key).first() if key and storable(key) else None

    def drafts(self):
        return Draft.objects.filter(user=self.request.user, form=DRAFT_FORM, object_id="").order_by(
            "-updated_at"
        )

    def other_drafts(self, draft: Draft | None):
        return self.drafts().exclude(pk=draft.pk if draft else None)[:5]

    def other_units(self):
        units = recordable_units(self.request.user).order_by("path").values_list("code", "name")
        return units[:UNITS_OFFERED] if len(units[:2]) > 1 else []

    def own_code(self) -> str:
        unit = default_unit(self.request.user)
        return unit.code if unit else ""

    def first_values(self, typed: QueryDict):
        if typed and typed.get("unit", "") in ("", self.unit.code):
            return typed
        previous = self.previous()
        if previous:
            return next_values(self.unit, previous)
        kind = typed.get("kind", "") or self.request.GET.get("kind", "")
        seen = names_visible(self.request.user, self.unit)
        members = expected_at(self.unit, kind, clock.today()) if seen else []
        values = blank_values(self.unit, members=members, kind=kind)
        for name, texts in without_the_unit(typed).lists():
            values.setlist(name, texts)
        return values

    def previous(self) -> Activity | None:
        pk = self.request.GET.get("after", "")
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            return None
        return self.get_queryset().filter(pk=pk, created_by=self.request.user, unit=self.unit).first()

    def post(self, request, *args, **kwargs):
        self.unit = self.find_unit(request.POST.get("unit", ""))
        if "keep" in request.POST:
            return self.keep(request.POST)
        if "people" in request.POST:
            return self.show(self.sheet(request.POST, check=False), units=self.other_units())
        talk_form = talk_form_for(self.unit, request.POST)
        if talk_form:
            messages.info(request, _("Say who talked with whom; nothing else of a talk is kept."))
            return redirect(talk_form)
        sheet = self.sheet(request.POST, files=request.FILES, check=True)
        if not sheet.is_valid():
            return self.show(sheet, status=INVALID, units=self.other_units())
        key = sheet.main.cleaned_data["submission_key"]
        if alike := alike_to(request, self.unit, sheet.data, key=key):
            return self.show(sheet, status=CONFLICT, units=self.other_units(), alike=alike)
        try:
            activity, created = operations.record_activity(
                sheet.data,
                by=request.user,
                submission_key=key,
                files=sheet.main.cleaned_data["files"],
            )
        except (RecordRefused, FileRefused) as error:
            sheet.main.add_error("files" if isinstance(error, FileRefused) else None, error.args[0])
            return self.show(sheet, status=INVALID, units=self.other_units())
        discard_draft(user=request.user, form=DRAFT_FORM, key=self.key_of(request.POST))
        for refused in links.link_all(activity, request.POST, by=request.user):
            messages.warning(request, refused)
        return self.done(activity, created)

    def done(self, activity: Activity, created: bool):
        if created:
            messages.success(
                self.request, _("Submitted. “%(title)s” awaits confirmation.") % {"title": activity}
            )
            offer_undo(self.request, activity)
        else:
            at = moment(activity.submitted_at or activity.created_at)
            messages.info(
                self.request,
                _("This record was submitted at %(at)s already; no second one was made.") % {"at": at},
            )
        if created and "next" in self.request.POST:
            self.tell_unsaid(activity)
            return redirect(f"{reverse('activities:create')}?unit={self.unit.code}&after={activity.pk}")
        return redirect("activities:detail", activity.pk)

    def tell_unsaid(self, activity: Activity) -> None:
        """The record's own page says it by itself; whoever goes on to the next record does not see that."""
        if words := "、".join(map(str, unsaid(activity))):
            text = _("An inspection will ask for what “%(title)s” does not state: %(what)s.")
            messages.info(self.request, text % {"title": activity, "what": words})


class ActivityUpdateView(EntryMixin, DetailView):
    action = "change"

    def get_queryset(self):
        return super().get_queryset().select_related("unit", "unit__parent")

    def load(self) -> None:
        self.object = self.get_object()
        self.unit = self.object.unit

    def get(self, request, *args, **kwargs):
        self.load()
        if self.object.state == ActivityState.VOID:  # its page says why, and who can help
            return redirect("activities:detail", self.object.pk)
        values = record_values(self.object)
        if self.object.state == ActivityState.PLANNED:
            self.fill_in(values)
        return self.show(self.sheet(values, check=False))

    def fill_in(self, values: QueryDict) -> None:
        """What a plan leaves to the day itself, as on a new sheet: who was there, who took the minutes."""
        members = self.expected()
        values.setlist("present", [str(member.pk) for member in members])
        usual = officer_values(*usual_officers(self.unit, self.object.held_on), members)
        for name, pk in usual.items():
            values[name] = values.get(name) or pk

    def expected(self) -> list[Member]:
        """Who was invited to what was planned."""
        if not names_visible(self.request.user, self.unit):
            return []
        return expected_at(self.unit, self.object.kind, self.object.held_on)

    def post(self, request, *args, **kwargs):
        self.load()
        if "people" in request.POST:
            return self.show(self.sheet(request.POST, check=False))
        values = settled(self.object, request.POST)
        sheet = self.sheet(values, files=request.FILES, check=True)
        if not sheet.is_valid():
            return self.show(sheet, status=INVALID)
        if alike := alike_to(request, self.unit, sheet.data, activity=self.object):
            return self.show(sheet, status=CONFLICT, alike=alike)
        try:
            activity = operations.update_activity(
                self.object, sheet.data, by=request.user, change=self.change(sheet.main.cleaned_data)
            )
        except VersionConflict as error:
            return self.conflict(values, error)
        except (RecordRefused, FileRefused, MoveRefused) as error:
            sheet.main.add_error("files" if isinstance(error, FileRefused) else None, error.args[0])
            return self.show(sheet, status=INVALID)
        messages.success(request, _("Saved."))
        offer_undo(request, activity, was=self.object)
        return redirect("activities:detail", activity.pk)

    def change(self, cleaned: dict[str, Any]) -> Change:
        return Change(
            version=cleaned["version"] or 0,
            reason=cleaned.get("reason", ""),
            submit="save" not in self.request.POST,
            add_files=tuple(cleaned["files"]),
            remove_files=tuple(int(pk) for pk in cleaned["remove_files"]),
        )

    def conflict(self, values: QueryDict, error: VersionConflict):
        """Somebody was faster: show both, keep what was typed, and let the next try be against the newest."""
        self.object.refresh_from_db()
        typed = values.copy()
        typed["version"] = str(self.object.version)
        sheet = self.sheet(typed, check=False)
        shown = {"members": sheet.attendance.members, "tasks": sheet.minutes.tasks}
        conflict = Conflict(self.object, values, **shown)
        return self.show(sheet, status=CONFLICT, conflict=conflict, changed=error)
