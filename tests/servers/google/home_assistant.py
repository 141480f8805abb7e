"""Home Assistant's gcal-sync at work on the stand-in: a judge that syncs as a real client does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

import aiohttp
from gcal_sync.api import GoogleCalendarService
from gcal_sync.auth import AbstractAuth
from gcal_sync.store import InMemoryCalendarStore
from gcal_sync.sync import CalendarEventSyncManager, CalendarListSyncManager

from tests.servers.google.control import User

T = TypeVar("T")


class Signed(AbstractAuth):
    """A token that lasts."""

    def __init__(self, session: aiohttp.ClientSession, user: User) -> None:
        super().__init__(session, user.google.base)
        self._token = user.token

    async def async_get_access_token(self) -> str:
        """The token."""
        return self._token


def rounds(user: User, *between: Callable[[], None]) -> list[dict[str, str]]:
    """Sync, and again after each of these: status and summary by id, each time."""

    async def steps(service: GoogleCalendarService) -> list[dict[str, str]]:
        store = InMemoryCalendarStore()
        told = [await _synced(service, store, user)]
        for act in between:
            await asyncio.to_thread(act)
            told.append(await _synced(service, store, user))
        return told

    return _run(user, steps)


def timeline(user: User) -> list[str]:
    """The summaries of all occurrences, in order, as it expands what it synced."""

    async def steps(service: GoogleCalendarService) -> list[str]:
        manager = CalendarEventSyncManager(service, user.address, InMemoryCalendarStore())
        await manager.run()
        return [one.summary for one in await manager.store_service.async_get_timeline()]

    return _run(user, steps)


def calendars(user: User) -> list[str]:
    """The names of all calendars."""

    async def steps(service: GoogleCalendarService) -> list[str]:
        manager = CalendarListSyncManager(service, InMemoryCalendarStore())
        await manager.run()
        return [one.summary for one in (await manager.store_service.async_list_calendars()).calendars]

    return _run(user, steps)


async def _synced(service: GoogleCalendarService, store: InMemoryCalendarStore, user: User) -> dict[str, str]:
    await CalendarEventSyncManager(service, user.address, store).run()
    data = (await store.async_load() or {})["event_sync"][user.address]
    return {name: f"{one['status']} {one['summary']}" for name, one in data["items"].items()}


def _run(user: User, steps: Callable[[GoogleCalendarService], Coroutine[None, None, T]]) -> T:
    async def run() -> T:
        async with aiohttp.ClientSession() as session:
            return await steps(GoogleCalendarService(Signed(session, user)))

    return asyncio.run(run())
