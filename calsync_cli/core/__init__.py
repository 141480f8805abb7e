"""Nouns, decisions and meaning: pure values and functions; no IO, clock, chance, log, environment or language."""
