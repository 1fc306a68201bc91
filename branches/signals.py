"""News from the Party tree, for the floors above."""

from django.dispatch import Signal

# Sent inside the transaction after units were closed, or merged into another. Argument: ``unit_ids`` (a set).
units_closed = Signal()

# Sent inside the transaction before a unit is deleted whose opening of today was a mistake: what was computed
# of it meanwhile goes with it. Argument: ``unit`` (a PartyUnit).
opening_taken_back = Signal()
