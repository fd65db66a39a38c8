"""What the queue is asked for, over HTTP and on the page of today."""

from datetime import datetime

from api.http.formats import Formats
from api.http.shapes import Body, Cursor, Limit, Search
from projections.queue import Filters, Reason, Sort, Sorting


class QueueList(Body):
    """For whatever reason, or for one; of everybody whom the viewer sees, or of one collector."""

    reason: Reason | None = None
    collector: Search = None
    sort: Sort = "value"
    cursor: Cursor = None
    limit: Limit = 50

    def filters(self) -> Filters:
        return Filters(self.reason, self.collector)

    def sorting(self, formats: Formats, now: datetime) -> Sorting:
        return Sorting(self.sort, formats.currency, now.hour)
