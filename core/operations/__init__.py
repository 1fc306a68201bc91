"""What core writes: jobs, drafts and imported files."""

from core.operations.drafts import DraftRefused, delete_old_drafts, discard_draft, save_draft
from core.operations.imports import start_import, start_stored
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
    "start_import",
    "start_job",
    "start_stored",
    "sweep_jobs",
]
