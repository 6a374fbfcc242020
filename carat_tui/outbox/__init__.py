"""The durable queue: what is due is handed over once, and what came of it is written down."""
