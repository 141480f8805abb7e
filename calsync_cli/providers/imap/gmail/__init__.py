"""Gmail by IMAP: one message shows in many folders, and X-GM-EXT-1 says which one it is (Google, "IMAP extensions").

A capability, not a name, tells Gmail apart, so that whatever speaks like it is served like it. Towards the engine each
message has one ref in all folders, its X-GM-MSGID, and All Mail shows what no other folder that is in step has.
"""
