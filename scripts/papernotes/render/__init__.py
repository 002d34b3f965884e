"""The site: thin adapters between the pages and MkDocs, and checks on what is built."""
