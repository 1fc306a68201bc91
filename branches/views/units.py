"""The tree of units and the page of one unit."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.generic import DetailView, ListView

from branches import selectors
from branches.access import ScopedMixin
from branches.choices import UnitKind
from branches.forms import DayForm, UnitFilterForm
from branches.history import begun_on, is_open_on, listed_members_on, units_below_on
from branches.links import links_for
from branches.models import Member, PartyUnit, Post
from branches.names import names_visible
from branches.rules import election_due_on
from branches.views.base import trail
from branches.views.deeds import deeds_for
from core import clock
from core.operations.drafts import storable


class PartyUnitListView(ScopedMixin, ListView):
    """The tree; a search gives a plain list instead."""

    model = PartyUnit
    action = "view"
    paginate_by = 50

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.filter_form = UnitFilterForm({"state": "open", **request.GET.dict()})
        valid = self.filter_form.is_valid()
        self.text = self.filter_form.cleaned_data.get("q", "") if valid else ""
        self.state = (self.filter_form.cleaned_data.get("state") if valid else "") or "open"

    def get_queryset(self):
        units = selectors.of_state(super().get_queryset(), self.state)
        return units.filter(Q(name__icontains=self.text) | Q(code__icontains=self.text)).select_related(
            "parent", "organisation"
        )

    def get_context_data(self, **kwargs):
        tree, top = None, None
        if not self.text:
            top = self.top_unit()
            tree = selectors.unit_tree(self.request.user, top=top, state=self.state)
        return super().get_context_data(**kwargs) | {
            "form": None,
            "filter_form": self.filter_form,
            "tree": tree,
            "top": top,
            "text": self.text,
            "state": self.state,
            "keeps": selectors.has_permission(self.request.user, "branches.change_member"),
        }

    def top_unit(self):
        code = self.request.GET.get("under", "")
        if not code:
            return None
        if not storable(code):
            raise Http404
        return get_object_or_404(PartyUnit.objects.allowed_to(self.request.user, "view"), code=code)


def labelled(units):
    """``label``: what each is called among the others."""
    units = list(units)
    for unit, (_code, name) in zip(units, selectors.told_apart(units), strict=True):
        unit.label = name
    return units


class PartyUnitDetailView(ScopedMixin, DetailView):
    model = PartyUnit
    action = "view"
    slug_field = slug_url_kwarg = "code"
    context_object_name = "unit"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("organisation", "parent", "merged_into")
            .prefetch_related("also_covers")
        )

    def get_context_data(self, **kwargs):
        unit, user = self.object, self.request.user
        day_form = (
            DayForm(self.request.GET) if "on" in self.request.GET else DayForm(initial={"on": clock.today()})
        )
        day = day_form.cleaned_data["on"] if day_form.is_bound and day_form.is_valid() else clock.today()
        placement = selectors.placement_on(unit, day)
        earlier = day < clock.today()
        begun = begun_on(unit)
        too_early = bool(earlier and begun and day < begun)
        return super().get_context_data(**kwargs) | {
            "form": None,
            "parents": trail(unit, user),
            "election_due_on": None if unit.closed_on else election_due_on(unit),
            "deeds": deeds_for(unit, user),
            "members": [] if earlier else self.members(unit, user),
            "members_then": listed_members_on(unit, day, user) if earlier else [],
            "secondments": self.secondments(unit, user, day),
            "children": labelled(self.children_on(unit, user, day) if earlier else self.children(unit, user)),
            "earlier": earlier,
            "was_open": is_open_on(unit, day),
            "begun_on": begun if too_early else None,
            "posts": selectors.posts_on(unit, day).filter(pk__in=Post.objects.allowed_to(user, "view")),
            "links": links_for(unit, user),
            "placement": placement,
            "old_name": "" if too_early or not placement or placement.name == unit.name else placement.name,
            "day": day,
            "day_form": day_form,
        }

    def members(self, unit, user):
        seen = Member.objects.allowed_to(user, "view")
        return (
            selectors.members_of(unit)
            .filter(pk__in=seen)
            .select_related("unit", "organisation")
            .order_by("unit__path", "name")
        )

    def secondments(self, unit, user, day):
        """Of a temporary branch who worked there, by name for whoever sees the people of the branch."""
        if unit.kind != UnitKind.TEMPORARY_BRANCH or not names_visible(user, unit):
            return []
        rows = unit.secondments.live(day).select_related("member__unit")
        return rows.order_by("member__name", "pk")

    def children_on(self, unit, user, day):
        seen = PartyUnit.objects.allowed_to(user, "view")
        found = units_below_on(unit, day).filter(pk__in=seen.values("pk"))
        found = found if is_open_on(unit, day) else found.none()
        return found.select_related("organisation").order_by("kind", "name_then")

    def children(self, unit, user):
        units = PartyUnit.objects.allowed_to(user, "view").filter(parent=unit)
        return units.select_related("organisation").order_by("kind", "name")
