"""A secret in memory: a text that shows itself only when asked to, by name."""

from __future__ import annotations

from typing import Final, NoReturn, final

HIDDEN: Final = "•••"


@final
class Secret:
    """Text that repr, str, format, pickle and a debugger's list of locals do not show."""

    __hash__ = None  # type: ignore[assignment]  # a hash is a fast oracle for guesses
    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself; for the call that needs it, not for a variable that lives on."""
        return self.__text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        """In a time that does not tell how much of a guess was right."""
        import hmac  # loads OpenSSL; comparing is rare

        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self.__text), _bytes(other.__text))

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
