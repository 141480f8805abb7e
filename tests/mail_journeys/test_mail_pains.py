"""The painful reports of mail-peers 4, each with the tests that hold its remedy; a test that is renamed fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

LATER = "what only Google's and Microsoft's servers do comes with their sign-in"

PAINS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "the local store is empty, moved or not mounted, and the remote is wiped",
        (
            "mail_journeys/test_brake.py::test_a_maildir_emptied_of_its_files_stops_it",
            "mail_journeys/test_brake.py::test_a_directory_that_is_gone_is_no_deletion_and_is_told_as_what_it_is",
        ),
    ),
    2: (
        "a mistake in mapping merges or empties folders",
        (
            "mail_journeys/test_map_folders.py::test_two_folders_here_are_not_linked_to_one_there",
            "mail_journeys/test_map_folders.py::test_letting_go_deletes_nothing_and_linking_again_fetches_nothing_twice",
        ),
    ),
    3: (
        "UIDVALIDITY changes",
        (
            "engine/mail/test_round.py::test_a_new_life_of_a_mailbox_costs_no_download_and_deletes_nothing",
            "imap/test_looking.py::test_a_folder_made_anew_is_all_gone_and_all_new",
        ),
    ),
    4: (
        "UIDs mean other messages without a new UIDVALIDITY",
        ("engine/mail/test_identity.py::test_before_many_are_deleted_the_names_are_looked_at",),
    ),
    5: (
        "flags and identity are lost with a file's name",
        (
            "mail_journeys/test_programs.py::test_what_neomutt_saves_to_the_archive_is_moved_there",
            "engine/mail/test_table.py::test_a_file_that_was_moved_and_marked_on_the_way_keeps_its_marks",
        ),
    ),
    6: (
        "the new UID is unknown: duplicates, endless rounds",
        ("mail_journeys/test_crash_others.py::test_an_answer_that_is_lost_without_uidplus_makes_no_second_message",),
    ),
    7: (
        "a bare EXPUNGE destroys what others marked",
        (
            "imap/test_writing.py::test_a_move_spares_what_others_marked_as_deleted",
            "imap/test_odd_servers.py::test_without_uidplus_nothing_is_expunged_and_it_is_said",
        ),
    ),
    8: (
        "a move by COPY loses mail",
        ("imap/test_odd_servers.py::test_a_copy_without_its_proof_deletes_nothing",),
    ),
    9: (
        "odd MIME crashes or is changed",
        (
            "mail_journeys/test_byte_identity.py::test_what_is_fetched_are_the_octets_of_the_server",
            "core/mail/test_message.py::test_whatever_the_bytes_a_message_can_be_told",
        ),
    ),
    10: (
        "a server rejects a message",
        (
            (
                "mail_journeys/test_crash_others.py"
                "::test_a_message_that_is_refused_stops_no_other_and_waits_after_a_few_rounds"
            ),
            "imap/test_odd_servers.py::test_a_server_that_hangs_up_on_a_nul_says_so",
        ),
    ),
    11: (
        "large messages fill the memory, or are refused after they were sent",
        (
            "mail_journeys/test_byte_identity.py::test_messages_of_thirty_megabytes_travel_both_ways_in_flat_memory",
            "imap/test_odd_servers.py::test_what_is_over_the_limit_that_the_server_names_is_not_sent",
        ),
    ),
    12: ("a token runs out in the middle", ("imap/test_odd_servers.py::test_a_session_that_was_ended_is_made_anew",)),
    13: (LATER, ()),
    14: (LATER, ()),
    15: ("throttling", ("imap/test_odd_servers.py::test_a_server_that_asks_to_slow_down_is_heard",)),
    16: ("too many connections", ("imap/test_odd_servers.py::test_too_many_connections_are_made_fewer",)),
    17: (
        "without CONDSTORE never, or always everything",
        ("imap/test_looking.py::test_without_modseq_everything_is_looked_at_once_a_day",),
    ),
    18: (
        "QRESYNC lies",
        (
            "imap/test_odd_servers.py::test_a_server_that_says_of_messages_that_they_vanished_is_not_believed",
            "imap/test_odd_servers.py::test_a_server_that_keeps_deletions_to_itself_is_found_out",
        ),
    ),
    19: (
        "IDLE dies unheard",
        (
            "imap/test_account.py::test_a_connection_that_dies_in_idle_is_made_anew",
            "imap/test_account.py::test_a_machine_that_slept_connects_anew",
        ),
    ),
    20: (
        "it hangs for days, or a lock stays",
        (
            "imap/test_odd_servers.py::test_silence_has_an_end",
            "imap/test_odd_servers.py::test_an_answer_that_drips_has_an_end",
            "mail_journeys/test_crash_others.py::test_a_second_process_is_told_that_one_is_at_work",
        ),
    ),
    21: (LATER, ()),
    22: (
        "sent mail is doubled where the server files its own copy",
        ("engine/mail/test_round.py::test_what_a_server_filed_by_itself_among_the_sent_is_not_sent_again",),
    ),
    23: (
        "odd names of folders",
        (
            "imap/test_account.py::test_a_folder_with_an_odd_name_is_read_and_written",
            "mail_journeys/test_map_folders.py::test_a_folder_of_ones_own_is_synced_like_any_other",
        ),
    ),
    24: (
        "file names where a colon cannot be, and others' files",
        (
            "local/maildir/test_maildir_names.py::test_a_name_is_a_base_and_an_info",
            "local/maildir/test_maildir_write.py::test_where_a_colon_cannot_be_another_sign_is_written",
        ),
    ),
    25: (
        "mail programs rename and move meanwhile",
        (
            (
                "mail_journeys/test_second_client.py"
                "::test_whatever_others_do_meanwhile_each_message_ends_where_it_was_put_last"
            ),
            "engine/mail/test_amid.py::test_it_is_neither_deleted_nor_copied",
        ),
    ),
}
"""Pain → what it is, and where its remedy is tested."""


def test_each_pain_has_its_tests_or_says_when_they_come() -> None:
    assert sorted(PAINS) == list(range(1, 26))
    assert {pain for pain, (what, tests) in PAINS.items() if not tests and what != LATER} == set()


@pytest.mark.parametrize("pain", [pain for pain, (_, tests) in PAINS.items() if tests])
def test_the_tests_of_a_pain_exist(pain: int) -> None:
    for test in PAINS[pain][1]:
        file, _, name = test.partition("::")

        assert re.search(rf"^def {name}\(", (TESTS / file).read_text(), re.MULTILINE), test
