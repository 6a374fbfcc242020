"""carat: the notification cockpit for small shops."""

__version__ = "0.1.0"
