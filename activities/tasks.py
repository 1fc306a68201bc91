"""What the clock starts. Each finds its work itself, and running it twice changes nothing."""

from celery import shared_task


@shared_task
def generate_duties() -> int:
    from activities import operations

    return operations.generate_running_duties()


@shared_task
def confirm_lapsed() -> int:
    from activities import operations

    return operations.confirm_lapsed()


@shared_task
def remind() -> int:
    from activities import operations

    return operations.remind().mails
