"""Expenses: claimed, decided on, settled by month."""
