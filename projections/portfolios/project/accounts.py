"""What a portfolio lists of a client: itself, and those merged into it, whose case files, invoices and tasks are its.

Those that were merged keep theirs, so that undoing gives each its own back. What follows from all of them is
added up once a batch, in the row of whoever survives.
"""

from collections.abc import Sequence
from uuid import UUID

from projections.client_copies import ClientCopies
from projections.portfolios.tables import Amounts, Sums, case_files, clients, invoices, mergings, money, sums, tasks
from projections.projection import NEVER, NOT_YET
from projections.rows import Row, Rows

copies = ClientCopies(clients, mergings)


def settle_later(rows: Rows, client_id: UUID) -> None:
    """What follows is to be worked out anew for whoever answers for this client."""
    survivor_id: UUID = rows.one(clients, client_id)["survivor_id"]
    if survivor_id != client_id:
        rows.fetch([("client", survivor_id)])
    rows.settle_later(survivor_id)


def settle(rows: Rows, client_id: UUID) -> None:
    """What follows from tasks, invoices and case files, of which its collector works those not assigned elsewhere."""
    client = rows.one(clients, client_id)
    survives = client["survivor_id"] == client_id
    accounts = [rows.one(clients, one) for one in copies.with_absorbed(rows, client_id)] if survives else []
    files = [file for one in accounts for file in rows.all(case_files, one["client_id"]).values()]
    for file in files:
        file["collector"] = file["own_collector"] or rows.one(clients, file["client_id"])["collector"]
        file["owed"] = max(0, file["outstanding"]) if file["is_open"] or file["owed_again"] else 0
    is_open = [file for file in files if file["is_open"]]
    issued = [invoice for one in accounts for invoice in rows.all(invoices, one["client_id"]).values()]
    owes = any(file["owed"] for file in files) or any(invoice["outstanding"] > 0 for invoice in issued)
    is_active = bool(is_open) or owes
    client["activity"] = "active" if is_active else "passive" if files or issued else "new"
    client["last_action_on"] = max((file["last_action_on"] for file in files), default=NOT_YET)
    _comes_next(client, is_open, [task for one in accounts for task in rows.all(tasks, one["client_id"]).values()])
    followed = [file for file in files if file["collector"] == client["collector"]]
    currencies = {file["currency"] for file in followed}
    for (currency,) in rows.all(sums, client_id).keys() - {(one,) for one in currencies}:
        rows.remove(sums, client_id, currency)
    for currency in sorted(currencies):
        inside = [file for file in followed if file["currency"] == currency]
        owed, collected, waiting = (sum(file[name] for file in inside) for name in ("owed", "collected", "waiting"))
        rows.add(sums, Sums(client_id=client_id, currency=currency, owed=owed, collected=collected, waiting=waiting))
    client["most_owed"] = max((row["owed"] for row in rows.all(sums, client_id).values()), default=0)
    _add_up(rows, client, files, issued)
    # Nobody need hold those to whom alone something is owed; of those erased, only debts are left to be seen.
    only_owed_to = not (files or issued) and any(one["is_creditor"] for one in accounts)
    to_be_held = bool(client["collector"]) or not only_owed_to
    client["is_listed"] = survives and to_be_held and (is_active or client["standing"] != "erased")


def _add_up(rows: Rows, client: Row, files: Sequence[Row], issued: Sequence[Row]) -> None:
    """All of its money, by currency and whether its own collector follows it."""
    counted: dict[tuple[str, bool], list[int]] = {}
    debts = [(file, file["collector"] == client["collector"], file["owed"]) for file in files]
    debts += [(one, True, 0 if one["in_collection"] else max(0, one["outstanding"])) for one in issued]
    for debt, followed, outstanding in debts:
        kept = counted.setdefault((debt["currency"], followed), [0, 0, 0])
        for place, amount in enumerate((outstanding, debt["collected"], debt["waiting"])):
            kept[place] += amount
    client_id: UUID = client["client_id"]
    for key in rows.all(money, client_id).keys() - counted.keys():
        rows.remove(money, client_id, *key)
    for (currency, followed), (outstanding, collected, waiting) in sorted(counted.items()):
        rows.add(
            money,
            Amounts(
                client_id=client_id,
                currency=currency,
                followed=followed,
                outstanding=outstanding,
                collected=collected,
                waiting=waiting,
            ),
        )
    for place, name in enumerate(("outstanding", "collected")):
        own = [amounts[place] for (_, followed), amounts in counted.items() if followed]
        in_all = [
            sum(amounts[place] for (of, _), amounts in counted.items() if of == currency)
            for currency in {currency for currency, _ in counted}
        ]
        client[f"most_{name}"], client[f"most_{name}_followed"] = max(in_all, default=0), max(own, default=0)


def _comes_next(client: Row, is_open: Sequence[Row], its_tasks: Sequence[Row]) -> None:
    """The first of its next actions and waiting tasks; on the same day an action goes before a task."""
    action = min(is_open, key=lambda file: (file["next_action_on"], file["case_file_id"]), default=None)
    waiting = [task for task in its_tasks if task["waits"]]
    task = min(waiting, key=lambda task: (task["day"], task["task_id"]), default=None)
    by_action = action["next_action_on"] if action else NEVER
    if task and task["day"] < by_action:
        what = (task["day"], task["title"], task["kind"], task["task_id"])
    elif action and by_action != NEVER:
        what = (by_action, action["next_action"], "action", None)
    else:
        what = (NEVER, None, None, None)
    client["next_action_on"], client["next_action"], client["next_kind"], client["next_task_id"] = what
