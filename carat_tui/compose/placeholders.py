"""The names that templates may use (DOMAIN T), each with an example value for previews and dry runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from carat_tui.model.dates import numeric

EXAMPLES: dict[str, str] = {
    # people and shop
    "salutation": "Sehr geehrte Frau Kovács,",
    "customer_no": "10023",
    "shop_name": "Buchladen Sonne",
    "shop_phone": "0711 123456",
    "opening_hours": "Mo-Sa 9-19 Uhr",
    "sender_name": "A. Sommer",
    "signature": "Buchladen Sonne\nMarktstr. 1\n70173 Stuttgart",
    "today": "21.11.2026",
    # order
    "order_no": "B26-10023",
    "order_date": "18.11.2026",
    "item_title": "Die unendliche Geschichte",
    "item_title_short": "Die unendliche Geschichte",
    "items_block": "- Titel A\n- Titel B\n- Titel C",
    "items_list_short": "Titel A, Titel B und Titel C",
    "item_count_text": "3 Artikel",
    "shelf_no": "K12",
    "pickup_until": "05.12.2026",
    "arrived_date": "20.11.2026",
    "delivery_date": "25.11.2026",
    "new_date": "02.12.2026",
    "delay_reason": "Nachdruck",
    "carrier": "DHL",
    "tracking_no": "00340434161094027318",
    "tracking_url": "https://example.org/t/1",
    "delivery_address": "Weg 1, 70173 Stuttgart",
    "supplier_customer_no": "4711",
    "claim_days": "7",
    # documents
    "doc_no": "RE-2026-0815",
    "doc_date": "20.11.2026",
    "doc_subject": "Praxisbedarf",
    "amount": "1.234,50 €",
    "open_amount": "1.234,50 €",
    "amount_paid": "1.234,50 €",
    "paid_date": "19.11.2026",
    "due_date": "04.12.2026",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bank_name": "Testbank",
    "payment_ref": "RE-2026-0815",
    "credit_reason": "Rückgabe",
    "related_doc_no": "RE-2026-0700",
    "refund_date": "30.11.2026",
    "ksef_no": "5265877635-20250826-0100001AF629-AF",
    "valid_until": "31.12.2026",
    "period_from": "01.11.2026",
    "period_to": "30.11.2026",
    "next_invoice_date": "01.12.2026",
    "attachment_name": "RE-2026-0815.pdf",
    # dunning and balance
    "pay_until": "11.12.2026",
    "total_due": "1.274,50 €",
    "invoices_table": "RE-2026-0815   20.11.2026   1.234,50 €",
    "days_overdue": "21",
    "interest_amount": "12,30 €",
    "dunning_fee": "2,50 €",
    "flat_fee": "40,00 €",
    "interest_rate_text": "10,52 %",
    "interest_from": "01.04.2026",
    "interest_to": "15.11.2026",
    "interest_table": "01.04.2026 - 15.11.2026   10,52 %   12,30 €",
    "balance_date": "31.10.2026",
    "balance_amount": "1.234,50 €",
    "balance_side": "zu unseren Gunsten",
    "reply_until": "15.12.2026",
    # appointment and ticket
    "appt_date": "24.11.2026",
    "appt_time": "14:30",
    "appt_place": "Filiale Marktplatz",
    "ticket_no": "2026-17",
    "ticket_signature": "[Ticket#2026-17]",
    "ticket_subject": "Frage",
    "ticket_date": "20.11.2026",
    "reply_hours": "24",
}

_LOCAL: dict[str, dict[str, str]] = {
    "en": {
        "salutation": "Dear Ms Kovács,",
        "shop_name": "Sun Books",
        "signature": "Sun Books\nMarktstr. 1\n70173 Stuttgart",
        "item_title": "The Neverending Story",
        "item_title_short": "The Neverending Story",
        "items_block": "- Title A\n- Title B\n- Title C",
        "items_list_short": "Title A, Title B and Title C",
        "item_count_text": "3 items",
        "amount": "€1,234.50",
        "open_amount": "€1,234.50",
        "amount_paid": "€1,234.50",
        "total_due": "€1,274.50",
        "opening_hours": "Mon-Sat 9-19",
    },
    "pl": {
        "salutation": "Szanowna Pani,",
        "shop_name": "Księgarnia Pod Lipą",
        "shop_phone": "22 123 45 67",
        "signature": "Księgarnia Pod Lipą\nul. Lipowa 3\n00-950 Warszawa",
        "item_title": "Krótka historia czasu",
        "item_title_short": "Krótka historia czasu",
        "items_block": "- Lalka\n- Faraon\n- Emancypantki",
        "items_list_short": "Lalka, Faraon i Emancypantki",
        "item_count_text": "3 pozycje",
        "carrier": "InPost",
        "doc_no": "FV/815/11/2026",
        "payment_ref": "FV/815/11/2026",
        "related_doc_no": "FV/700/10/2026",
        "amount": "1\xa0234,50\xa0zł",
        "open_amount": "1\xa0234,50\xa0zł",
        "amount_paid": "1\xa0234,50\xa0zł",
        "total_due": "1\xa0407,40\xa0zł",
        "appt_place": "sklep Lipowa 3",
        "opening_hours": "pn-sob 9-19",
    },
    "sk": {
        "salutation": "Vážená pani Kovácsová,",
        "shop_name": "Kníhkupectvo Škrečok",
        "shop_phone": "02/1234 5678",
        "signature": "Kníhkupectvo Škrečok\nŠtúrova 27\n811 02 Bratislava",
        "item_title": "Kým kohút nezaspieva",
        "item_title_short": "Kým kohút nezaspieva",
        "items_block": "- Titul A\n- Titul B\n- Titul C",
        "items_list_short": "Titul A, Titul B a Titul C",
        "item_count_text": "3 položky",
        "carrier": "Packeta",
        "doc_no": "2026000815",
        "payment_ref": "2026000815",
        "related_doc_no": "2026000700",
        "amount": "1\xa0234,50\xa0€",
        "open_amount": "1\xa0234,50\xa0€",
        "amount_paid": "1\xa0234,50\xa0€",
        "total_due": "1\xa0274,50\xa0€",
        "appt_place": "predajňa Štúrova 27",
        "opening_hours": "Po-So 9-19",
    },
}


def examples(language: str) -> dict[str, str]:
    """One value for every placeholder, as it would read in ``language``."""
    found = EXAMPLES | _LOCAL.get(language, {})
    return {name: _DATE.sub(lambda day: _in(language, day[0]), value) for name, value in found.items()}


_DATE = re.compile(r"\b\d\d\.\d\d\.\d{4}\b")


def _in(language: str, day: str) -> str:
    return numeric(datetime.strptime(day, "%d.%m.%Y").replace(tzinfo=UTC).date(), language)
