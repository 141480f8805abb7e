"""What the man page says beside what the tree of commands, the settings and the errors say themselves."""

from __future__ import annotations

from collections.abc import Mapping

from calsync_cli.cli.words import mark

NAME = mark("an agenda on disk, in step both ways with the account where it lives")

DESCRIPTION = mark(
    "Calendars are directories of .ics files (a vdir) that khal and other programs read and write. “calsync connect”"
    " signs in, “calsync choose-primary” activates the calendar and runs the first sync, “calsync sync” keeps both"
    " sides in step. What a sync overwrites or deletes is kept and can be brought back; what was changed on both sides"
    " is merged, or listed."
)

COMMON = mark("These work before and after every command.")

DATA = mark("What was asked for goes to stdout, messages go to stderr; the last line names the next step.")

EXITS: Mapping[str, str] = {
    "0": mark("Done; also where there was nothing to do."),
    "1": mark("A mistake in calsync. A report was written."),
    "2": mark("Wrong usage, or an answer is missing."),
    "3": mark("Done, but something new wants a look."),
    "4": mark("Signing in is needed."),
    "5": mark("Not allowed: a policy, a locked setting, no safe place for the password."),
    "6": mark("Not in this order, or not connected."),
    "7": mark("Safety stop: somebody has to look first."),
    "8": mark("Temporary: trying again later may help."),
    "9": mark("Another run holds this account."),
    "10": mark("With --all: some accounts failed."),
    "130": mark("Interrupted; nothing is left half done."),
    "143": mark("Terminated; nothing is left half done."),
}

ENVIRONMENT: Mapping[str, str] = {
    "CALSYNC_HOME": mark("One directory for everything: settings, agenda, state, attic and log."),
    "CALSYNC_LANG": mark("The language: en or nl. Without it, the first of LC_ALL, LC_MESSAGES and LANG."),
    "CALSYNC_SECTION_KEY": mark("Any setting, as CALSYNC_SYNC_EVERY=10m; a list as JSON."),
    "CREDENTIALS_DIRECTORY": mark("Where systemd puts the key of the file with passwords: calsync-key."),
    "NO_COLOR": mark("No colours, whatever the terminal can show."),
}

FILES: Mapping[str, str] = {
    "~/.config/calsync/config.toml": mark("Settings, written by hand. calsync never changes it."),
    "~/.config/calsync/config.d/90-cli.toml": mark("Settings made with “calsync config set”."),
    "/etc/calsync/policy.toml": mark("What the administrator allows; else policy.toml beside config.toml."),
    "~/.local/share/calsync/agenda/ACCOUNT/CALENDAR/*.ics": mark("The events. The setting agenda.path moves them."),
    "~/.local/share/calsync/attic/ACCOUNT/": mark("What was overwritten or deleted."),
    "~/.local/state/calsync/state/ACCOUNT/state.db": mark(
        "What calsync remembers of an account. No password is in it."
    ),
    "~/.local/state/calsync/log/": mark("The log, and reports of mistakes."),
}

EXAMPLES: Mapping[str, str] = {
    "calsync connect kerio --email me@example.org --server mail.example.org": mark("Sign in to Kerio Connect."),
    "calsync connect caldav --email me@example.org --caldav https://dav.example.org/": mark(
        "Sign in to any other CalDAV server."
    ),
    "calsync choose-primary": mark("Choose the calendar for new events; the first sync follows."),
    "calsync sync --watch": mark("Stay, and keep both sides in step."),
    "calsync sync -q --no-input": mark("For cron: silent when all went well."),
    "calsync sync --dry-run": mark("See what would be done."),
    "calsync conflicts": mark("See what was changed on both sides."),
    "calsync undo --list": mark("See what can be brought back."),
    "calsync status --json": mark("For scripts: one object, never translated."),
}

SEE_ALSO = ("khal(1)", "vdirsyncer(1)", "crontab(5)", "systemd.service(5)")
