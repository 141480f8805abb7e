"""A few sessions of one account, lent to one thread at a time; dead ones are made anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.imap.parse import BrokenError
from calsync_cli.providers.imap.session import Session


class Pool:
    """Lends sessions, rather one whose folder is open already; never more than `most` at a time.

    A thread that holds one gets another all the same: it would wait for itself.
    """

    def __init__(self, make: Callable[[], Session], most: int, host: str) -> None:
        self._make = make
        self._host = host
        self.most = most
        self._idle: list[Session] = []
        self._lent: dict[Session, int] = {}
        self._making = 0
        self._free = threading.Condition()
        self._closed = False
        self._beginning = False
        self._failed: BaseException | None = None

    def begin(self) -> None:
        """Make the first session while the caller does other things. Who asks first has it, or why there is none."""
        with self._free:
            if self._closed or self._beginning or self._making or self._idle or self._lent:
                return
            self._beginning = True
            self._making += 1
        threading.Thread(target=self._first, daemon=True, name="calsync-imap-sign-in").start()

    @contextmanager
    def lend(self, folder: str = "") -> Iterator[Session]:
        """A session; what broke meanwhile is thrown away."""
        session = self._take(folder)
        if not session.alive():
            self._give_back(session)
            session = self._take(folder)
        try:
            yield session
        except BrokenError as error:
            session.broken = True
            raise CalsyncError("E404", "imap", host=self._host) from error
        finally:
            self._give_back(session)

    def forget(self) -> None:
        """Log out whoever is not lent: the next one signs in anew."""
        with self._free:
            idle, self._idle = self._idle, []
        for session in idle:
            session.logout()

    def close(self) -> None:
        """Log all out; from another thread too, where what is under way ends as lost."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
            lent = list(self._lent)
            self._free.notify_all()
        for session in idle:
            session.logout()
        for session in lent:
            session.stream.close()

    def _take(self, folder: str) -> Session:
        me = threading.get_ident()
        with self._free:
            while True:
                if self._closed:
                    raise CalsyncError("E402", "lost", host=self._host)
                if self._idle:
                    return self._lend_idle(folder, me)
                if self._failed is not None:  # told once: asking again with a password that is wrong locks accounts
                    failed, self._failed = self._failed, None
                    raise failed
                if not self._beginning and self._may(me):
                    self._making += 1
                    break
                self._free.wait()
        try:
            session = self._make()
        except CalsyncError as error:
            if self._fewer(error):
                return self._take(folder)
            raise
        finally:
            with self._free:
                self._making -= 1
                self._free.notify_all()
        with self._free:
            self._lent[session] = me
        return session

    def _may(self, me: int) -> bool:
        return len(self._lent) + self._making < self.most or me in self._lent.values()

    def _first(self) -> None:
        session: Session | None = None
        failed: BaseException | None = None
        try:
            session = self._make()
        except BaseException as error:  # noqa: BLE001 - carried to whoever asks for the session, whatever it is
            failed = error
        finally:
            with self._free:
                self._beginning = False
                self._making -= 1
                self._failed = failed
                keep = session is not None and not self._closed
                if session is not None and keep:
                    self._idle.append(session)
                self._free.notify_all()
        if session is not None and not keep:
            session.logout()

    def _lend_idle(self, folder: str, me: int) -> Session:
        fitting = [one for one in self._idle if one.selected is not None and one.selected.name == folder]
        session = (fitting or self._idle)[-1]
        self._idle.remove(session)
        self._lent[session] = me
        return session

    def _fewer(self, error: CalsyncError) -> bool:
        """A server that refuses one more takes as many as it has already: wait for one of them."""
        with self._free:
            if error.code != "E401" or self._closed or not (self._lent or self._idle):
                return False
            if threading.get_ident() in self._lent.values() and not self._idle:
                return False
            self.most = max(1, len(self._lent) + len(self._idle))
            return True

    def _give_back(self, session: Session) -> None:
        with self._free:
            del self._lent[session]
            keep = not session.broken and not self._closed
            if keep:
                self._idle.append(session)
            self._free.notify()
        if not keep:
            session.stream.close()
