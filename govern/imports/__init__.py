"""Rows out of Excel: what may stand in a cell (cells), in a file (workbooks), in a row of one model's sheet (fillings);
looked at and taken whole or not at all (runs), the file kept in between (shelf), and the pages for it (admin).

An app derives a Filling and gives it to its ModelAdmin through ImportAdminMixin.
"""
