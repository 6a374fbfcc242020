"""From a planned message to finished bytes: templates, rendering in a limited child process, e-mail, SMS, letter."""
