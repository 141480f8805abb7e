"""Stores and accounts in memory, by the one name under which tests ask for them."""

from tests.doubles.account import MemoryAccount
from tests.doubles.shelf import HONEST, NO_ODDITIES, PLAIN, Oddities, guests_of, uid_of
from tests.doubles.store import MemoryStore

__all__ = [
    "HONEST",
    "NO_ODDITIES",
    "PLAIN",
    "MemoryAccount",
    "MemoryStore",
    "Oddities",
    "guests_of",
    "uid_of",
]
