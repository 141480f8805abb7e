"""The one TLS context: certificates are always verified, against the system's store or one file of authorities."""

from __future__ import annotations

import ssl
from pathlib import Path

from calsync_cli.core.errors import CalsyncError


def context(ca_file: Path | None) -> ssl.SSLContext:
    """Verify against the system's store, or against `ca_file` alone (E504 where it cannot be read).

    A self-signed certificate in `ca_file` is trusted as it stands, without the extensions that RFC 5280 asks of a real
    authority: Kerio's installer makes such certificates, and the user has named the very file.
    """
    try:
        made = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        raise CalsyncError("E504", "ca-file", path=str(ca_file)) from error
    if ca_file is not None:
        made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    made.set_alpn_protocols(["http/1.1"])
    return made
