"""What core writes: jobs and drafts."""

from core.operations.drafts import DraftRefused, delete_old_drafts, discard_draft, save_draft
from core.operations.jobs import cancel_job, claim_job, nudge_job, run_job, start_job, sweep_jobs

__all__ = [
    "DraftRefused",
    "cancel_job",
    "claim_job",
    "delete_old_drafts",
    "discard_draft",
    "nudge_job",
    "run_job",
    "save_draft",
    "start_job",
    "sweep_jobs",
]
