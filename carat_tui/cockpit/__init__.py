"""The screens: what staff see and press. No SQL and no rule of the trade lives here."""
