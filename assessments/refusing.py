class Refused(Exception):
    """What was asked can't be done; the message says why, in the user's words."""
