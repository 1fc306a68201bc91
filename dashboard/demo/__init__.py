"""A province that looks true and is invented: places, people, bureaus and figures (docs/architecture.md).

``tree``, ``rhythm``, ``story`` and ``figures`` make plain rows from a seed, without a database; ``loading``
writes them through the operations and imports of the apps. Same seed, same size, same day: same rows.
"""
