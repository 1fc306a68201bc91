import pytest
from django.apps import apps
from django.urls import reverse

from assessments.models import Indicator
from assessments.operations import copy_scheme, mark_dirty, recompute
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.assessments import (
    AwardFactory,
    ExclusionFactory,
    GapCommentFactory,
    IndicatorValueFactory,
    ObjectionFactory,
    ProposalFactory,
    RatingFactory,
    VetoFactory,
    scheme,
)
from tests.factories.branches import AssignmentFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db
LISTED = sorted(
    model._meta.model_name
    for model in apps.get_app_config("assessments").get_models()
    if model._meta.model_name not in ("section", "item", "band")
)


@pytest.fixture
def admin(client, db):
    client.force_login(UserFactory(username="root", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def make_rows(company):
    board = scheme()
    author = AssignmentFactory(role="PROVINCE_OFFICE", unit=company).user

    def make(*codes):
        for code in codes:
            unit = PartyUnitFactory(code=code, parent=company, organisation=company.organisation)
            ExclusionFactory(value=IndicatorValueFactory(unit=unit, indicator="A1", figure="90"))
            AwardFactory(unit=unit, item_code="A1", figure="1")
            RatingFactory(unit=unit, item_code="A1", figure="1")
            VetoFactory(unit=unit)
            ProposalFactory(scheme_code=code)
            ObjectionFactory(unit=unit)
            GapCommentFactory(unit=unit)
            copy_scheme(board, by=author)
            unit.past_results.create(scheme_code="board", period=unit.values.get().period, total=9000)
            mark_dirty([unit.pk], [unit.values.get().period.first_day])
        recompute("2026H1", by=None)
        return board

    return make


@pytest.mark.parametrize("name", LISTED)
def test_lists_take_the_same_number_of_queries_for_any_number_of_rows(
    admin, make_rows, name, django_assert_max_num_queries
):
    make_rows("B1", "B2")
    url = reverse(f"admin:assessments_{name}_changelist")
    with django_assert_max_num_queries(25) as few:
        assert admin.get(url, {"q": ""}).status_code == 200
    make_rows("B3", "B4", "B5", "B6")
    with django_assert_max_num_queries(len(few)):
        assert admin.get(url).status_code == 200


@pytest.mark.parametrize("name", LISTED)
def test_each_row_can_be_looked_at_and_not_added_or_deleted(admin, make_rows, name):
    make_rows("B1")
    model = apps.get_model("assessments", name)
    row = model.objects.first()
    assert admin.get(reverse(f"admin:assessments_{name}_change", args=[row.pk])).status_code == 200
    assert admin.get(reverse(f"admin:assessments_{name}_add")).status_code == 403
    assert admin.post(reverse(f"admin:assessments_{name}_delete", args=[row.pk])).status_code == 403


def test_a_row_is_not_changed(admin, make_rows):
    board = make_rows("B1")
    url = reverse("admin:assessments_scheme_change", args=[board.pk])
    assert admin.post(url, {"name": "x"}).status_code == 403


def test_an_indicator_may_be_renamed_and_that_is_recorded(admin, make_rows):
    make_rows("B1")
    indicator = Indicator.objects.get()
    url = reverse("admin:assessments_indicator_change", args=[indicator.pk])
    assert admin.post(url, {"name": "新名"}).status_code == 302
    assert Indicator.objects.get().name == "新名"
    assert AuditEvent.objects.get(verb="rename_indicator").summary == {"name": ["指标A1", "新名"]}
