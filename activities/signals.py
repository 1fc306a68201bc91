"""News from the records, for the floors above."""

from django.dispatch import Signal

# Sent inside the transaction after records began or ceased to count.
# Arguments: ``unit_ids`` (set of units that took part), ``days`` (set of days held).
counting_changed = Signal()
