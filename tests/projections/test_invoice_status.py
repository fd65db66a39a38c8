"""What invoices and estimates come to, on any day, is what a brute-force model makes of the same events."""

from collections import Counter
from datetime import date, timedelta

from agency import ANA, CARL, Agency, dump
from billing import EVERYTHING, BillingOffice
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scenario import TODAY
from sqlalchemy import select

from domain import estimate, invoice, payments
from domain.case_file import CaseFile
from domain.case_file.progress import CaseFileOpened
from domain.client import Client, ClientRegistered
from domain.invoice import following, issuing, settling
from domain.lines import totals
from domain.people import OPERATOR
from infrastructure.read_models.projector import Projector
from infrastructure.read_models.served import PROJECTIONS, rebuild
from projections.invoices import estimates as estimate_lists
from projections.invoices import listing, receivables
from projections.invoices import payments as payment_lists
from projections.invoices.receivables import BUCKETS
from projections.invoices.status import estimate_status, filtered_invoice_status, invoice_status
from projections.payment_lists import Filters
from projections.portfolios.tables import clients as portfolio_clients

# The model: what each was on a day, by its own events alone


def streams(recorded, kinds):
    found = {}
    for one in recorded:
        if isinstance(one.event, kinds):
            found.setdefault(one.stream, []).append(one.event)
    return found


def only(events, *kinds):
    return [event for event in events if isinstance(event, kinds)]


def paid_by(events, day):
    state = {}
    for event in events:
        match event:
            case payments.PaymentRecorded():
                state[event.payment_id] = [event, False, None]
            case payments.PaymentApproved():
                state[event.payment_id][1:] = [True, None]
            case payments.PaymentReturned():
                state[event.payment_id][2] = event.returned_on
            case payments.PaymentRejected() | payments.PaymentReopened():
                state[event.payment_id][1:] = [False, None]
    paid = sum(
        told.amount.minor
        for told, counts, returned_on in state.values()
        if counts and told.received_on <= day and (returned_on is None or returned_on > day)
    )
    back = {event.transfer_id: event.taken_back_on for event in only(events, settling.InvoiceCreditTakenBack)}
    for event in only(events, settling.InvoiceCreditMoved, settling.InvoiceCreditReceived):
        away = isinstance(event, settling.InvoiceCreditMoved)
        moved_on = event.moved_on if away else event.received_on
        if moved_on <= day < back.get(event.transfer_id, date.max):
            paid += -event.amount.minor if away else event.amount.minor
    paid -= sum(
        event.amount.minor for event in only(events, settling.InvoiceCreditRefunded) if event.refunded_on <= day
    )
    return paid + sum(
        event.paid.minor for event in only(events, settling.InvoiceSettledInCollection) if event.settled_on <= day
    )


def invoice_on(events, day):
    """Year, currency, and a Counter of what it adds to which blocks; None where it counts nowhere."""
    if only(events, issuing.InvoiceDraftDeleted):
        return None
    if any(event.voided_on <= day for event in only(events, issuing.InvoiceVoided)):
        return None
    issued = next((one for one in only(events, issuing.InvoiceIssued, issuing.InvoiceImported)), None)
    drafted = next(iter(only(events, issuing.InvoiceDrafted)), None)
    if issued is None or day < issued.issued_on:
        if drafted is None or day < drafted.drafted_on:
            return None
        written = only(events, issuing.InvoiceDrafted, issuing.InvoiceDraftChanged)[-1]
        amount = totals(written.lines, written.currency).payable.minor
        return drafted.drafted_on.year, written.currency, Counter({"drafts": 1, "draft": amount})
    owed = issued.payable.minor
    owed -= sum(event.payable.minor for event in only(events, issuing.CreditNoteIssued) if event.issued_on <= day)
    owed -= sum(
        event.waived.minor for event in only(events, settling.InvoiceSettledInCollection) if event.settled_on <= day
    )
    owed = max(owed, 0)
    paid = min(paid_by(events, day), owed)  # below zero where what bounced was paid back before
    sent = any(event.sent_on <= day for event in only(events, following.InvoiceSent))
    sent = sent or isinstance(issued, issuing.InvoiceImported)
    late, taken = issued.due_on < day, in_collection(events, day)
    left = Counter({"paids": 1, "paid": paid}) if paid == owed else what_is_left(owed, paid, sent, late, taken)
    found = Counter({"rectifieds": 1}) if is_rectified(events, issued, day) and paid >= 0 else left
    return issued.issued_on.year, issued.currency, found


def in_collection(events, day):
    taken = [event for event in only(events, settling.InvoiceTakenIntoCollection) if event.taken_on <= day]
    back = [event for event in only(events, settling.InvoiceGivenBack) if event.given_back_on <= day]
    return len(taken) > len(back)


def what_is_left(owed, paid, sent, late, taken):
    found = {"pending": owed - paid}
    if paid > 0:
        found["partial"] = paid
    if taken:
        found["in_collection"] = owed - paid
    elif late and not sent:
        found["overdue_unsent"] = owed - paid
    elif paid <= 0 and not sent:
        found["issued"] = owed - paid
    if late and sent:
        found["overdue"] = owed - paid
    return Counter(found) + Counter({f"{block}s": 1 for block in found})


def is_rectified(events, issued, day):
    notes = [event for event in only(events, issuing.CreditNoteIssued) if event.issued_on <= day]
    return bool(notes) and sum(event.payable.minor for event in notes) >= issued.payable.minor


def estimate_on(events, day):
    drafted = next(iter(only(events, estimate.EstimateDrafted)))
    replaced = only(events, estimate.EstimateRevised, estimate.EstimateReinstated)[-1:]
    if only(events, estimate.EstimateDeleted) or any(
        event.revised_on <= day for event in only(replaced, estimate.EstimateRevised)
    ):
        return None
    written = only(events, estimate.EstimateDrafted, estimate.EstimateChanged)[-1]
    sent = [event for event in only(events, estimate.EstimateSent) if event.sent_on <= day]
    if any(event.accepted_on <= day for event in only(events, estimate.EstimateAccepted)):
        where = "accepted"
    elif any(event.declined_on <= day for event in only(events, estimate.EstimateDeclined)):
        where = "declined"
    elif sent and day <= sent[-1].expires_on:
        where = "outstanding"
    else:
        return None
    return drafted.drafted_on.year, written.currency, Counter({f"{where}s": 1, where: written.total.minor})


def expected(found, blocks):
    """By currency, count and amount of each block."""
    currencies = {}
    for _, currency, counts in filter(None, found):
        currencies.setdefault(currency, Counter()).update(counts)
    return {
        currency: {block: (counts[f"{block}s"], counts[block]) for block in blocks}
        for currency, counts in currencies.items()
        if any(counts.values())
    }


def shown(status, blocks):
    found = {}
    for block in blocks:
        for one in getattr(status, block).sums:
            found.setdefault(one.amount.currency, {})[block] = (one.count, one.amount.minor)
    return {currency: of for currency, of in found.items() if any(count for count, _ in of.values())}


INVOICE_BLOCKS = (
    *("draft", "issued", "overdue_unsent", "pending", "partial", "in_collection"),
    *("paid", "rectified", "overdue"),
)
ESTIMATE_BLOCKS = ("outstanding", "accepted", "declined")


PARTS = ("draft", "pending", "partial", "paid", "rectified")
"""Of the total; what is paid in part is counted as pending."""


class Books:
    """What the log says, gone through once."""

    def __init__(self, log):
        recorded = log.since(0, 1_000_000)
        self.log = log
        self.billed = {
            stream: events
            for stream, events in streams(recorded, tuple(invoice.Event.__args__)).items()
            if only(events, *BEGUN)  # payments of case files are no invoice's
        }
        self.offered = streams(recorded, tuple(estimate.Event.__args__))
        self.client_of = {
            stream: begun[0].client_id
            for stream, events in (self.billed | self.offered).items()
            if (begun := only(events, *BEGUN, estimate.EstimateDrafted))
        }
        self.clients = {one.stream: log.load(Client(), one.stream)[0] for one in recorded if registers(one)}
        self.survivors = {client: self.survivor(client) for client in self.clients}
        self.holders = {client: known.held_by(TODAY) for client, known in self.clients.items()}

    def survivor(self, client):
        while into := self.clients[client].restrictions.merged_into:
            client = into
        return client

    def days(self):
        """On which something changes: all that events name, the day before each, and the day after."""
        named = {
            value
            for events in (*self.billed.values(), *self.offered.values())
            for event in events
            for value in (getattr(event, name) for name in event.__slots__)
            if isinstance(value, date)
        }
        return sorted({day + timedelta(days=days) for day in named for days in (-1, 0, 1)})


BEGUN = (issuing.InvoiceDrafted, issuing.InvoiceImported)


def registers(recorded):
    return isinstance(recorded.event, ClientRegistered)


def says_what_the_model_says(db, books, day, clients):
    billed = {stream: on for stream, events in books.billed.items() if (on := invoice_on(events, day))}
    offered = {stream: on for stream, events in books.offered.items() if (on := estimate_on(events, day))}
    whose = [({"viewer": OPERATOR}, books.clients)]
    whose += [
        ({"viewer": who}, [client for client in books.clients if books.holders[client] == who.name])
        for who in (ANA, CARL)
    ]
    whose += [
        ({"viewer": OPERATOR, "client_id": one}, [client for client, into in books.survivors.items() if into == one])
        for one in {books.survivors[client] for client in clients}
    ]
    for asked, chosen in whose:
        for on, ask, blocks in ((billed, invoice_status, INVOICE_BLOCKS), (offered, estimate_status, ESTIMATE_BLOCKS)):
            mine = [one for stream, one in on.items() if books.client_of[stream] in chosen]
            for year in (None, 2025, 2026):
                status = ask(db, as_of=day, year=year, **asked)
                assert shown(status, blocks) == expected([one for one in mine if year in (None, one[0])], blocks)
                if ask is invoice_status:
                    adds_up(status)


def a_list_s_filters_choose_what_the_blocks_count(db):
    """As of today, of all clients or of a portfolio: added up from the rows, or day by day."""
    for viewer in (OPERATOR, ANA, CARL):
        filtered = filtered_invoice_status(db, viewer, TODAY, listing.Filters())
        assert shown(filtered, INVOICE_BLOCKS) == shown(invoice_status(db, viewer, TODAY), INVOICE_BLOCKS)


def adds_up(status):
    for place, one in enumerate(status.total.sums):
        parts = [getattr(status, name).sums[place].amount for name in PARTS]
        assert sum((part.amount for part in parts), 0) == one.amount.amount
    assert status.total.count == sum(getattr(status, name).count for name in PARTS if name != "partial")


def says_who_owes_since_when(db, books, day):
    by_client, by_collector, unsent = {}, {}, Counter()
    for events in books.billed.values():
        on = invoice_on(events, day)
        if on and (left := on[2]["pending"]):
            [issued] = only(events, issuing.InvoiceIssued, issuing.InvoiceImported)
            late = max((day - issued.due_on).days, 0)
            bucket = BUCKETS[-1] if late > 90 else BUCKETS[(late + 29) // 30]
            for kept, whose in (
                (by_client, books.survivors[issued.client_id]),
                (by_collector, books.holders[issued.client_id]),
            ):
                kept.setdefault(whose, Counter())[on[1], bucket] += left
            unsent[on[1]] += on[2]["issued"] + on[2]["overdue_unsent"]
    found = receivables.receivables(db, OPERATOR, day)
    assert {one.collector: buckets(one.aged) for one in found.by_collector} == by_collector
    assert buckets(found.aged) == sum(by_collector.values(), Counter())
    assert {one.unsent.currency: one.unsent.minor for one in found.aged} == unsent
    for sort in receivables.SORTS:
        items, cursor = [], None
        while True:
            page = receivables.client_receivables(db, OPERATOR, day, sort, cursor, 2)
            items += page.items
            if (cursor := page.next) is None:
                break
        assert {one.client_id: buckets(one.aged) for one in items} == by_client
        assert len(items) == len(by_client)


def buckets(aged):
    for one in aged:
        assert one.total.minor == sum(getattr(one, bucket).minor for bucket in BUCKETS)
    return Counter(
        {
            (one.total.currency, bucket): amount
            for one in aged
            for bucket in BUCKETS
            if (amount := getattr(one, bucket).minor)
        }
    )


def says_what_each_is_today(db, books):
    in_lists = {block: listed(db, listing.Filters(block=block)) for block in INVOICE_BLOCKS}
    for stream, events in books.billed.items():
        line = listing.find_invoice(db, OPERATOR, TODAY, stream)
        known, _ = books.log.load(invoice.Invoice(), stream)
        if known.stage is invoice.Stage.DELETED:
            assert line is None
            continue
        assert (line.number or "", line.client_id, line.imported) == (known.number, known.client_id, known.imported)
        assert (line.disputed_on is not None, line.sent_on is not None) == (known.dispute is not None, known.sent)
        assert (line.case_file_id, line.unapproved) == (known.settlement.in_collection, known.ledger.waiting)
        if known.stage is invoice.Stage.ISSUED:
            owed, paid = known.owed.minor, paid_by(events, date.max)
            assert (line.owed.minor, line.credit.minor) == (owed, max(paid - owed, 0))
            assert (line.paid.minor, line.paid_back.minor) == (max(paid, 0), max(-paid, 0))
            assert (line.paid, line.paid_back) == (known.settlement.paid, known.settlement.paid_back)
            assert line.outstanding.minor == max(known.outstanding.minor, 0)
            assert line.outstanding - line.credit == line.owed + line.paid_back - line.paid
        on = invoice_on(events, TODAY)
        assert (line.status == "void") == (known.stage is invoice.Stage.VOID)
        blocks = {block for block in INVOICE_BLOCKS if on and on[2][f"{block}s"]}
        assert {block for block, ids in in_lists.items() if stream in ids} == blocks
    for stream, events in books.offered.items():
        line = estimate_lists.find_estimate(db, OPERATOR, TODAY, stream)
        known, _ = books.log.load(estimate.Estimate(), stream)
        assert (line is None) == (known.stage is estimate.Stage.DELETED)
        if line is not None:
            stage = "sent" if line.status in {"outstanding", "expired"} else line.status
            assert (stage, line.total, line.invoice_id) == (known.stage, known.total, known.invoice_id)
            on = estimate_on(events, TODAY)
            assert (line.status in ESTIMATE_BLOCKS) == (on is not None)


def says_what_is_to_be_done(db, books):
    """Whom to remind, which payments wait, what came in, and what was paid too much."""
    known = {stream: books.log.load(invoice.Invoice(), stream)[0] for stream in books.billed}
    reminded = {one.id: one for one in every(lambda cursor: listing.list_overdue(db, OPERATOR, TODAY, cursor, 3))}
    assert reminded.keys() == {
        stream for stream, events in books.billed.items() if (on := invoice_on(events, TODAY)) and on[2]["overdues"]
    }
    for stream, one in reminded.items():
        assert (one.outstanding, one.due_on) == (known[stream].outstanding, TODAY - timedelta(days=one.days_overdue))
        assert one.disputed == (known[stream].dispute is not None)
        assert one.in_collection == (known[stream].settlement.in_collection is not None)
    waiting = every(lambda cursor: payment_lists.list_unapproved_invoice_payments(db, OPERATOR, cursor, 3))
    ledgers = {stream: one.ledger.payments for stream, one in known.items()}
    assert {(one.invoice_id, one.id, one.amount) for one in waiting} == {
        (stream, payment_id, one.amount)
        for stream, of in ledgers.items()
        for payment_id, one in of.items()
        if one.state is payments.State.UNAPPROVED
    }
    assert payment_lists.waiting_on_invoices(db, OPERATOR).count == len(waiting)
    chosen = [(one.invoice_id, one.id) for one in waiting]
    assert [one.id for one in payment_lists.some_invoice_payments(db, OPERATOR, chosen)] == [one.id for one in waiting]
    for survivor in set(books.survivors.values()):
        mine = [stream for stream in known if books.survivors[books.client_of[stream]] == survivor]
        credit, told = Counter(), set()
        for stream in mine:
            credit[known[stream].currency] += max(-known[stream].outstanding.minor, 0)
            told.update(ledgers[stream])
        assert {one.currency: one.minor for one in listing.credit_of(db, OPERATOR, survivor)} == +credit

        def page(cursor, of=survivor):
            asked = (Filters(), "-received_on", cursor, 3)
            return payment_lists.client_invoice_payments(db, OPERATOR, of, *asked)

        shown = every(page)
        assert {one.id for one in shown} == told
        assert [one.received_on for one in shown] == sorted((one.received_on for one in shown), reverse=True)


def says_who_is_active(db, books):
    """Whoever has an open case file or an unpaid invoice; passive is who had one."""
    opened = [one for one in books.log.since(0, 1_000_000) if isinstance(one.event, CaseFileOpened)]
    debts = {survivor: [] for survivor in books.survivors.values()}
    for one in opened:
        case_file, _ = books.log.load(CaseFile(), one.stream)
        debts[books.survivors[one.event.debtor_id]].append(case_file.closed_for is None)
    for stream in books.billed:
        known, _ = books.log.load(invoice.Invoice(), stream)
        if known.number:
            unpaid = known.stage is invoice.Stage.ISSUED and known.outstanding.amount > 0
            debts[books.survivors[books.client_of[stream]]].append(unpaid)
    standings = {row.client_id: row.activity for row in db.execute(select(portfolio_clients))}
    told = {True: "active", False: "passive"}
    assert {client: standings[client] for client in debts} == {
        client: told[any(of)] if of else "new" for client, of in debts.items()
    }


def every(page_after):
    found, cursor = [], None
    while True:
        page = page_after(cursor)
        found += page.items
        if (cursor := page.next) is None:
            assert len(found) == len({one.id for one in found})
            return found


MONTH = (TODAY.year, TODAY.month)


def listed(db, filters):
    lines = every(lambda cursor: listing.list_invoices(db, OPERATOR, TODAY, filters, "-dated_on", cursor, 7))
    return {one.id for one in lines}


def test_status_by_day_is_what_a_model_says_live_and_rebuilt(store):
    agency = Agency(store)
    live = store.generations.open(1, making=True)
    live.create(PROJECTIONS)
    live.index(PROJECTIONS)
    projector = Projector(store.events, live, PROJECTIONS, partitions_kept=1)

    def holds(office, some_of):
        projector.catch_up()
        books = Books(store.events)
        with live.reading.connect() as db:
            for day in {*some_of(books.days()), TODAY}:
                says_who_owes_since_when(db, books, day)
                says_what_the_model_says(db, books, day, office.clients)
            a_list_s_filters_choose_what_the_blocks_count(db)
            says_what_each_is_today(db, books)
            says_what_is_to_be_done(db, books)
            says_who_is_active(db, books)

    @settings(max_examples=10, deadline=None, phases=[Phase.generate])  # all share one log, so none can be shrunk
    @given(st.data())
    def law(data):
        office = BillingOffice(agency)
        office.begin(data, "register", "draft")
        for _ in range(data.draw(st.integers(10, 60))):
            office.do_something()
            if data.draw(st.booleans()):
                projector.catch_up(data.draw(st.integers(1, 7)))
        holds(office, lambda days: data.draw(st.lists(st.sampled_from(days), min_size=5, max_size=5)))

    office = BillingOffice(agency)
    office.tell(EVERYTHING)
    holds(office, lambda days: days)
    law()
    store.generations.serve(1)
    rebuild(store)
    fresh = store.generations.open(store.generations.current())
    assert dump(live) == dump(fresh)
    live.close()
    fresh.close()
