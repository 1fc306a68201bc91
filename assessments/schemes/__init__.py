"""The scheme file: read strictly, every reason with its JSON path, written back as it came."""

from assessments.schemes.document import dump_document, load_document
from assessments.schemes.plan import BandPlan, ItemPlan, SchemePlan, SectionPlan
from assessments.schemes.reader import inspect_scheme, read_scheme
from assessments.schemes.reading import Problem, SchemeRefused

__all__ = [
    "BandPlan",
    "ItemPlan",
    "Problem",
    "SchemePlan",
    "SchemeRefused",
    "SectionPlan",
    "dump_document",
    "inspect_scheme",
    "load_document",
    "read_scheme",
]
