"""Rows as the operations make them: a unit has its path and its first placement."""

from datetime import date

import factory

from branches import operations
from branches.choices import MemberStatus, OrganisationKind, Position, Role, UnitKind
from branches.models import Assignment, Member, Organisation, PartyUnit, Post
from tests.factories.accounts import UserFactory

LONG_AGO = date(2020, 1, 1)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence(lambda number: f"ORG-{number}")
    name = factory.LazyAttribute(lambda own: f"单位{own.code}")
    kind = OrganisationKind.CITY_BUREAU
    parent = None

    @classmethod
    def _create(cls, model_class, **fields):
        return operations.create_organisation(by=None, **fields)


class PartyUnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PartyUnit

    code = factory.Sequence(lambda number: f"U-{number}")
    name = factory.LazyAttribute(lambda own: f"支部{own.code}")
    kind = UnitKind.BRANCH
    parent = None
    organisation = factory.SubFactory(OrganisationFactory)

    @classmethod
    def _create(cls, model_class, **fields):
        return operations.create_unit(by=None, **fields)


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    name = factory.Sequence(lambda number: f"党员{number}")
    staff_no = factory.Sequence(lambda number: f"S{number:05}")
    unit = factory.SubFactory(PartyUnitFactory)
    status = MemberStatus.FULL


class PostFactory(factory.django.DjangoModelFactory):
    """A post made by the operation, so that a member with a user gets the assignment too."""

    class Meta:
        model = Post

    member = factory.SubFactory(MemberFactory)
    unit = factory.SelfAttribute("member.unit")
    position = Position.SECRETARY
    starts_on = LONG_AGO
    ends_on = None

    @classmethod
    def _create(cls, model_class, **fields):
        return operations.appoint(by=None, **fields)


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    role = Role.BRANCH_SECRETARY
    unit = factory.SubFactory(PartyUnitFactory)
    starts_on = LONG_AGO
