"""What is said for a status where nothing says more."""

from collections.abc import Mapping

TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "Log in first",
    403: "You may not do this",
    404: "There is no such thing, or it is not yours to see",
    405: "This cannot be done here",
    409: "This cannot be done as things stand",
    413: "The request is too large",
    422: "Something in the request is not right",
    429: "Too many attempts: wait a while",
    500: "Something went wrong here: it was noted, nothing was half done",
    503: "Not available just now: try again shortly",
}
