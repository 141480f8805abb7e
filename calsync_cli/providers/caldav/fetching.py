"""Bodies by the block: multiget, with an answer for each href asked, whatever the server leaves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Fetched, Held, Missing, Ref, Rev, Unreadable
from calsync_cli.providers.caldav.dav import NOT_THERE, Dav
from calsync_cli.providers.caldav.etags import crlf, fingerprint, guards
from calsync_cli.providers.caldav.hrefs import normal
from calsync_cli.providers.caldav.multistatus import Answer, looks_like_page
from calsync_cli.providers.caldav.wire import DATA, ETAG, LISTING, RESOURCE_TYPE, multiget, propfind

_OF_ONE_ITEM = frozenset({"xml", "too-large", "status", "protocol", "encoding", "bomb"})
"""Failures of a block that one item in it can cause: the block is halved until that item stands alone."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """Reads items of one collection. `spelling` gives the href by which the server knows a ref now."""

    dav: Dav
    collection: str
    spelling: Callable[[Ref], str]

    def block(self, refs: Sequence[Ref]) -> list[Fetched]:
        """An answer for each ref, by one multiget where all goes well. E209 where the collection is gone."""
        try:
            status = self.dav.report(self.collection, multiget([self.spelling(ref) for ref in refs]))
        except CalsyncError as error:
            if error.code != "E404" or error.variant not in _OF_ONE_ITEM:
                raise
            return self._halved(refs)
        answered = self._answered(refs, status.answers)
        return [*answered.values(), *(self.single(ref) for ref in refs if ref not in answered)]

    def _halved(self, refs: Sequence[Ref]) -> list[Fetched]:
        if len(refs) == 1:
            # The collection must be seen to answer before a 404 from GET may count as evidence.
            self.dav.propfind(self.collection, propfind((RESOURCE_TYPE,)), depth=0)
            return [self.single(refs[0])]
        middle = len(refs) // 2
        return self.block(refs[:middle]) + self.block(refs[middle:])

    def _answered(self, refs: Sequence[Ref], answers: Sequence[Answer]) -> dict[Ref, Fetched]:
        """Answers by ref; strangers are ignored, and of two answers for one href the one with a body counts."""
        asked = {normal(self.spelling(ref)): ref for ref in refs}
        told: dict[Ref, Fetched] = {}
        for answer in answers:
            ref = asked.get(normal(answer.href))
            if ref is None or isinstance(told.get(ref), Held):
                continue
            fetched = _one(ref, answer)
            if fetched is not None:
                told[ref] = fetched
        return told

    def single(self, ref: Ref) -> Fetched:
        """One item by GET, uncompressed: a compressing proxy would hand out an etag of its own."""
        href = self.spelling(ref)
        try:
            response = self.dav.send("GET", href, {"Accept-Encoding": "identity"})
        except CalsyncError as error:
            if error.code != "E404" or error.variant not in _OF_ONE_ITEM:
                raise
            return Unreadable(ref, error.code, error.variant)
        if response.status in NOT_THERE:
            return Missing(ref)
        if response.status != 200 or not response.body or looks_like_page(response.body):  # noqa: PLR2004
            why = "E403" if response.status == 403 else "E404"  # noqa: PLR2004  (forbidden)
            return Unreadable(ref, why, str(response.status))
        content = crlf(response.body)
        rev = response.etag if guards(response.etag) else self._listed(href)
        return Held(ref, Rev(rev) if rev else fingerprint(content), content)

    def _listed(self, href: str) -> str:
        """The etag as listings give it, where GET gave none or that of a compressed form."""
        answers = self.dav.propfind(href, propfind(LISTING), depth=0).answers
        return answers[0].text(ETAG) if answers else ""


def _one(ref: Ref, answer: Answer) -> Fetched | None:
    """One answer of a multiget; None where it tells nothing, so that the item is asked for by GET."""
    if answer.status in NOT_THERE or answer.refused.get(DATA) in NOT_THERE:
        return Missing(ref)
    data = answer.raw(DATA)
    if not data:
        return None
    content = crlf(data.encode())
    etag = answer.text(ETAG)
    return Held(ref, Rev(etag) if etag else fingerprint(content), content)
