"""The peer: django-post_office ``send_many`` with a template of three parts; prints messages a second."""

from __future__ import annotations

import sys
import time
from pathlib import Path


def main(folder: str, wanted_count: str) -> None:
    """Queue ``wanted_count`` mails in a new SQLite file below ``folder`` (WAL, NORMAL)."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(Path(folder) / f"post_office_{time.time_ns()}.db"),
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"},
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates"},
            {"BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates", "NAME": "post_office"},
        ],
    )  # fmt: skip
    count = int(wanted_count)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from post_office import mail
    from post_office.models import EmailTemplate

    from bench._texts import HTML, SUBJECT, TEXT, values

    EmailTemplate.objects.create(name="arrived", subject=SUBJECT, content=TEXT, html_content=HTML)
    template = EmailTemplate.objects.get(name="arrived")
    wanted = [
        {"sender": "laden@example.org", "recipients": [f"c{n}@example.org"], "template": template, "context": values(n)}
        for n in range(count)
    ]
    began = time.perf_counter()
    for start in range(0, count, 1000):
        mail.send_many(wanted[start : start + 1000])
    print(count / (time.perf_counter() - began))


if __name__ == "__main__":
    main(*sys.argv[1:])
