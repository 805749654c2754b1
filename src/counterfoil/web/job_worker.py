"""A worker that is woken by jobs, as on PostgreSQL: as many of them as wanted, anywhere.

Procrastinate fetches jobs and carries them out in threads. When the database goes away its worker
ends; a new one begins as soon as the database is back.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import psycopg
from django.db import close_old_connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.utils import sync_to_async

from counterfoil.web import jobs
from counterfoil.web.stopping import told_to_stop
from counterfoil.web.ticking import TROUBLE, hang_up

if TYPE_CHECKING:
    from collections.abc import Coroutine

CONCURRENCY = 4
"""Turns that one process carries out side by side: while one waits for Xero, another works."""
POLL_SECONDS = 1.0
"""How often jobs are asked for that fall due without anybody's telling."""
LOOK_OUT_SECONDS = 5.0
AGAIN_SECONDS = 1.0
"""The pause before a worker begins anew whose database has failed."""
GONE = (ConnectorException, psycopg.Error, *TROUBLE)
"""What a database says, through one library or another, that is not there."""


def serve_jobs(concurrency: int = CONCURRENCY) -> None:
    """Carry out jobs until told to stop (SIGINT, SIGTERM)."""
    asyncio.run(_serve(concurrency))


async def _serve(concurrency: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def ask() -> None:
        jobs.ticker.stop()
        loop.call_soon_threadsafe(stop.set)

    with told_to_stop(ask):
        looking_out = asyncio.create_task(_look_out())
        while not stop.is_set():
            with contextlib.suppress(*GONE):
                await _until(stop, _work(concurrency))
            await _until(stop, asyncio.sleep(AGAIN_SECONDS))
        looking_out.cancel()


async def _work(concurrency: int) -> None:
    working = app.with_connector(PsycopgConnector(kwargs=connector_params()))
    async with working.open_async():
        await working.run_worker_async(
            concurrency=concurrency,
            fetch_job_polling_interval=POLL_SECONDS,
            install_signal_handlers=False,
        )


async def _until(stop: asyncio.Event, work: Coroutine[object, object, None]) -> None:
    """Do some work; once stop is asked for, end it with what it has begun."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def _look_out() -> None:
    """Watch everybody's lease, with or without work of one's own."""
    while True:
        await asyncio.sleep(LOOK_OUT_SECONDS)
        await sync_to_async(_looked)


def _looked() -> None:
    try:
        close_old_connections()
        jobs.look_out()
    except TROUBLE:
        hang_up()
