"""Words of the command line handed on as they are typed; `values` reads them, in the user's language."""

from __future__ import annotations

from typing import Any


class Verbatim:
    """Stands where Typer (0.29) would put its own conversion of a parameter."""

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> Any:
        """The value itself."""
        del param, ctx
        return value


VERBATIM = Verbatim()


def as_typed(parameter: Any) -> None:
    """This parameter takes its word as it is."""
    vars(parameter)["_runtime_param"] = VERBATIM


def verbatim(command: Any) -> Any:
    """The command, with parameters that take words as they are.

    For its own conversion Typer imports pydantic as soon as a value is parsed: 0.15 s at every start, three times what
    Typer itself costs. All our parameters are words and flags, which need none. The attribute is Typer's private one:
    where a version has it not, setting it does nothing, and the test of the start says that the time is back.
    """
    for parameter in command.params:
        as_typed(parameter)
    for below in getattr(command, "commands", {}).values():
        verbatim(below)
    return command
