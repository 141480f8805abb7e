"""Reminders: `reminders` in JSON, VALARM in a file; what Google has no way to say stays an alarm of the file's."""

from __future__ import annotations

from datetime import timedelta

from calsync_cli.core.alarms import before_start
from calsync_cli.core.lines import Component
from calsync_cli.core.properties import address_of
from calsync_cli.core.scan import escaped
from calsync_cli.core.units import ALARM
from calsync_cli.providers.google.fields import Frame, Json, flag, line, number, part, parts, word

NONE = "X-GOOGLE-REMINDERS"
"""Says NONE where an event has no reminder, not even the calendar's own."""
_LONGEST = 40_320
_MOST = 5
_ACTIONS = {"popup": "DISPLAY", "email": "EMAIL"}
_METHODS = {"DISPLAY": "popup", "EMAIL": "email"}
_SAID = frozenset({"ACTION", "TRIGGER", "DESCRIPTION", "SUMMARY", "ATTENDEE", "UID", "ACKNOWLEDGED"})
_TITLE = "Reminder"
Silence: Json = {"useDefault": False, "overrides": []}


def alarm_lines(event: Json, title: str, frame: Frame, *, hidden: bool) -> list[bytes]:
    """The reminders as VALARMs. `hidden`: there are alarms that Google does not know of."""
    told = part(event, "reminders")
    if not told or flag(told, "useDefault"):
        return []
    wanted = sorted(
        {
            (number(each, "minutes"), action)
            for each in parts(told, "overrides")
            if (action := _ACTIONS.get(word(each, "method"))) and _is_said(each, frame)
        }
    )
    made = [raw for minutes, action in wanted for raw in _alarm(minutes, action, title or _TITLE, frame)]
    return made if made or hidden else [line(NONE, "NONE")]


def _is_said(override: Json, frame: Frame) -> bool:
    """Whether an alarm can say it: an e-mail must have somewhere to go."""
    told = isinstance(override.get("minutes"), int) and 0 <= number(override, "minutes") <= _LONGEST
    return told and (bool(frame.me) or override["method"] != "email")


def _alarm(minutes: int, action: str, title: str, frame: Frame) -> list[bytes]:
    """RFC 5545 3.6.6: a text for either; an e-mail has a subject and goes to somebody."""
    mail = [line("SUMMARY", escaped(title)), line("ATTENDEE", f"mailto:{frame.me}")] if action == "EMAIL" else []
    return [
        b"BEGIN:VALARM\r\n",
        line("ACTION", action),
        line("TRIGGER", f"-PT{minutes}M"),
        line("DESCRIPTION", escaped(title)),
        *mail,
        b"END:VALARM\r\n",
    ]


def reminders_json(component: Component, frame: Frame) -> tuple[Json, list[Component]]:
    """`reminders` as Google takes them ({}: the calendar's own), and the alarms that it cannot say."""
    alarms = [child for child in component.children if child.name == ALARM]
    said = {alarm: each for alarm in alarms if (each := _override(alarm, frame))}
    nearest = sorted(set(said.values()))[:_MOST]
    hidden = [alarm for alarm in alarms if said.get(alarm) not in nearest]
    if not alarms and component.first(NONE) is None:
        return {}, hidden
    overrides = [{"method": method, "minutes": minutes} for minutes, method in nearest]
    return {"reminders": {"useDefault": False, "overrides": overrides}}, hidden


def _override(alarm: Component, frame: Frame) -> tuple[int, str] | None:
    action = alarm.first("ACTION")
    method = _METHODS.get(action.value.strip().upper()) if action else None
    before = before_start(alarm)
    if method is None or before is None or any(not _is_plain(item.name) for item in alarm.lines):
        return None
    mailed = {address_of(item) for item in alarm.lines if item.name == "ATTENDEE"}
    if mailed != ({frame.me} if method == "email" else set()):
        return None
    minutes, rest = divmod(before, timedelta(minutes=1))
    return (minutes, method) if not rest and 0 <= minutes <= _LONGEST else None


def _is_plain(name: str) -> bool:
    """Whether a line of an alarm may go without anybody missing it."""
    return name in _SAID or name.startswith("X-")


def reminders_patch(base: Json, want: Json) -> Json:
    """What is sent where the reminders differ; alarms taken away leave none, not even the calendar's own."""
    was, now = base.get("reminders"), want.get("reminders")
    if now is None:
        return {"reminders": dict(Silence)} if was and was["overrides"] else {}
    return {} if now == was else {"reminders": now}
