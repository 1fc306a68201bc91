"""What Celery may call. Each takes ids, calls one operation, and may run twice."""

from celery import shared_task


@shared_task
def run_job(job_id: str) -> None:
    from core import operations

    operations.run_job(job_id)


@shared_task
def sweep_jobs() -> int:
    from core import operations

    return operations.sweep_jobs()


@shared_task
def delete_old_drafts() -> int:
    from core import operations

    return operations.delete_old_drafts()


@shared_task
def sweep_files() -> int:
    from core import files

    return files.sweep_files()
