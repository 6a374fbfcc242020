"""Asking whether the search index holds what the tables hold."""

from __future__ import annotations

from carat_tui.store.database import Store
from carat_tui.store.search_feed import Feed
from carat_tui.store.search_text import FAMILIES


def differences(store: Store) -> list[str]:
    """Bring the index up to date, then name each row of which it holds another text: a writer did not say so."""
    assert Feed(store).all(60)
    conn, found = store.read(), []
    for family in FAMILIES:
        rows = [row[0] for row in conn.execute(f"SELECT id FROM {family.name}")]
        held = dict(tuple(row) for row in conn.execute(f"SELECT rowid, text FROM {family.index}"))
        meant = family.texts(conn, rows)
        found += [
            f"{family.name} {one}: {held.get(one)!r} instead of {meant.get(one)!r}"
            for one in held.keys() | meant.keys()
            if held.get(one) != meant.get(one)
        ]
        store.write(lambda c, name=family.index: c.execute(f"INSERT INTO {name} ({name}) VALUES ('integrity-check')"))  # type: ignore[misc]
    return found
