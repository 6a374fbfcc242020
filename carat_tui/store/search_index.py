"""Finding rows by parts of words, newest first: a trigram index, and a look at the rows that it does not know yet.

The index (``search_message`` and so on, FTS5) is fed by the engine, some hundred rows at a time (``search_feed``):
row triggers would cost an import seventy times what the row costs. What it does not know yet is known without them:
rows above ``search_done.up_to`` are new, those in ``search_stale`` have changed (``stale``), and the orders and
messages of a changed customer carry the customer's name. These few are read and folded at every search, so an answer
is right at any moment. After a large import that no engine followed they are many: ``left_out`` says how many are too
many.

The index holds which trigrams a row has and not where (``detail = none``: half the size and the time), so each hit is
looked at, too. Words of fewer than three letters are only looked for, row by row and newest first; the head of a list
then shows what is among the newest ``LOOKED_AT`` rows, and the row whose number it is.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from carat_tui.store.ids import ids
from carat_tui.store.search_text import CUSTOMERS, Family

LOOKED_AT = 8_000
"""How many indexed rows, newest first, a search for the head of a list looks at when nearly none of them will do."""
_AT_ONCE = 500
_RARE = 1_000


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a search goes: rows of the index looked at, rows read that are not indexed yet; -1 = all."""

    indexed: int = -1
    unindexed: int = -1


WHOLE = Reach()
"""Complete, however long it takes: for lists that a program reads."""
SNAPSHOT = Reach(unindexed=50_000)
"""For a list that a person waits for, in a thread of its own: at most about a second."""
HEAD = Reach(LOOKED_AT, 1_000)
"""For the first page, at once: at most about twenty milliseconds."""


@dataclass(frozen=True, slots=True)
class Also:
    """What else must be true of a row: SQL over its name (``Family.row``), and the values that this needs."""

    sql: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


NOTHING_ELSE = Also()


def stale(conn: sqlite3.Connection, family: Family, ids: Iterable[int]) -> None:
    """Rows whose text or marks have changed: to be called by whoever changes them, in the same transaction."""
    conn.execute(
        "INSERT OR IGNORE INTO search_stale (family, id) SELECT ?1, value FROM json_each(?2)"
        " WHERE value <= (SELECT up_to FROM search_done WHERE family = ?1)",
        (family.name, json.dumps(list(ids))),
    )


def find(
    conn: sqlite3.Connection,
    family: Family,
    words: Sequence[str],
    limit: int | None,
    reach: Reach,
    *,
    also: Also = NOTHING_ELSE,
    below: int | None = None,
) -> array[int]:
    """Ids of rows below ``below`` whose text holds every one of ``words`` (folded), newest first, at most ``limit``."""
    below = 1 << 62 if below is None else below
    with _one_state(conn):
        found = _indexed(conn, family, words, limit, reach.indexed, also, below)
        others = _holding(conn, family, words, _unindexed(conn, family, below, reach.unindexed))
        if reach.indexed >= 0:
            others += _numbered(conn, family, words, below)
        fit = fitting(conn, family, others, also)
    return array("q", sorted({*found, *fit}, reverse=True)[:limit] if fit else found)


def among(
    conn: sqlite3.Connection, family: Family, words: Sequence[str], ids: Sequence[int], limit: int | None = None
) -> array[int]:
    """Those of ``ids`` whose text holds every one of ``words`` (folded), in their order, at most ``limit``."""
    listed = json.dumps(list(ids))
    with _one_state(conn):
        up_to = _up_to(conn, family)
        unindexed = {one for one in ids if one > up_to}
        if _any_stale(conn):
            changed = f"SELECT i.value FROM json_each(?) AS i WHERE NOT {_fresh(family, 'i.value')}"
            unindexed.update(row[0] for row in conn.execute(changed, (listed,)))
        known = conn.execute(
            f"SELECT i.value FROM json_each(:ids) AS i CROSS JOIN {family.index} AS s ON s.rowid = i.value"
            f" WHERE {' AND '.join(_tests(words))}",
            {**_values(words), "ids": listed},
        )
        found = {row[0] for row in known} - unindexed
        found.update(_holding(conn, family, words, list(unindexed)))
    return array("q", [one for one in ids if one in found][:limit])


def fitting(conn: sqlite3.Connection, family: Family, ids: Sequence[int], also: Also) -> array[int]:
    """Those of ``ids`` of which ``also`` is true, in their order."""
    if not ids or not also.sql:
        return array("q", ids)
    query = (
        f"SELECT {family.row}.id FROM json_each(:ids) AS i CROSS JOIN {family.name} AS {family.row}"
        f" ON {family.row}.id = i.value WHERE {also.sql} ORDER BY i.key"
    )
    return array("q", [row[0] for row in conn.execute(query, {**also.values, "ids": json.dumps(list(ids))})])


def left_out(conn: sqlite3.Connection, family: Family, reach: Reach = SNAPSHOT) -> int:
    """How many rows a search of this reach cannot see, because the index has not come to them yet; mostly 0.

    Of rows that only have changed some thousands are counted.
    """
    new = conn.execute(f"SELECT ifnull(max(id), 0) FROM {family.name}").fetchone()[0] - _up_to(conn, family)
    changed = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM search_stale WHERE family = ? LIMIT ?)", (family.name, reach.unindexed)
    ).fetchone()[0]
    return max(0, new + changed - reach.unindexed) if reach.unindexed >= 0 else 0


@contextmanager
def _one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """All queries in here see the same rows: one that is indexed between two of them would be in neither answer."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("COMMIT")


# -- what is indexed ------------------------------------------------------------------------------------------------


def _indexed(
    conn: sqlite3.Connection,
    family: Family,
    words: Sequence[str],
    limit: int | None,
    reach: int,
    also: Also,
    below: int,
) -> array[int]:
    """Hits of the index that are still right. ``reach`` stands inside: it counts what is looked at, not what fits."""
    match = _match(conn, family, words)
    values: dict[str, object] = {**_values(words), **also.values}
    values |= {"match": match, "below": below, "limit": -1 if limit is None else limit, "reach": reach}
    tests = _tests(words, match)
    text = ", s.text" if tests else ""
    looked_at = (
        f"SELECT s.rowid AS id{text} FROM {family.index} AS s"
        f" WHERE {f's.{family.index} MATCH :match AND ' if match else ''}s.rowid < :below"
        " ORDER BY s.rowid DESC LIMIT :reach"
    )
    where = [*tests, *([_fresh(family, "s.id")] if _any_stale(conn) else [])]
    join = ""
    if also.sql:
        join = f" CROSS JOIN {family.name} AS {family.row} ON {family.row}.id = s.id"
        where.append(also.sql)
    query = f"SELECT s.id FROM ({looked_at}) AS s{join} WHERE {' AND '.join(where) or '1'} LIMIT :limit"
    return ids(conn, query, values)


def _match(conn: sqlite3.Connection, family: Family, words: Sequence[str]) -> str:
    """The question to the index: some trigrams of the words. Empty when none is that long.

    Each trigram costs time, one that nearly every row has costs most, and that the words are there is seen in the
    text. So three of a word are asked for, of a number the last, which tell most; and beside a number that few rows
    hold no letters at all.
    """
    grams = _asked_for(words)
    numbers = _asked_for([word for word in words if _is_number(word)])
    if not numbers or numbers == grams:
        return grams
    probe = f"SELECT s.rowid FROM {family.index} AS s WHERE s.{family.index} MATCH ? LIMIT {_RARE}"
    return numbers if len(ids(conn, probe, (numbers,))) < _RARE else grams


def _asked_for(words: Iterable[str]) -> str:
    grams = dict.fromkeys(gram for word in words for gram in _trigrams(word))
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams)


def _trigrams(word: str) -> list[str]:
    every = list(dict.fromkeys(word[at : at + 3] for at in range(len(word) - 2)))
    if _is_number(word):
        return every[-3:]
    return every if len(every) <= 3 else [every[0], every[len(every) // 2], every[-1]]


def _is_number(word: str) -> bool:
    return any(char.isdecimal() for char in word)


def _tests(words: Sequence[str], asked_for: str = "") -> list[str]:
    """Whether the words really stand in the text; a word that is itself a trigram has been found as it is."""
    found = asked_for.split(" AND ")
    return [f"instr(s.text, :word{number})" for number, word in enumerate(words) if f'"{word}"' not in found]


def _values(words: Sequence[str]) -> dict[str, object]:
    return {f"word{number}": word for number, word in enumerate(words)}


# -- what is not indexed yet ----------------------------------------------------------------------------------------


def _unindexed(conn: sqlite3.Connection, family: Family, below: int, reach: int) -> list[int]:
    """Rows that the index does not know as they are, newest first."""
    values = {"family": family.name, "up_to": _up_to(conn, family), "below": below, "reach": reach}
    queries = [
        f"SELECT id FROM {family.name} WHERE id > :up_to AND id < :below ORDER BY id DESC LIMIT :reach",
        "SELECT id FROM search_stale WHERE family = :family AND id < :below ORDER BY id DESC LIMIT :reach",
    ]
    if family.by_customer:
        queries.append(
            f"SELECT r.id FROM search_stale AS s CROSS JOIN {family.name} AS r INDEXED BY {family.by_customer}"
            f" ON r.customer_id = s.id WHERE s.family = '{CUSTOMERS.name}' AND r.id < :below LIMIT :reach"
        )
    found = {row[0] for query in queries for row in conn.execute(query, values)}
    return sorted(found, reverse=True)[: None if reach < 0 else reach]


def _numbered(conn: sqlite3.Connection, family: Family, words: Sequence[str], below: int) -> list[int]:
    """The rows of a number, for one that is too short for the index: it may belong to an old row."""
    if not family.numbered or len(words) != 1 or len(words[0]) >= 3:
        return []
    query = f"SELECT id FROM {family.name} WHERE key IN (?1, upper(?1)) AND id < ?2"
    return [row[0] for row in conn.execute(query, (words[0], below))]


def _holding(conn: sqlite3.Connection, family: Family, words: Sequence[str], ids: Sequence[int]) -> list[int]:
    """Those of ``ids`` whose text, made anew, holds all words."""
    found: list[int] = []
    for at in range(0, len(ids), _AT_ONCE):
        texts = family.texts(conn, ids[at : at + _AT_ONCE])
        found += [one for one, text in texts.items() if all(word in text for word in words)]
    return found


def _up_to(conn: sqlite3.Connection, family: Family) -> int:
    row = conn.execute("SELECT up_to FROM search_done WHERE family = ?", (family.name,)).fetchone()
    return int(row[0])


def _any_stale(conn: sqlite3.Connection) -> bool:
    return conn.execute("SELECT 1 FROM search_stale LIMIT 1").fetchone() is not None


def _fresh(family: Family, row: str) -> str:
    """SQL: the index knows the row ``row`` as it is."""
    changed = f"EXISTS (SELECT 1 FROM search_stale WHERE family = '{family.name}' AND id = {row})"
    if family.by_customer:
        changed = (
            f"({changed} OR EXISTS (SELECT 1 FROM {family.name} AS r CROSS JOIN search_stale AS t"
            f" ON t.family = '{CUSTOMERS.name}' AND t.id = r.customer_id WHERE r.id = {row}))"
        )
    return f"NOT {changed}"
