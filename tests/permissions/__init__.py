"""The permission walk: every route, every kind of person, own rows and everybody else's.

``tree.py`` says who stands where, ``oracle.py`` who may see what (by itself, without the application's
querysets), ``world.py`` seeds rows whose texts say to whom they belong, ``samples.py`` with which rows each
address is tried, ``expectations.py`` who may use it how; ``walker.py`` asks and judges.
"""
