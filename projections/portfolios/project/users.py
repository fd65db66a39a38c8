"""Users, and who stands in for whom."""

from datetime import timedelta
from uuid import UUID

from domain import people
from projections.portfolios.tables import Substitution, User, substitutions, users
from projections.rows import Rows


def project(rows: Rows, user_id: UUID, event: people.Event) -> None:
    match event:
        case people.UserAdded():
            rows.add(users, User(user_id=user_id, name=event.name, enabled=True))
        case people.UserDisabled():
            rows.one(users, user_id)["enabled"] = False
        case people.UserEnabled():
            rows.one(users, user_id)["enabled"] = True
        case people.SubstituteAppointed():
            rows.add(
                substitutions,
                Substitution(
                    user_id=user_id,
                    number=len(rows.all(substitutions, user_id)),
                    substitution_id=event.substitution_id,
                    substitute=rows.one(users, user_id)["name"],
                    collector=event.collector,
                    from_on=event.from_on,
                    until_on=event.until_on,
                ),
            )
        case people.SubstituteEnded():
            for row in rows.all(substitutions, user_id).values():
                if row["substitution_id"] == event.substitution_id:
                    row["until_on"] = min(row["until_on"], event.ended_on - timedelta(days=1))
        case people.UserDescribed() | people.UserRolesChanged() | people.PeriodPreferred():
            pass
