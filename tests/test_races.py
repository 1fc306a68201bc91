"""What runs at once has ended, or the test fails."""

import threading

import pytest

from tests.races import at_once


def test_results_and_exceptions_come_in_order():
    text, error = at_once(lambda: "a", lambda: 1 / 0)
    assert (text, type(error)) == ("a", ZeroDivisionError)


def test_a_call_that_never_ends_is_no_result():
    end = threading.Event()
    with pytest.raises(AssertionError, match=r"never ended: \[1\]"):
        at_once(lambda: "a", end.wait, patience=0.1)
    end.set()
