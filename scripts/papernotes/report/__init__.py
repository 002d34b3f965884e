"""The only printers."""
