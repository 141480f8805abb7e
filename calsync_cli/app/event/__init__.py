"""`event`: one event at a time, as a person words it: added, changed, deleted, shown; who is invited; one's own answer.

Every change is written on this disk alone, by the pen that `undo` and `log` know; the next sync carries it over. Each
verb is a module of its own, so that showing an event does not load what it takes to change one.
"""
