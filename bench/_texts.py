"""The same notice for everybody: subject, text, HTML and SMS with three positions; Jinja and Django both read it."""

from __future__ import annotations

SUBJECT = "Ihre Bestellung {{ order_no }} ist abholbereit"
TEXT = """{{ salutation }}

diese Artikel sind für Sie eingetroffen:

{% for item in items %}- {{ item.title|title }}, {{ item.author|upper }}
{% endfor %}
Sie liegen{% if shelf_no %} im Abholfach {{ shelf_no }}{% endif %} für Sie bereit. Wir bewahren sie bis {{ until }} auf.

Mit freundlichen Grüßen
{{ signature }}
"""
HTML = """<!doctype html><html><body><p>{{ salutation }}</p><p>diese Artikel sind für Sie eingetroffen:</p>
<ul>{% for item in items %}<li>{{ item.title|title }}, {{ item.author|upper }}</li>{% endfor %}</ul>
<p>Sie liegen{% if shelf_no %} im Abholfach {{ shelf_no }}{% endif %} für Sie bereit.
Wir bewahren sie bis {{ until }} auf.</p>
<p>Mit freundlichen Grüßen<br>{{ signature }}</p></body></html>
"""
SMS = "{{ shop }}: {{ items|length }} Titel{% if shelf_no %} im Abholfach {{ shelf_no }}{% endif %}, bis {{ until }}."


def values(number: int) -> dict[str, object]:
    """What one customer's notice says."""
    return {
        "salutation": "Sehr geehrte Frau Kovács,",
        "order_no": f"B-{number}",
        "items": [{"title": f"Die unendliche Geschichte {n}", "author": "Michael Ende"} for n in range(3)],
        "shelf_no": "K12",
        "until": "05.12.2026",
        "shop": "Buchladen Sonne",
        "signature": "Buchladen Sonne, Lindenallee 7, 10115 Berlin",
    }
