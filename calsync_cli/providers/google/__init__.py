"""Google: signing in, the Calendar API, and what is said in JSON there and in iCalendar here.

The books keep no native record of an event. A body is made from Google's JSON in one way only, so that an edit is the
difference of two drafts (`patching`): what iCalendar cannot say is in neither, is never sent, and survives, because PATCH
leaves alone what it is not given. What must be known besides, the members of a series and their etags, stands in the
revision (`members`).
"""
