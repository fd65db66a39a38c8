"""The frame of all pages: what a page has to work with (`context`), forms, lists, templates. It knows no subject."""
