"""The service of an account that has mail alone: it is one, and may write where the Maildirs lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mail_journeys.mailer import Mailer


@pytest.mark.parametrize("where", ["", "elsewhere"])
def test_a_mailbox_is_kept_in_step_by_a_service_that_may_write_there(
    newcomer: Mailer, tmp_path: Path, where: str
) -> None:
    if where:
        newcomer.env["CALSYNC_MAIL_PATH"] = str(tmp_path / where / "{account}")
    newcomer.sure(*newcomer.connecting())

    ran = newcomer.sure("service", "install", "--dry-run", "--json", XDG_CONFIG_HOME=str(tmp_path / "config"))

    (unit,) = ran.json["units"]
    writable = [line.partition("=-")[2] for line in unit["text"].splitlines() if line.startswith("ReadWritePaths=")]
    mail = tmp_path / where / newcomer.email if where else newcomer.mail
    assert mail.is_dir()
    assert any(mail.is_relative_to(place) for place in writable)
