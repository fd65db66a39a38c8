"""What a spreadsheet would take for a formula, full-width signs among it, as programs of East Asia read them."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How it begins (OWASP, CSV Injection)."""
