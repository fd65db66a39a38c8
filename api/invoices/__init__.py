"""Invoices from draft to paid, and their credit notes."""
