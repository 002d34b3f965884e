"""Markdown as the site reads it, with places."""
