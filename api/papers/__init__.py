"""What is sent to clients as PDF: invoices, credit notes, estimates, statements, letters.

Each is made from the log, in the language it says: what was issued from the event that issued it, so that it never
changes. `press.py` has what all of them need; how a page looks lies in `infrastructure/documents/`.
"""
