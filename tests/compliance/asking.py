"""The port, asked in full: what a look showed in one value, one op answered."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from calsync_cli.core.model import NOBODY, Cursor, End, Fetched, Held, Page, Ref, Rev, Seen, Unreadable
from calsync_cli.core.ops import Create, Done, Edit, Op
from calsync_cli.core.ports import Store


@dataclass(frozen=True, slots=True)
class View:
    """All pages of one look."""

    seen: dict[Ref, Seen]
    gone: set[Ref]
    unreadable: dict[Ref, Unreadable]
    end: End

    @property
    def revs(self) -> dict[Ref, Rev]:
        """What is shown, and in which version."""
        return {ref: seen.rev for ref, seen in self.seen.items()}


def look(store: Store, since: Cursor | None = None, known: AbstractSet[Ref] = frozenset()) -> View:
    """A look to its end; the last page alone may have one."""
    pages: list[Page] = list(store.look(since, known))
    assert [page.end is not None for page in pages] == [False] * (len(pages) - 1) + [True]
    end = pages[-1].end
    assert end is not None
    return View(
        {seen.ref: seen for page in pages for seen in page.seen},
        {ref for page in pages for ref in page.gone},
        {ref.ref: ref for page in pages for ref in page.unreadable},
        end,
    )


def after(known: AbstractSet[Ref], view: View) -> set[Ref]:
    """What the books know to be there after a look, whether it was a delta or an inventory."""
    if view.end.inventory is not None:
        return set(view.end.inventory)
    return (set(known) | view.seen.keys()) - view.gone


def write(store: Store, op: Op) -> Done:
    """One op."""
    (done,) = store.write([op])
    return done


def fetch(store: Store, refs: Iterable[Ref]) -> dict[Ref, Fetched]:
    """Answers by ref; none is given twice."""
    answers = list(store.fetch(list(refs)))
    told = {answer.ref: answer for answer in answers}
    assert len(told) == len(answers)
    return told


def held(store: Store, ref: Ref) -> Held:
    """One item that is there."""
    answer = fetch(store, [ref])[ref]
    assert isinstance(answer, Held), answer
    return answer


def create(ref: Ref, content: bytes) -> Create:
    """A Create that mails nobody."""
    return Create(ref, content, NOBODY)


def edit(base: Held, content: bytes) -> Edit:
    """An Edit that mails nobody."""
    return Edit(base, content, NOBODY)
