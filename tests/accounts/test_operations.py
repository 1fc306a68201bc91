import pytest
from django.core.exceptions import ValidationError

from accounts import operations
from accounts.operations import AccountRefused
from core.models import AuditEvent
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_a_new_user_has_no_password():
    user = operations.create_user(username="wangfang", name="王芳", by=None)
    assert not user.has_usable_password()
    assert user.staff_no is None


def test_a_name_opens_one_door_only():
    UserFactory(username="wangfang", staff_no="B7")
    for fields in (
        {"username": "b7", "name": "x"},
        {"username": "other", "name": "x", "staff_no": "WangFang"},
    ):
        with pytest.raises(AccountRefused):
            operations.create_user(**fields, by=None)
    with pytest.raises(ValidationError):
        operations.create_user(username="WANGFANG", name="x", by=None)


def test_changes_are_recorded_with_before_and_after():
    user, by = UserFactory(username="a", name="甲"), UserFactory()
    operations.update_user(user, by=by, name="乙", is_active=False)
    operations.update_user(user, by=by, name="乙")
    event = AuditEvent.objects.get(verb="change")
    assert (event.actor, event.summary) == (by, {"name": ["甲", "乙"], "is_active": [True, False]})
