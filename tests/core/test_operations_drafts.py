from datetime import timedelta

import pytest
import time_machine
from django.utils.translation import override

from core import clock, operations, tasks
from core.models import Draft
from core.operations import DraftRefused
from core.operations.drafts import KEPT_FOR, MAX_BYTES, MAX_DRAFTS
from tests.factories.accounts import UserFactory
from tests.factories.core import DraftFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


def test_the_next_save_replaces_the_last(user):
    first = operations.save_draft(user=user, form="activity", key="k", data={"title": ["a"]}, title="a")
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        operations.save_draft(user=user, form="activity", key="k", data={"title": ["𠮷"]}, title="𠮷" * 300)
        draft = Draft.objects.get()
        assert (draft.pk, draft.data, draft.title, draft.updated_at) == (
            first.pk,
            {"title": ["𠮷"]},
            "𠮷" * 200,
            clock.now(),
        )


def test_drafts_of_two_people_do_not_meet(user):
    other = DraftFactory(key="k", data={"a": 1})
    operations.save_draft(user=user, form="activity", key="k", data={"b": 2})
    assert operations.discard_draft(user=user, form="activity", key="k") == 1
    assert list(Draft.objects.values_list("user", "data")) == [(other.user.pk, {"a": 1})]
    assert operations.discard_draft(user=user, form="activity", key="k") == 0


@pytest.mark.parametrize(
    "data",
    [{"a": "x\0"}, {"a": ["x\ud800"]}, {"a\0": "x"}, {"a": [{"b": ["\udfff"]}]}, {"a": "x" * MAX_BYTES}],
    ids=["NUL", "surrogate", "name", "deep", "long"],
)
def test_what_can_not_be_stored_is_refused(user, data):
    with pytest.raises(DraftRefused):
        operations.save_draft(user=user, form="activity", key="k", data=data)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("names", [{"form": "x" * 61}, {"key": "x" * 61}, {"title": "\0"}])
def test_names_that_do_not_fit_are_refused(user, names):
    with pytest.raises(DraftRefused):
        operations.save_draft(**{"user": user, "form": "activity", "key": "k", "data": {}} | names)


def test_a_typed_backslash_is_text_like_any_other(user):
    operations.save_draft(user=user, form="activity", key="k", data={"a": "\\u0000", "n": [1, None, True]})
    assert Draft.objects.get().data == {"a": "\\u0000", "n": [1, None, True]}


def test_nobody_keeps_drafts_without_end(user):
    Draft.objects.bulk_create(DraftFactory.build_batch(MAX_DRAFTS, user=user))
    key = Draft.objects.first().key
    operations.save_draft(user=user, form="activity", key=key, data={"again": 1})
    with override("en"), pytest.raises(DraftRefused, match="There are too many drafts"):
        operations.save_draft(user=user, form="activity", key="one more", data={})


def test_old_drafts_go(user):
    DraftFactory(updated_at=clock.now() - KEPT_FOR - timedelta(hours=1))
    kept = DraftFactory(updated_at=clock.now() - KEPT_FOR + timedelta(hours=1))
    assert tasks.delete_old_drafts() == 1
    assert list(Draft.objects.all()) == [kept]
