"""The tables, as a list of migrations that only grows.

Conventions: times are ``clock.stamp`` text (UTC), dates ISO text, money INTEGER cents, quantities NUMERIC, flags 0/1,
NULL = nothing known. Statements that carry speed (claim, page, open events) name their partial index in the query:
without statistics SQLite would sort the whole queue for every claim (limits §0.3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x63617261  # "cara"

FIRST = """
-- Settings, routes, rules -------------------------------------------------------------------------------------------
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE account (              -- one configured way out; secrets are in the keyring, never here
  name TEXT PRIMARY KEY, kind TEXT NOT NULL, channel TEXT NOT NULL, position INTEGER NOT NULL,
  config TEXT NOT NULL DEFAULT '{}',                       -- JSON object of the kind's keys
  paused_since TEXT, pause_reason TEXT, pause_until TEXT   -- a route pauses itself or is paused by a person
) WITHOUT ROWID;
CREATE TABLE rule (
  name TEXT PRIMARY KEY, event TEXT NOT NULL, template TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 0,
  merge INTEGER NOT NULL DEFAULT 0, delay_s INTEGER NOT NULL DEFAULT 0, channels TEXT,
  description TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- Files and facts ---------------------------------------------------------------------------------------------------
CREATE TABLE import_file (
  id INTEGER PRIMARY KEY, profile TEXT, profile_hash TEXT, sha256 TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, mtime TEXT, state TEXT NOT NULL,  -- importing done partial quarantined duplicate held
  baseline INTEGER NOT NULL DEFAULT 0, rows INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0, ignored INTEGER NOT NULL DEFAULT 0,
  messages INTEGER NOT NULL DEFAULT 0,                     -- planned from this file: what the brake compares
  report TEXT,                                             -- JSON: the report as `carat import --json` prints it
  digests BLOB,                                            -- 8 bytes a group of lines: what a re-export may skip
  header TEXT,                                             -- JSON: the names above its columns
  message TEXT, started_at TEXT NOT NULL, finished_at TEXT
);
CREATE INDEX import_file_profile ON import_file (profile, id);
CREATE INDEX import_file_unfinished ON import_file (id) WHERE state = 'importing';
CREATE INDEX import_file_sha256 ON import_file (sha256);
CREATE INDEX import_file_path ON import_file (path, id);    -- asked for each file at each look into the folder
CREATE TABLE import_issue (
  id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES import_file, line INTEGER, code TEXT NOT NULL,
  reason TEXT NOT NULL, raw TEXT, state TEXT NOT NULL DEFAULT 'open'      -- open fixed dismissed
);
CREATE INDEX import_issue_open ON import_issue (id) WHERE state = 'open';
CREATE INDEX import_issue_file ON import_issue (file_id);

CREATE TABLE customer (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL,    -- key = customer_no, normalised by the profile
  customer_no TEXT NOT NULL, name TEXT, kind TEXT, company TEXT, salutation TEXT, title TEXT, first_name TEXT,
  last_name TEXT,
  language TEXT, preferred_channel TEXT, channels TEXT,            -- channels: own priority list, overrides the shop's
  notify_option TEXT,                                                     -- none sms email letter; NULL = not set
  discreet INTEGER, street TEXT, zip TEXT, city TEXT, country TEXT, note TEXT,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, file_id INTEGER, last_notified_at TEXT, raw TEXT,
  UNIQUE (key, source)                                     -- in this order it serves a look-up by number, too
);
CREATE TABLE contact (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, type TEXT NOT NULL,    -- email mobile phone
  value TEXT NOT NULL,                                     -- normalised: address as typed in NFC, or E.164
  value_raw TEXT NOT NULL, roles TEXT NOT NULL DEFAULT '', active INTEGER NOT NULL DEFAULT 1,
  UNIQUE (customer_id, type, value)
);
CREATE TABLE suppression (                                 -- by address, so a new import cannot lift it
  type TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, created_at TEXT NOT NULL, who TEXT NOT NULL,
  PRIMARY KEY (type, value)
) WITHOUT ROWID;

CREATE TABLE document (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, number TEXT NOT NULL,
  customer_id INTEGER REFERENCES customer, status TEXT, status_raw TEXT, date TEXT, due_date TEXT,
  total INTEGER, open_amount INTEGER, currency TEXT, printed INTEGER, pickup INTEGER, web INTEGER,
  contact_email TEXT, contact_phone TEXT, notify_option TEXT, shelf_no TEXT, pickup_until TEXT, customer_ref TEXT,
  note TEXT NOT NULL DEFAULT '', first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, file_id INTEGER,
  last_notified_at TEXT, raw TEXT,
  UNIQUE (key, kind, source)
);
CREATE INDEX document_customer ON document (customer_id, id);
CREATE TABLE document_line (
  document_id INTEGER NOT NULL REFERENCES document, line_key TEXT NOT NULL, sku TEXT, isbn13 TEXT, title TEXT,
  author TEXT, qty NUMERIC, qty_received NUMERIC, qty_delivered NUMERIC, qty_cancelled NUMERIC, received_date TEXT,
  expected_date TEXT,
  status TEXT, availability TEXT, substitute TEXT, supplier TEXT, price INTEGER, file_id INTEGER,
  PRIMARY KEY (document_id, line_key)
) WITHOUT ROWID;

-- What a file changed, kept only while the file is being taken in: events are made from it when the file is whole, and
-- a run that was killed in between finds here what the part before the kill had changed. Only what was: what is, stands
-- in document and document_line.
CREATE TABLE document_change (
  file_id INTEGER NOT NULL, document_id INTEGER NOT NULL, created INTEGER NOT NULL, old_status TEXT,
  PRIMARY KEY (file_id, document_id)
) WITHOUT ROWID;
CREATE TABLE line_change (
  file_id INTEGER NOT NULL, document_id INTEGER NOT NULL, line_key TEXT NOT NULL,
  old_received NUMERIC, old_received_date TEXT, old_expected TEXT, PRIMARY KEY (file_id, document_id, line_key)
) WITHOUT ROWID;

-- Events and messages -----------------------------------------------------------------------------------------------
CREATE TABLE event (
  id INTEGER PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, document_id INTEGER REFERENCES document,
  line_key TEXT, customer_id INTEGER REFERENCES customer, detected_at TEXT NOT NULL,
  file_id INTEGER REFERENCES import_file,
  facts TEXT NOT NULL DEFAULT '{}',                        -- JSON {"before": {...}, "after": {...}}
  planned_at TEXT, outcome TEXT                            -- NULL = the rules have not looked at it yet
);
CREATE INDEX event_open ON event (id) WHERE planned_at IS NULL;
CREATE INDEX event_document ON event (document_id);
CREATE INDEX event_customer ON event (customer_id, id);
CREATE INDEX event_file ON event (file_id, kind);

CREATE TABLE message (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,        -- rule | event | recipient | channel | version
  rule TEXT NOT NULL, event TEXT NOT NULL, customer_id INTEGER REFERENCES customer, channel TEXT NOT NULL,
  file_id INTEGER REFERENCES import_file,                  -- the file whose event began it
  to_address TEXT NOT NULL, language TEXT NOT NULL, subject TEXT, state TEXT NOT NULL, reason TEXT, waits_for TEXT,
  due_at TEXT, latest_at TEXT,                             -- latest_at: end of the longest merge
  composed INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, sent_at TEXT, attempts INTEGER NOT NULL DEFAULT 0,
  route TEXT, message_ref TEXT, parts INTEGER, cost INTEGER, template TEXT, template_version INTEGER,
  merged_into INTEGER REFERENCES message, draft TEXT,      -- draft: JSON of a hand-written message until it is composed
  provider_ref TEXT,
  retry_from TEXT                                          -- tries are counted from here: a person's retry begins anew
);
CREATE INDEX message_to_compose ON message (due_at, id) WHERE state = 'waiting' AND composed = 0;
CREATE INDEX message_due ON message (channel, due_at, id) WHERE state = 'waiting' AND composed = 1;
CREATE INDEX message_merging ON message (customer_id, rule) WHERE composed = 0 AND state IN ('waiting', 'held');
CREATE INDEX message_kind ON message (event, state, id);
CREATE INDEX message_created ON message (created_at);
CREATE INDEX message_state ON message (state, id);
CREATE INDEX message_customer ON message (customer_id, id);
CREATE TABLE message_body (                                -- apart, so that a page of the list stays narrow
  message_id INTEGER PRIMARY KEY REFERENCES message, payload BLOB NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE message_attachment (
  message_id INTEGER NOT NULL REFERENCES message, name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  path TEXT NOT NULL, PRIMARY KEY (message_id, name)
) WITHOUT ROWID;
CREATE TABLE message_event (                               -- an event makes one message per rule, for ever
  event_id INTEGER NOT NULL REFERENCES event, rule TEXT NOT NULL, message_id INTEGER REFERENCES message,
  trail TEXT NOT NULL DEFAULT '[]',                        -- JSON: every way looked at and why it was taken or not
  PRIMARY KEY (event_id, rule)
) WITHOUT ROWID;
CREATE INDEX message_event_message ON message_event (message_id);
CREATE TABLE message_document (
  message_id INTEGER NOT NULL REFERENCES message, document_id INTEGER NOT NULL REFERENCES document,
  PRIMARY KEY (message_id, document_id)
) WITHOUT ROWID;
CREATE INDEX message_document_document ON message_document (document_id);
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES message, number INTEGER NOT NULL, route TEXT NOT NULL,
  started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT, words TEXT, sha256 TEXT NOT NULL
);
CREATE INDEX attempt_message ON attempt (message_id);
CREATE TABLE template_version (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, language TEXT NOT NULL, channel TEXT NOT NULL, version INTEGER NOT NULL,
  sha256 TEXT NOT NULL, source TEXT NOT NULL, first_used_at TEXT NOT NULL,
  UNIQUE (name, language, channel, version)
);
CREATE TABLE task (                                        -- what needs a person
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, customer_id INTEGER, document_id INTEGER,
  message_id INTEGER, text TEXT NOT NULL, created_at TEXT NOT NULL, done_at TEXT
);
CREATE INDEX task_open ON task (id) WHERE done_at IS NULL;

-- The journal -------------------------------------------------------------------------------------------------------
CREATE TABLE journal (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL,
  subject_id INTEGER, detail TEXT NOT NULL DEFAULT '{}', hash TEXT NOT NULL  -- SHA-256 of the hash before and this row
);
CREATE INDEX journal_subject ON journal (subject, subject_id) WHERE subject_id IS NOT NULL;
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER journal_is_never_cut BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
"""


def first(db: Database) -> None:
    """The house as first built."""
    for statement in _statements(FIRST):
        db.execute(statement)


HANDED_OVER = """
ALTER TABLE document ADD COLUMN handed_over_at TEXT;  -- a person of the shop said that the customer has the whole order
ALTER TABLE document ADD COLUMN collected_at TEXT;    -- ... has what was there till then; what comes later is told
"""


def handed_over(db: Database) -> None:
    """What the shop knows before its ERP says so; no file changes it."""
    for statement in _statements(HANDED_OVER):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """Split a script at the ends of statements (``executescript`` would commit the transaction around it)."""
    import sqlite3

    done: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            done.append(pending.strip())
            pending = ""
    return done


_SAVED_VERSIONS = """
CREATE TABLE template_version_new (  -- every text that was saved or used, for ever
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, language TEXT NOT NULL, channel TEXT NOT NULL, version INTEGER NOT NULL,
  sha256 TEXT NOT NULL, source TEXT NOT NULL,
  first_used_at TEXT,                                      -- NULL = no message has been written with it yet
  saved_at TEXT, who TEXT,                                 -- who NULL = somebody changed the file outside of carat
  UNIQUE (name, language, channel, version)
);
INSERT INTO template_version_new SELECT id, name, language, channel, version, sha256, source, first_used_at, NULL, NULL
FROM template_version;
DROP TABLE template_version;
ALTER TABLE template_version_new RENAME TO template_version;
"""


def saved_versions(db: Database) -> None:
    """A template's version exists from when it is saved, not only from when it is used."""
    for statement in _statements(_SAVED_VERSIONS):
        db.execute(statement)


_SEARCH = """
CREATE TABLE search_done (                                 -- rows up to here have been put into the search index
  family TEXT PRIMARY KEY, up_to INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO search_done VALUES ('customer', 0), ('document', 0), ('message', 0);
CREATE TABLE search_stale (                                -- rows that have changed since they were
  family TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (family, id)
) WITHOUT ROWID;
"""


def search_index(db: Database) -> None:
    """The index for parts of words: folded text, trigrams without places, parts merged in small steps (search_feed)."""
    for statement in _statements(_SEARCH):
        db.execute(statement)
    for table in ("search_customer", "search_document", "search_message"):
        options = "tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0"
        db.execute(f"CREATE VIRTUAL TABLE {table} USING fts5 (text, {options})")
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('automerge', 0)")
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('crisismerge', 500)")


MIGRATIONS: tuple[Callable[[Database], None], ...] = (first, saved_versions, handed_over, search_index)
"""In order, for ever; ``user_version`` is how many have been applied."""
