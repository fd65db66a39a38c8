"""Payments, receipts, refunds and credit, on case files and on invoices."""
