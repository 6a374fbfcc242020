"""Where an order stands for the staff: nothing has come in, something lies there for the customer, it is over.

SQL, because lists of a million orders are asked by it. The row of the document is ``d``, its lines together ``l``.
"""

from __future__ import annotations

LINES = """
SELECT n.document_id, count(*) AS lines, sum(coalesce(n.qty, 1)) AS qty, sum(n.qty_received) AS received,
  sum(n.qty_delivered) AS delivered, max(n.expected_date) AS expected_date, max(n.received_date) AS received_date,
  sum(coalesce(n.qty_received, 0) > coalesce(n.qty_delivered, 0)) AS here,
  max(iif(coalesce(n.qty_received, 0) > coalesce(n.qty_delivered, 0), n.received_date, NULL)) AS here_since,
  sum(coalesce(n.qty_delivered, 0) < max(coalesce(n.qty, 1) - coalesce(n.qty_cancelled, 0), 0)) AS undelivered
FROM json_each(:ids) AS i CROSS JOIN document_line AS n ON n.document_id = i.value GROUP BY n.document_id
"""
"""The lines of the documents in ``:ids`` (JSON). ``here``: how many hold goods that are not handed over."""

# After a visit that took what was there, only what came in on a later day lies there for the customer.
STANDING = """
CASE
  WHEN d.handed_over_at IS NOT NULL OR d.status IN ('fulfilled', 'cancelled', 'closed', 'invoiced', 'paid')
    OR (l.delivered > 0 AND l.undelivered = 0) THEN 'closed'
  WHEN (l.here > 0 OR d.status = 'ready')
    AND (d.collected_at IS NULL OR l.here_since > substr(d.collected_at, 1, 10)) THEN 'arrived'
  ELSE 'waiting'
END
"""

TOLD = """
(d.last_notified_at IS NOT NULL AND ifnull((SELECT max(n.received_date) FROM document_line AS n
  WHERE n.document_id = d.id AND coalesce(n.qty_received, 0) > coalesce(n.qty_delivered, 0)), '')
  <= substr(d.last_notified_at, 1, 10))
"""
"""Whether the customer has been told since the last of what lies there came in; asked of an order that has arrived."""
