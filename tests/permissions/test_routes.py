"""The table of expectations is complete: a new route fails here until somebody says who may use it."""

from django.urls import URLResolver, get_resolver

from tests.permissions.expectations import EXPECT
from tests.permissions.oracle import Oracle
from tests.permissions.tree import BY_NAME

MOST_EXCEPTIONS = 11


def routes(patterns=None, prefix="", names=()):
    """(address, name, names of its parts, whether it is open without signing in)."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = (*names, entry.namespace) if entry.namespace else names
            yield from routes(entry.url_patterns, address, inside)
        else:
            name = ":".join([*names, entry.name or "?"])
            yield (
                address,
                name,
                set(entry.pattern.converters),
                not getattr(entry.callback, "login_required", True),
            )


def own_routes():
    """All but the admin's, which ``test_admin.py`` walks as one class."""
    return [route for route in routes() if not route[1].startswith("admin:")]


def test_every_route_has_an_expectation_and_every_expectation_a_route():
    assert sorted(name for _address, name, *_rest in own_routes()) == sorted(EXPECT)


def test_only_the_routes_said_to_be_public_are_open():
    open_routes = {name for _address, name, _parts, is_open in own_routes() if is_open}
    assert open_routes == {name for name, expect in EXPECT.items() if expect.public}


def test_every_part_of_an_address_is_sampled(world):
    oracle = Oracle(BY_NAME["secretary"])
    sampled = {
        name: {frozenset(sample.kwargs) for sample in expect.samples(world, oracle)}
        for name, expect in EXPECT.items()
    }
    assert sampled == {name: {frozenset(parts)} for _address, name, parts, _open in own_routes()}


def test_every_address_with_a_row_is_also_tried_with_another_s_and_a_missing_one(world):
    oracle = Oracle(BY_NAME["secretary"])
    unsampled = {
        name
        for name, _parts in [(name, parts) for _address, name, parts, _open in own_routes() if parts]
        if all(sample.exists for sample in EXPECT[name].samples(world, oracle))
    }
    assert unsampled == {"core:draft"}  # a draft is found by its owner's session: another's key is a new one


def test_departures_from_the_rule_are_few_and_each_says_why():
    departures = {name for name, expect in EXPECT.items() if expect.why}
    unsaid = {
        name
        for name, expect in EXPECT.items()
        if not expect.why and (expect.public or expect.more.__name__ != "nothing_more")
    }
    assert unsaid == set()
    assert len(departures) <= MOST_EXCEPTIONS
