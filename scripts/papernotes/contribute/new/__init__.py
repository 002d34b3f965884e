"""Begin a note: what was asked for, its record, its bibliography entry, the files to fill in."""
