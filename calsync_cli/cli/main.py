"""From a command line to an exit code; the one place of this room where exceptions end."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, TextIO

from calsync_cli.cli.beside import discreet
from calsync_cli.cli.options import Asked, peek
from calsync_cli.cli.signals import Terminated, terminable
from calsync_cli.cli.words import choose, speak
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
TERMINATED = 143
PIPE_CLOSED = 141
"""128 + SIGPIPE, as a shell reports it: whoever read our stdout (`| head`) had enough."""


def run(argv: Sequence[str]) -> int:
    """Do what the command line says; never a traceback."""
    hint = peek(argv)
    try:
        with terminable(), discreet():
            speak(choose(hint.lang, os.environ, _configured_language(hint)))
            return _invoke(list(argv))
    except CalsyncError as error:
        return _failed(_mended(error, argv), hint)
    except (KeyboardInterrupt, Terminated) as stop:
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
    except OSError as error:
        return _refused(error, hint)
    except Exception as error:  # noqa: BLE001  (the last line of defence: a report instead of a traceback)
        return _failed(_mended(_translated(error), argv), hint)


def _invoke(argv: list[str]) -> int:
    """Build the commands and call the one that is meant."""
    import typer  # only once the language is set

    from calsync_cli.cli.tree import root

    command = root()
    if os.environ.get("_CALSYNC_COMPLETE"):
        return int(command.main(argv, "calsync", standalone_mode=False) or 0)
    if not argv:
        argv = ["--help"]
    try:
        with command.make_context("calsync", argv) as context:
            command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    return 0


def _translated(error: Exception) -> CalsyncError:
    """A wrong command line is E001, a full disk E505; all else is a bug, and a report is written."""
    from calsync_cli.cli.usage import as_usage_error  # only where something failed

    told = as_usage_error(error)
    if told is None:
        from calsync_cli.cli.crash import as_bug

        told = as_bug(error)
    return _from(told, error)


def _mended(error: CalsyncError, argv: Sequence[str]) -> CalsyncError:
    """With the command that mends it, where that depends on what was typed."""
    from calsync_cli.cli.usage import remedied  # only where something failed

    return remedied(error, argv)


def _refused(error: OSError, hint: Asked) -> int:
    """A reader who had enough; a full disk (stdout's too: `> /dev/full`); any other is a bug in whoever let it pass."""
    if isinstance(error, BrokenPipeError):
        _mute(sys.stdout, sys.stderr)
        return PIPE_CLOSED
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return _failed(_translated(error), hint)
    _mute(sys.stdout)
    return _failed(_from(CalsyncError("E505", "full", path=str(error.filename or "stdout")), error), hint)


def _from(told: CalsyncError, cause: BaseException) -> CalsyncError:
    told.__cause__ = cause
    return told


def _failed(error: CalsyncError, hint: Asked) -> int:
    """Show the error, in JSON or in words, and hand back its exit code."""
    from calsync_cli.app.reports.told import ErrorReport  # only where something failed
    from calsync_cli.cli.view.faults import show_failure
    from calsync_cli.cli.view.screen import screen

    try:
        show_failure(ErrorReport.of(error), screen(hint))
    except BrokenPipeError:
        _mute(sys.stdout, sys.stderr)
    except Exception:  # noqa: BLE001  (an error whose telling fails is still told, by its code)
        os.write(2, f"calsync: {error.code}\n".encode())
    return error.exit


def _mute(*streams: TextIO) -> None:
    """Let Python's own flush at the end of the process write nowhere, instead of complaining."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())


def _configured_language(hint: Asked) -> str:
    """What the configuration says under `language`; a file that cannot be read is somebody else's error."""
    if hint.lang or os.environ.get("CALSYNC_LANG"):
        return "auto"
    from calsync_cli.config.document import read_document  # not needed where a flag says it
    from calsync_cli.config.places import find_places

    try:
        places = find_places(os.environ, config_file=hint.config)
        tables = [document.table for path in (places.cli_file, places.config_file) if (document := read_document(path))]
    except CalsyncError:
        return "auto"
    return next((str(table["language"]) for table in tables if "language" in table), "auto")
