"""Intake: an export file becomes facts in the store and events for the rules.

inbox, watcher, arrival    a file lies whole in the inbox; a copy of it is made in the spool
feeds, profile, fields     which feed it belongs to and how that feed is read
encoding, formats          bytes → records with their line and raw text
mapping, convert, values   cells → values of our columns
parse, stager, staging     records → rows of a database of the file's own; bad rows apart, with the reason
guards, merge, events      staged rows → store, in short transactions; what changed → events, in the last one
loading, take_in           all of this for one file, its report, and what becomes of the file (aftermath)
"""
