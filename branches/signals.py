"""News from the Party tree, for the floors above."""

from django.dispatch import Signal

# Sent inside the transaction after units were closed, or merged into another. Argument: ``unit_ids`` (a set).
units_closed = Signal()
