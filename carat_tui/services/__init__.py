"""What a person does, whichever door they came through: the command line today, the cockpit next."""
