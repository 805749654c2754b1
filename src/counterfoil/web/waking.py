"""Waking a worker: told after a commit, lost without harm.

What is to be done stands in the outbox. A job of Procrastinate only says where to look, and the
sweep of ``counterfoil.web.jobs`` looks everywhere; so a wake that fails costs seconds and nothing
else.
"""

from __future__ import annotations

from functools import partial

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, transaction


def spread() -> bool:
    """Tell whether workers are woken by jobs: on PostgreSQL, and not on SQLite."""
    return apps.is_installed("procrastinate.contrib.django")


def wake_after_commit(organisation_id: int, using: str) -> None:
    """Let a worker look at this organisation once the transaction of the caller is on disk."""
    if using == DEFAULT_DB_ALIAS and spread():
        # A robust hook: the documents are in, whatever becomes of the job.
        transaction.on_commit(partial(_wake, organisation_id), using=using, robust=True)


def _wake(organisation_id: int) -> None:
    # The jobs are only there where Procrastinate is.
    from counterfoil.web import jobs  # noqa: PLC0415

    jobs.wake(organisation_id)
