"""With a door taken off its hinges the walk turns red: it is not blind."""

import pytest

from activities.querysets import ActivityQuerySet
from activities.views import MoveView
from assessments.querysets import EntryQuerySet
from branches.models import Member, PartyUnit
from branches.querysets import PartyUnitQuerySet, ScopedQuerySet
from core.models import Job
from tests.permissions.oracle import Oracle
from tests.permissions.test_walk import walk
from tests.permissions.tree import BY_NAME


def everything(self, *_args, **_kwargs):
    return self.all()


DOORS = [
    (ScopedQuerySet, "allowed_to", "branches:unit_detail"),
    (ScopedQuerySet, "allowed_to", "activities:confirm"),
    (ScopedQuerySet, "allowed_to", "assessments:explanation"),
    (ScopedQuerySet, "allowed_to", "core:search"),
    (ActivityQuerySet, "allowed_to", "activities:detail"),
    (ActivityQuerySet, "allowed_to", "activities:file"),
    (PartyUnitQuerySet, "under_assignments", "activities:void"),
    (PartyUnitQuerySet, "under_assignments", "activities:create"),
    (PartyUnitQuerySet, "under_assignments", "dashboard:province"),
    (EntryQuerySet, "published_to", "assessments:list"),
    (EntryQuerySet, "published_to", "assessments:board"),
]


@pytest.mark.parametrize(("queryset", "method", "route"), DOORS)
def test_rows_that_are_not_held_back_are_noticed(walker, monkeypatch, queryset, method, route):
    name = "supervising" if route.startswith("dashboard:") else "secretary"
    monkeypatch.setattr(queryset, method, everything)
    assert list(walk(walker, route, Oracle(BY_NAME[name]))) != []


def test_lists_that_are_not_held_back_are_noticed(walker, monkeypatch):
    roots = list(PartyUnit.objects.filter(parent=None).values_list("path", flat=True))
    monkeypatch.setattr("activities.reach.scopes_of", lambda user: (roots, []))
    assert list(walk(walker, "activities:list", Oracle(BY_NAME["secretary"]))) != []


def test_jobs_that_are_not_held_back_are_noticed(walker, monkeypatch):
    monkeypatch.setattr("core.views.jobs.jobs_visible_to", lambda user: Job.objects.all())
    assert list(walk(walker, "core:job", Oracle(BY_NAME["secretary"]))) != []


def test_names_in_a_page_of_one_s_own_are_noticed(walker, monkeypatch):
    monkeypatch.setattr("branches.selectors.members_of", lambda unit: Member.objects.all())
    monkeypatch.setattr(Member.objects.all().__class__, "allowed_to", everything)
    assert list(walk(walker, "branches:unit_detail", Oracle(BY_NAME["leader"]))) != []


def test_a_write_out_of_sight_is_noticed(walker, monkeypatch):
    def write_and_refuse(self, request, *args, **kwargs):
        PartyUnit.objects.filter(code="N211").update(category="written")
        return dispatch(self, request, *args, **kwargs)

    dispatch = MoveView.dispatch
    monkeypatch.setattr(MoveView, "dispatch", write_and_refuse)
    found = list(walk(walker, "activities:confirm", Oracle(BY_NAME["secretary"])))
    assert any("changed ['branches_partyunit']" in text for text in found)
