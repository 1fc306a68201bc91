"""What Celery may call. Each calls one operation, and may run twice."""

from celery import shared_task


@shared_task
def rescore_dirty() -> int:
    from assessments import operations

    return operations.rescore_dirty()


@shared_task
def recompute_running() -> int:
    from assessments import operations

    return len(operations.recompute_running())
