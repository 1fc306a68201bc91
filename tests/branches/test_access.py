"""How a view finds its object: 404 out of sight, 403 without the right, and nothing before signing in."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.views.generic import DetailView, ListView

from branches.access import ScopedMixin
from branches.models import Member
from tests.factories.branches import MemberFactory

pytestmark = pytest.mark.django_db


class MemberView(ScopedMixin, DetailView):
    model = Member

    def render_to_response(self, context):
        return self.object


class NewMemberView(ScopedMixin, ListView):
    model = Member
    action = "add"

    def render_to_response(self, context):
        return "form"


@pytest.fixture
def ask(rf):
    def ask(view, user, action, **kwargs):
        request = rf.get("/")
        request.user = user
        return view.as_view(action=action)(request, **kwargs)

    return ask


def test_an_object_in_sight_with_and_without_the_right(ask, units, people):
    member = MemberFactory(unit=units["C1-1-1"])
    assert ask(MemberView, people.secretary, "change", pk=member.pk) == member
    assert ask(MemberView, people.leader, "view", pk=member.pk) == member
    with pytest.raises(PermissionDenied):
        ask(MemberView, people.leader, "change", pk=member.pk)


@pytest.mark.parametrize("action", ["view", "change"])
def test_an_object_out_of_sight_is_missing_whatever_one_may(ask, units, people, action):
    member = MemberFactory(unit=units["C1-2"])
    for somebody in (people.secretary, people.leader, people.bureau2):
        with pytest.raises(Http404):
            ask(MemberView, somebody, action, pk=member.pk)


def test_a_page_without_an_object_asks_for_the_right_anywhere(ask, units, people):
    assert ask(NewMemberView, people.secretary, "add") == "form"
    assert ask(NewMemberView, people.leader, "view") == "form"
    with pytest.raises(PermissionDenied):
        ask(NewMemberView, people.leader, "add")


def test_a_visitor_is_left_to_the_sign_in(ask):
    assert ask(NewMemberView, AnonymousUser(), "add") == "form"
