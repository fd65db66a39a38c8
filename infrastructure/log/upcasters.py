"""How the data of an event as it was once stored becomes what its class expects today.

An upcaster takes the raw JSON object of one shape and gives that of the next; `(name, shape)` is the one it takes. A
class's present shape is one more than its last upcaster's: nothing is declared on the class itself. Where the client is
erased, personal texts read `ERASED` here too, and anything else personal is None.
"""

from collections.abc import Callable, Mapping
from typing import Any

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
