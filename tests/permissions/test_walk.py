"""Every route, every kind of person, own rows and everybody else's: the answer, its words, its traces."""

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from tests.permissions.expectations import EXPECT, OTHER_METHODS, Allowed
from tests.permissions.oracle import Oracle
from tests.permissions.tree import BY_NAME, PEOPLE

METHODS = ("GET", "POST")
TRY_ALL_METHODS = ("anonymous", "secretary", "province")


@pytest.mark.walk
@pytest.mark.parametrize("route", EXPECT)
def test_walk(walker, route):
    complaints = [text for person in PEOPLE for text in walk(walker, route, Oracle(person))]
    assert not complaints, "\n".join([route, *complaints])


def walk(walker, route, oracle):
    expect = EXPECT[route]
    methods = METHODS + (OTHER_METHODS if oracle.person.name in TRY_ALL_METHODS else ())
    for method in methods:
        samples = expect.samples(walker.world, oracle)
        if method in OTHER_METHODS:  # refused before any row is looked for
            samples = samples[:1]
        found = [(sample, ask(walker, route, oracle, sample, method)) for sample in samples]
        missing = [text for sample, (_answer, text) in found if not sample.exists]
        for sample, (answer, text) in found:
            for complaint in judge(expect, oracle, sample, method, answer):
                yield f"{oracle} {method} {sample.label}: {complaint}"
            lost = method == "POST" and expect.lost(oracle, sample)
            if answer.status == 404 and not lost and text not in missing:
                yield f"{oracle} {method} {sample.label}: differs from what is missing"


def ask(walker, route, oracle, sample, method):
    path = reverse(route, kwargs=dict(sample.kwargs))
    url = f"{path}?{urlencode(sample.query)}" if sample.query else path
    answer = walker.ask(oracle.person, method, url, sample.data if method != "GET" else None)
    return answer, answer.without(url)


def judge(expect, oracle, sample, method, answer):
    right = expect.answers(oracle, sample, method)
    if answer.status not in right:
        yield f"{answer.status}, not {sorted(right)}"
    if (
        answer.status == 302
        and not expect.public
        and not oracle.signed_in
        and "/accounts/login/" not in answer.location
    ):
        yield f"sent to {answer.location}"
    lost = method == "POST" and expect.lost(oracle, sample)
    own_office = {(oracle.lost[sample.data["unit"]], "unit")} if lost else set()
    allowed = Allowed(oracle, expect.people, expect.more(oracle, sample) | own_office)
    leaked = sorted(found for found in answer.canaries if found not in allowed)
    if leaked:
        yield f"shows {leaked}"
    if lost and (answer.changed != {"core_draft"} or not own_office <= answer.canaries):
        yield f"does not keep what was typed for {sample.unit}: {sorted(answer.changed)}"
    if (
        answer.changed
        and not lost
        and (method == "GET" or answer.status not in expect.methods.get(method, ()))
    ):
        yield f"changed {sorted(answer.changed)}"


def test_the_one_who_is_asked_about_is_there():
    assert {*TRY_ALL_METHODS} <= set(BY_NAME)
