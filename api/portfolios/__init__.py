"""Portfolios: who holds which clients, and who stands in for whom."""
