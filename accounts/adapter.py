"""What allauth may do here: it carries the steps of signing in, nothing else."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody registers: users come from the office. Its own messages are not shown."""

    def is_open_for_signup(self, request):
        return False

    def add_message(self, request, level, *args, **kwargs):
        pass
