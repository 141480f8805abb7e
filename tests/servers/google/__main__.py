"""python -m tests.servers.google --port N [--introspect URL]: run until told to stop."""

from __future__ import annotations

import argparse
import signal
import sys

from tests.servers.google.access import Access
from tests.servers.google.service import Service
from tests.servers.google.state import World
from tests.servers.google.validator import Discovery, document
from tests.servers.google.web import Web


def main() -> None:
    """Serve on a port of the loopback."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--introspect", default="", help="RFC 7662 endpoint, client's name and secret in the address")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    service = Service(World(), Access(given.introspect), Discovery(document()))
    Web(given.port, service).serve_forever()


if __name__ == "__main__":
    main()
