"""Intake: an export file becomes facts in the store and events for the rules.

watcher, arrival   a file lies whole in the inbox; a copy of it is made in the spool
feeds, profile     which feed it belongs to and how that feed is read
encoding, formats  bytes → records with their line and raw text
convert, mapping   cells → values of our columns
parse, staging     records → rows of a database of the file's own; bad rows apart, with the reason
merge, events      staged rows → store, in short transactions; what changed → events, in the last one
take_in            all of this for one file, and its report
"""
