"""From a dossier back to an account: after an import, and where a damaged state is built anew."""

from __future__ import annotations

from calsync_cli.app.directories import Directories
from calsync_cli.app.dossier import Dossier
from calsync_cli.app.mail.papers import Post
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.session import Session
from calsync_cli.core.model import CollectionId


def restore(session: Session, dossier: Dossier, directories: Directories) -> None:
    """The connection, pending until somebody signs in, the calendars and the mail folders.

    Nothing is agreed on yet, so all is adopted. What binds it to this machine, where the dossier has that,
    makes it count without signing in.
    """
    session.settings.pend(dossier.connection)
    for place in dossier.places:
        link = session.settings.add_link(place.glance, place.name, mode=place.mode, primary=place.primary)
        if not place.shown:
            session.settings.set_shown(link, shown=False)
    session.settings.put(**dossier.bound)
    if dossier.places:
        directories.begin()
        directories.dress({CollectionId(link.name): link for link in session.settings.links()})
    _restore_mail(session, dossier.post)


def _restore_mail(session: Session, post: Post) -> None:
    """Folders mapped as they were; what lies in their Maildirs is adopted by the first round."""
    session.settings.put(**post.said)
    if post.boxes:
        roots = MailRoots(session)
        roots.begin()
        for box in post.boxes:
            session.folders.map(box.local, box.remote, mode=box.mode)
        roots.make(box.local for box in post.boxes)
