"""Reads of the dashboards. Every figure comes from the measures, pooled over the tree, as in scoring."""
