"""What invoices, credit notes and estimates have in common: their lines, and the form in which they are written."""
