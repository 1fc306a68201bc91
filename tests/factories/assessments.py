"""Schemes as they are imported, and figures for them."""

import json

import factory

from assessments import numbers
from assessments.models import (
    Award,
    Exclusion,
    GapComment,
    Indicator,
    IndicatorValue,
    Objection,
    Proposal,
    Rating,
    Veto,
)
from assessments.operations import ensure_period, import_scheme
from core import clock
from tests.factories.accounts import UserFactory

BANDS = [
    {"code": "EXCELLENT", "name": "优秀", "min": "95"},
    {"code": "QUALIFIED", "name": "合格", "min": "80"},
    {"code": "BASIC", "name": "基本合格", "min": "60"},
    {"code": "UNQUALIFIED", "name": "不合格", "min": "0"},
]


def item(code="A1", *, weight="100", source=None, rule=None, missing="ZERO", **more):
    """An item of a scheme file; without a source it reads the reported figure of its own code."""
    return {
        "code": code,
        "name": f"指标{code}",
        "weight": weight,
        "source": source or {"type": "REPORTED", "code": code},
        "rule": rule or {"type": "DIRECT"},
        "missing": missing,
        **more,
    }


def awarded(code, weight, **more):
    return item(code, weight=weight, source={"type": "AWARDED"}, rule={"type": "AWARDED"}, **more)


def section(code="S", *items, weight="100"):
    return {"code": code, "name": f"板块{code}", "weight": weight, "items": list(items or [item()])}


def document(*sections, code="board", version=1, **more):
    """A whole scheme file for branches, with the usual bands."""
    return {
        "code": code,
        "version": version,
        "name": "先锋榜",
        "subject_kinds": ["BRANCH"],
        "board_scopes": ["COMPANY"],
        "sections": list(sections or [section()]),
        "bands": BANDS,
        **more,
    }


def scheme(*sections, **more):
    return import_document(document(*sections, **more))


def import_document(data):
    return import_scheme(json.dumps(data).encode(), by=None)[0]


class FigureFactory(factory.django.DjangoModelFactory):
    """``period`` may be a code."""

    class Meta:
        abstract = True

    @classmethod
    def _adjust_kwargs(cls, **fields):
        if isinstance(fields["period"], str):
            fields["period"] = ensure_period(fields["period"])
        return fields


class IndicatorValueFactory(FigureFactory):
    """``IndicatorValueFactory(unit=…, indicator="OUTAGE_MV", figure="9.9")``"""

    class Meta:
        model = IndicatorValue
        exclude = ["figure"]

    period = "2026H1"
    figure = "0"
    value = factory.LazyAttribute(lambda own: numbers.to_scaled(own.figure, 6))
    raw = factory.SelfAttribute("value")
    entered_at = factory.LazyFunction(clock.now)

    @classmethod
    def _adjust_kwargs(cls, **fields):
        if isinstance(fields["indicator"], str):
            code = fields["indicator"]
            fields["indicator"] = Indicator.objects.get_or_create(
                code=code, defaults={"name": f"指标{code}"}
            )[0]
        return super()._adjust_kwargs(**fields)


class ExclusionFactory(factory.django.DjangoModelFactory):
    """As asked for; nobody has verified it."""

    class Meta:
        model = Exclusion

    value = factory.SubFactory(IndicatorValueFactory)
    unit = factory.SelfAttribute("value.unit")
    cause = "STORM"
    because = "9月9日台风"
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(clock.now)


class AwardFactory(FigureFactory):
    class Meta:
        model = Award
        exclude = ["figure"]

    period = "2026H1"
    scheme_code = "board"
    figure = "0"
    points = factory.LazyAttribute(lambda own: numbers.to_scaled(own.figure, 6))


class RatingFactory(FigureFactory):
    class Meta:
        model = Rating
        exclude = ["figure"]

    period = "2026H1"
    scheme_code = "board"
    rater = factory.Sequence(lambda number: f"评委{number}")
    figure = "0"
    score = factory.LazyAttribute(lambda own: numbers.to_scaled(own.figure, 6))


class VetoFactory(FigureFactory):
    class Meta:
        model = Veto

    period = "2026H1"
    kind = "EVENT"
    found_on = factory.LazyFunction(clock.today)
    basis = "安监〔2026〕3号"
    entered_by = factory.SubFactory(UserFactory)
    entered_at = factory.LazyFunction(clock.now)


class ProposalFactory(FigureFactory):
    class Meta:
        model = Proposal

    period = "2026H1"
    scheme_code = "board"
    digest = "0" * 64
    minutes = "纪要〔2026〕7号"
    prepared_by = factory.SubFactory(UserFactory)
    prepared_at = factory.LazyFunction(clock.now)


class ObjectionFactory(FigureFactory):
    class Meta:
        model = Objection

    period = "2026H1"
    scheme_code = "board"
    edition_number = 1
    text = "停电时间多算一次"
    raised_by = factory.SubFactory(UserFactory)
    raised_at = factory.LazyFunction(clock.now)


class GapCommentFactory(FigureFactory):
    class Meta:
        model = GapComment

    period = "2026H1"
    scheme_code = "board"
    side = "PARTY"
    text = "活动多,与业务结合少"
    written_by = factory.SubFactory(UserFactory)
    written_at = factory.LazyFunction(clock.now)
