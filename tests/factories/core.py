import hashlib

import factory

from core import clock
from core.models import Draft, Job, StoredFile
from tests.factories.accounts import UserFactory


class JobFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Job

    kind = "tests.count"
    key = factory.Sequence(str)
    title = "统计"
    created_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyFunction(clock.now)


class DraftFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Draft

    user = factory.SubFactory(UserFactory)
    form = "activity"
    key = factory.Sequence(lambda number: f"key-{number}")
    data = factory.LazyFunction(dict)
    updated_at = factory.LazyFunction(clock.now)


class StoredFileFactory(factory.django.DjangoModelFactory):
    """A row without its file; ``core.files.store_upload`` makes both."""

    class Meta:
        model = StoredFile

    storage_name = factory.Sequence(lambda number: f"2026/06/{number:032x}.pdf")
    original_name = "会议记录.pdf"
    content_type = "application/pdf"
    size = 5
    sha256 = hashlib.sha256(b"%PDF-").hexdigest()
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = factory.LazyFunction(clock.now)
