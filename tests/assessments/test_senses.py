"""Words that Chinese says in several ways have here the sense of this place, and elsewhere their own."""

import pytest
from django.utils.translation import gettext, override, pgettext

from assessments.choices import ObjectionState, Side, ValueState
from assessments.forms.schemes import BoardsForm, ItemForm
from assessments.forms.schemes.item import offered_measures
from assessments.indicator_forms import IndicatorFilterForm, IndicatorForm
from assessments.models import GapComment, Indicator
from tests.factories.assessments import document

pytestmark = pytest.mark.django_db


def name_of(model, field):
    return model._meta.get_field(field).verbose_name


def item_form():
    return ItemForm(document=document(), place=(0, None))


SENSES = [
    (lambda: ObjectionState.OPEN.label, "待答复", "open"),
    (lambda: ValueState.SUBMITTED.label, "待核定", "submitted"),
    (lambda: Side.PARTY.label, "党建", "Party building"),
    (lambda: Side.BUSINESS.label, "业务", None),
    (lambda: name_of(Indicator, "side"), "类别", "side"),
    (lambda: IndicatorFilterForm().fields["side"].label, "类别", "Side"),
    (lambda: IndicatorForm().fields["side"].label, "类别", "Side"),
    (lambda: IndicatorFilterForm().fields["owner"].choices[1][1], "无", "none"),
    (lambda: offered_measures()[0][1], "无", "none"),
    (lambda: pgettext("rank", "Change"), "升降", "Change"),
    (lambda: name_of(Indicator, "valid_from"), "有效期起", "valid from"),
    (lambda: name_of(Indicator, "valid_to"), "有效期至", None),
    (lambda: name_of(GapComment, "written_by"), "填写人", "written by"),
    (lambda: item_form().fields["group"].label, "标题", "Heading"),
    (lambda: item_form().fields["target"].label, "目标值", "Target"),
    (lambda: BoardsForm(document=document()).fields["gap_first"].choices[0][1], "无", "none"),
]


@pytest.mark.parametrize(("said", "here", "elsewhere"), SENSES)
def test_a_word_has_the_sense_of_its_place(said, here, elsewhere):
    with override("zh-hans"):
        assert str(said()) == here
        assert elsewhere is None or gettext(elsewhere) != here
