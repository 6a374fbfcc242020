"""What things are: dataclasses, enums, money, dates, words. No input or output here."""
