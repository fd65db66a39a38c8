"""The words for what invoices and estimates tell apart. `_` marks them for the catalogues."""

from collections.abc import Mapping

from api.http.catalogues import marked as _
from domain.invoice.issuing import Correction, Kind
from domain.lines import Treatment
from domain.people import Period
from domain.sending import Channel, Language

TREATMENTS: Mapping[str, str] = {
    Treatment.TAXED: _("Taxed"),
    Treatment.REVERSE_CHARGE: _("Reverse charge"),
    Treatment.NOT_SUBJECT: _("Not subject to tax"),
    Treatment.NOT_SUBJECT_BY_PLACE: _("Not subject by where it is supplied"),
    Treatment.EXEMPT_ART_20: _("Exempt, article 20"),
    Treatment.EXEMPT_EXPORT: _("Exempt, export (article 21)"),
    Treatment.EXEMPT_ART_22: _("Exempt, article 22"),
    Treatment.EXEMPT_ART_23_24: _("Exempt, articles 23 and 24"),
    Treatment.EXEMPT_INTRA_COMMUNITY: _("Exempt, within the Union (article 25)"),
    Treatment.EXEMPT_OTHER: _("Exempt, another reason"),
}

INVOICE_KINDS: Mapping[str, str] = {Kind.FULL: _("Full invoice"), Kind.SIMPLIFIED: _("Simplified invoice")}

CORRECTIONS: Mapping[str, str] = {
    Correction.ART_80_ONE_TWO_SIX: _("Returned, discounted or undone (article 80.1, 80.2 and 80.6)"),
    Correction.ART_80_THREE: _("The client is insolvent (article 80.3)"),
    Correction.ART_80_FOUR: _("Uncollectible (article 80.4)"),
    Correction.OTHER: _("Another reason"),
}
"""What somebody may choose: what corrects a simplified invoice is of a kind of its own."""

SENT_BY: Mapping[str, str] = {
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("SMS"),
    Channel.POST: _("Post"),
    Channel.MARKED: _("Handed over"),
}

SPOKEN: Mapping[str, str] = {Language.SPANISH: _("Spanish"), Language.ENGLISH: _("English")}

ESTIMATE_STATUSES: Mapping[str, str] = {
    "draft": _("Draft"),
    "outstanding": _("Waits for an answer"),
    "expired": _("Expired"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "revised": _("Another version took its place"),
}

INVOICE_STATUSES: Mapping[str, str] = {
    "draft": _("Draft"),
    "issued": _("Issued, not sent"),
    "overdue_unsent": _("Issued, overdue, not sent"),
    "pending": _("Pending of payment"),
    "partial": _("Partly paid"),
    "paid": _("Paid whole"),
    "overdue": _("Overdue"),
    "in_collection": _("In collection"),
    "rectified": _("Credited whole"),
    "void": _("Void"),
}

PERIODS: Mapping[str, str] = {Period.YEAR: _("This year"), Period.ALL: _("All time")}

INVOICE_BLOCKS: Mapping[str, str] = {
    "pending": _("Pending"),
    "paid": _("Paid"),
    "overdue": _("Overdue"),
    "overdue_unsent": _("Issued, overdue, not sent"),
    "draft": _("Draft"),
    "partial": _("Paid in part"),
    "total": _("Total"),
}

ESTIMATE_BLOCKS: Mapping[str, str] = {
    "outstanding": _("Waits for an answer"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
}

INVOICING: Mapping[str, Mapping[str, str]] = {
    "treatment": TREATMENTS,
    "invoice_kind": INVOICE_KINDS,
    "correction": CORRECTIONS,
    "sent_by": SENT_BY,
    "spoken": SPOKEN,
    "period": PERIODS,
    "invoice_block": INVOICE_BLOCKS,
    "estimate_block": ESTIMATE_BLOCKS,
    "invoice_status": INVOICE_STATUSES,
    "estimate_status": ESTIMATE_STATUSES,
}
