"""News from the pairings, for the floors above."""

from django.dispatch import Signal

# Sent inside the transaction after pairings began or ceased to be in force, or planned work was done.
# Arguments: ``unit_ids`` (own units that are parties), ``days`` (from which figures change), both sets.
pairings_changed = Signal()
