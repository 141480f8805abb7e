"""Which proxy stands between this machine and an origin, by the environment's customary words."""

from __future__ import annotations

from collections.abc import Mapping

from calsync_cli.net.origin import Origin


def proxy_for(origin: Origin, environ: Mapping[str, str]) -> str | None:
    """The URL of an http proxy for an https origin, or None. Loopback never goes through one.

    HTTPS_PROXY or https_proxy, then ALL_PROXY or all_proxy; NO_PROXY lists hosts and domains, or is `*`. Plain http is
    spoken to loopback only, so HTTP_PROXY has no meaning here.
    """
    if origin.loopback or origin.scheme != "https" or _excepted(origin.host, _word(environ, "no_proxy")):
        return None
    found = _word(environ, "https_proxy") or _word(environ, "all_proxy")
    return found if found.startswith(("http://", "https://")) else None


def _word(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper()) or ""


def _excepted(host: str, no_proxy: str) -> bool:
    names = [name.strip().lstrip(".").lower() for name in no_proxy.split(",") if name.strip()]
    return "*" in names or any(host == name or host.endswith("." + name) for name in names)
