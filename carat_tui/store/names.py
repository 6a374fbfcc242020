"""What a customer is called where one line has to do."""

from __future__ import annotations

CUSTOMER = (
    "coalesce(nullif(c.name, ''), nullif(trim(ifnull(c.first_name, '') || ' ' || ifnull(c.last_name, '')), ''),"
    " c.company, '')"
)
"""SQL over ``customer c``: the name, else first and last name, else the company."""
