"""Google: its calendars by the REST API v3, and how one signs in to them and to the mail.

The books keep no native record of an event. A body is made from Google's JSON in one way only, so that an edit is the
difference of two drafts (`patching`): what iCalendar cannot say is in neither and is never sent, and PATCH leaves alone
what it is not given. What must be known besides, the members of a series and their etags, stands in the revision
(`members`).
"""
