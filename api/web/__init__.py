"""What people work with: pages in their language, over the same use cases and queries as the API."""
