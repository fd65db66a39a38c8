"""Spreadsheets as tables, import maps, and what the command line says of an import."""
