"""Things done at the same moment, on real connections."""

import threading

from django.db import connections


def at_once(*calls, patience=60):
    """Run the calls in threads that start together; their results or exceptions, in order. One that has not
    ended within ``patience`` seconds waits for another for ever."""
    barrier = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(place, call):
        barrier.wait()
        try:
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(place, call), daemon=True) for place, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    hanging = [place for place, thread in enumerate(threads) if thread.is_alive()]
    assert not hanging, f"calls that never ended: {hanging}"
    return results
