"""What changed → events (erp-exports §7): one ``INSERT … SELECT`` a kind for some orders at a time.

Every event has a key that is unique for ever, so the same news from another file makes nothing. Guards: no event in a
baseline or from a late file (then nothing was noted and this is not called), and none about a day older than
``max_age_days``. What was stands in ``document_change`` and ``line_change``, what is in the tables themselves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

_INSERT = (
    "INSERT OR IGNORE INTO event (dedupe_key, kind, document_id, line_key, customer_id, detected_at, file_id, facts) "
)
_OPEN = "max(COALESCE(l.qty, 1) - COALESCE(l.qty_cancelled, 0), 0)"
# An order that a file brings for the first time is news only if it is young itself; for one known before, the day of
# the order says nothing about the day of what happened to it.
_YOUNG = (
    "(NOT EXISTS (SELECT 1 FROM document_change AS n WHERE n.file_id = :file AND n.document_id = d.id AND n.created)"
    " OR d.date IS NULL OR d.date >= :oldest)"
)

_ORDER_CREATED = """
SELECT 'order.created:' || d.source || ':' || d.key, 'order.created', d.id, NULL, d.customer_id, :now, :file,
  json_object('before', json_object(), 'after', json_object('status', d.status, 'date', d.date))
FROM document_change AS c JOIN document AS d ON d.id = c.document_id
WHERE c.file_id = :file AND c.document_id <= :high AND c.created AND (d.date IS NULL OR d.date >= :oldest) ORDER BY d.id
"""

_GOODS_RECEIVED = f"""
SELECT 'goods.received:' || d.source || ':' || d.key || ':' || l.line_key || ':' || l.qty_received, 'goods.received',
  d.id, l.line_key, d.customer_id, :now, :file,
  json_object('before', json_object('qty', c.old_received, 'received_date', c.old_received_date),
              'after', json_object('qty', l.qty_received, 'received_date', l.received_date))
FROM line_change AS c JOIN document AS d ON d.id = c.document_id
JOIN document_line AS l ON l.document_id = c.document_id AND l.line_key = c.line_key
WHERE c.file_id = :file AND c.document_id <= :high AND l.qty_received > 0
  AND COALESCE(d.status, '') NOT IN ('fulfilled', 'cancelled')
  AND (l.qty_received > COALESCE(c.old_received, 0) OR (c.old_received_date IS NULL AND l.received_date IS NOT NULL))
  AND (l.received_date >= :oldest OR (l.received_date IS NULL AND {_YOUNG})) ORDER BY d.id, l.line_key
"""

_ORDER_READY = f"""
WITH touched AS (
  SELECT document_id AS id, old_status, 1 AS by_state FROM document_change
  WHERE file_id = :file AND document_id <= :high
  UNION ALL SELECT DISTINCT document_id, NULL, 0 FROM line_change
  WHERE file_id = :file AND document_id <= :high),
one AS (
  SELECT id, max(old_status) AS old_status, max(by_state) AS by_state, min(by_state) AS only_state
  FROM touched GROUP BY id),
known AS (
  SELECT one.*, (SELECT count(*) FROM document_line AS l WHERE l.document_id = one.id AND {_OPEN} > 0) AS lines,
    (SELECT count(*) FROM document_line AS l
      WHERE l.document_id = one.id AND {_OPEN} > 0 AND l.qty_received >= {_OPEN}) AS here,
    (SELECT max(l.received_date) FROM document_line AS l WHERE l.document_id = one.id) AS last
  FROM one)
SELECT 'order.ready:' || d.source || ':' || d.key || ':' || k.here, 'order.ready', d.id, NULL, d.customer_id,
  :now, :file, json_object('before', json_object('status', k.old_status),
                           'after', json_object('status', d.status, 'lines', k.lines, 'received', k.here))
FROM known AS k JOIN document AS d ON d.id = k.id
WHERE COALESCE(d.status, '') NOT IN ('fulfilled', 'cancelled')
  AND ((k.by_state AND d.status = 'ready' AND k.old_status IS NOT 'ready')
    OR (NOT k.only_state AND k.lines > 0 AND k.here = k.lines))
  AND (k.last IS NULL OR k.last >= :oldest) AND (k.last IS NOT NULL OR {_YOUNG}) ORDER BY d.id
"""

_ORDER_ENDED = f"""
SELECT :kind || ':' || d.source || ':' || d.key, :kind, d.id, NULL, d.customer_id, :now, :file,
  json_object('before', json_object('status', c.old_status), 'after', json_object('status', d.status))
FROM document_change AS c JOIN document AS d ON d.id = c.document_id
WHERE c.file_id = :file AND c.document_id <= :high AND d.status = :status
  AND c.old_status IS NOT :status AND {_YOUNG} ORDER BY d.id
"""

_ALL_DELIVERED = f"""
SELECT 'order.fulfilled:' || d.source || ':' || d.key, 'order.fulfilled', d.id, NULL, d.customer_id, :now, :file,
  json_object('before', json_object(), 'after', json_object('status', d.status, 'delivered', 1))
FROM (SELECT DISTINCT document_id FROM line_change WHERE file_id = :file AND document_id <= :high) AS c
JOIN document AS d ON d.id = c.document_id
WHERE COALESCE(d.status, '') <> 'cancelled' AND {_YOUNG}
  AND EXISTS (SELECT 1 FROM document_line AS l WHERE l.document_id = d.id AND l.qty_delivered > 0)
  AND NOT EXISTS (SELECT 1 FROM document_line AS l
    WHERE l.document_id = d.id AND COALESCE(l.qty_delivered, 0) < {_OPEN}) ORDER BY d.id
"""

_LINE_DELAYED = """
SELECT 'line.delayed:' || d.source || ':' || d.key || ':' || l.line_key || ':' || l.expected_date, 'line.delayed',
  d.id, l.line_key, d.customer_id, :now, :file,
  json_object('before', json_object('expected_date', c.old_expected),
              'after', json_object('expected_date', l.expected_date))
FROM line_change AS c JOIN document AS d ON d.id = c.document_id
JOIN document_line AS l ON l.document_id = c.document_id AND l.line_key = c.line_key
WHERE c.file_id = :file AND c.document_id <= :high AND l.expected_date > c.old_expected AND l.expected_date >= :oldest
  AND COALESCE(l.qty_received, 0) < COALESCE(l.qty, 1) AND COALESCE(d.status, '') NOT IN ('fulfilled', 'cancelled')
ORDER BY d.id, l.line_key
"""


def portion(conn: sqlite3.Connection, file_id: object, size: int) -> int | None:
    """The document up to which there are about ``size`` changes of the file; None if there are none left."""
    row = conn.execute(
        "SELECT max(document_id) FROM (SELECT document_id FROM"
        " (SELECT document_id FROM document_change WHERE file_id = :file ORDER BY document_id LIMIT :size)"
        " UNION ALL SELECT document_id FROM"
        " (SELECT document_id FROM line_change WHERE file_id = :file ORDER BY document_id LIMIT :size)"
        " ORDER BY document_id LIMIT :size)",
        {"file": file_id, "size": size},
    ).fetchone()
    return None if row[0] is None else int(row[0])


def events_up_to(conn: sqlite3.Connection, values: Mapping[str, object]) -> None:
    """Events of what the file changed in documents up to ``high``, in place of the changes that they are made from.

    ``values``: ``file``; ``now``, a stamp; ``oldest``, the first day (ISO) that is still news; ``high``.
    """
    conn.execute(_INSERT + _ORDER_CREATED, values)
    conn.execute(_INSERT + _ORDER_ENDED, {**values, "kind": "order.cancelled", "status": "cancelled"})
    conn.execute(_INSERT + _GOODS_RECEIVED, values)
    conn.execute(_INSERT + _ORDER_READY, values)
    conn.execute(_INSERT + _ORDER_ENDED, {**values, "kind": "order.fulfilled", "status": "fulfilled"})
    conn.execute(_INSERT + _ALL_DELIVERED, values)
    conn.execute(_INSERT + _LINE_DELAYED, values)
    for table in ("document_change", "line_change"):
        conn.execute(f"DELETE FROM {table} WHERE file_id = :file AND document_id <= :high", values)


def forget_changes(conn: sqlite3.Connection, file_id: int) -> None:
    """What was is needed no longer."""
    conn.execute("DELETE FROM document_change WHERE file_id = ?", (file_id,))
    conn.execute("DELETE FROM line_change WHERE file_id = ?", (file_id,))
