"""Reports over several subjects."""
