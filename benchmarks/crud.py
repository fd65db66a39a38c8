"""What Recobro's HTTP is measured beside: the same two routes as an ordinary FastAPI and SQLAlchemy ORM service.

A session for each request, a token table, payments with a row in an audit table, all in one transaction. It is written
as its users would want it: indexes for what it asks, one query for a page, SQLite with a write-ahead log.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, Field
from sqlalchemy import Engine, ForeignKey, Index, Numeric, String, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, sessionmaker

DATABASE = "BENCHMARKED_DATABASE"
"""The environment's variable that names it, as SQLAlchemy would have it."""


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]


class Token(Base):
    __tablename__ = "tokens"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_name: Mapped[str] = mapped_column(ForeignKey("users.name"))
    expires_at: Mapped[datetime]
    user: Mapped[User] = relationship()


class Client(Base):
    __tablename__ = "clients"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class CaseFile(Base):
    __tablename__ = "case_files"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    creditor_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    debtor_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    collector: Mapped[str]
    principal: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3))
    opened_on: Mapped[date]
    is_open: Mapped[bool]
    stage: Mapped[str]
    last_action_on: Mapped[date | None]
    next_action_on: Mapped[date | None]
    next_action: Mapped[str | None]
    creditor: Mapped[Client] = relationship(foreign_keys=[creditor_id])
    debtor: Mapped[Client] = relationship(foreign_keys=[debtor_id])
    __table_args__ = (Index("case_files_next", "is_open", "next_action_on", "id"),)


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_file_id: Mapped[UUID] = mapped_column(ForeignKey("case_files.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3))
    received_on: Mapped[date]
    method: Mapped[str]
    state: Mapped[str]
    recorded_by: Mapped[str]


class Audit(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    what: Mapped[str]
    payment_id: Mapped[UUID]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))


def engine_of(address: str) -> Engine:
    engine = create_engine(address, pool_size=20)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_durable_as_ours)
    return engine


def _as_durable_as_ours(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 10000")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


# The service


class MoneyBody(BaseModel):
    amount: Decimal = Field(gt=0, max_digits=12, decimal_places=2)
    currency: str = Field(min_length=3, max_length=3)


class PaymentBody(BaseModel):
    amount: MoneyBody
    received_on: date
    method: str


class Made(BaseModel):
    id: UUID


class Line(BaseModel):
    id: UUID
    reference: str
    client_id: UUID
    client: str
    debtor_id: UUID
    debtor: str
    collector: str
    opened_on: date
    last_action_on: date | None
    next_action_on: date | None
    next_action: str | None
    principal: MoneyBody
    collected: Decimal
    outstanding: Decimal
    unapproved: int
    stage: str


class Page(BaseModel):
    items: list[Line]


def app() -> FastAPI:
    made = FastAPI()
    sessions = sessionmaker(engine_of(os.environ[DATABASE]), expire_on_commit=False)
    bearer = OAuth2PasswordBearer("token")

    def session() -> Iterator[Session]:
        with sessions() as opened:
            yield opened

    Opened = Annotated[Session, Depends(session)]  # noqa: N806 - a type

    def user(db: Opened, token: Annotated[str, Depends(bearer)]) -> User:
        found = db.scalar(
            select(Token).options(joinedload(Token.user)).where(Token.hash == hashed(token), Token.expires_at > now())
        )
        if found is None:
            raise HTTPException(401)
        return found.user

    LoggedIn = Annotated[User, Depends(user)]  # noqa: N806 - a type

    @made.get("/health/ready")
    def ready() -> None:
        pass

    @made.post("/api/case-files/{case_file_id}/payments", status_code=201)
    def record_payment(case_file_id: UUID, body: PaymentBody, db: Opened, by: LoggedIn) -> Made:
        file = db.get(CaseFile, case_file_id)
        if file is None:
            raise HTTPException(404)
        if not file.is_open:
            raise HTTPException(409)
        if body.amount.currency != file.currency or not file.opened_on <= body.received_on <= now().date():
            raise HTTPException(422)
        payment = Payment(
            id=uuid4(),
            case_file_id=file.id,
            amount=body.amount.amount,
            currency=body.amount.currency,
            received_on=body.received_on,
            method=body.method,
            state="unapproved",
            recorded_by=by.name,
        )
        db.add(payment)
        db.add(Audit(at=now(), actor=by.name, what="recorded", payment_id=payment.id, amount=payment.amount))
        db.commit()
        return Made(id=payment.id)

    @made.get("/api/escritorio/case-files")
    def list_case_files(db: Opened, _: LoggedIn, limit: int = 50) -> Page:
        of_the_file = Payment.case_file_id == CaseFile.id
        collected = select(func.coalesce(func.sum(Payment.amount), 0)).where(of_the_file, Payment.state == "approved")
        waiting = select(func.count()).select_from(Payment).where(of_the_file, Payment.state == "unapproved")
        found = db.execute(
            select(
                CaseFile, collected.correlate(CaseFile).scalar_subquery(), waiting.correlate(CaseFile).scalar_subquery()
            )
            .options(joinedload(CaseFile.creditor), joinedload(CaseFile.debtor))
            .where(CaseFile.is_open)
            .order_by(CaseFile.next_action_on, CaseFile.id)
            .limit(limit)
        )
        return Page(items=[_line(file, Decimal(paid), unapproved) for file, paid, unapproved in found])

    return made


def _line(file: CaseFile, collected: Decimal, unapproved: int) -> Line:
    return Line(
        id=file.id,
        reference=file.reference,
        client_id=file.creditor_id,
        client=file.creditor.name,
        debtor_id=file.debtor_id,
        debtor=file.debtor.name,
        collector=file.collector,
        opened_on=file.opened_on,
        last_action_on=file.last_action_on,
        next_action_on=file.next_action_on,
        next_action=file.next_action,
        principal=MoneyBody(amount=file.principal, currency=file.currency),
        collected=collected,
        outstanding=file.principal - collected,
        unapproved=unapproved,
        stage=file.stage,
    )


# What is in it at the start


def fill(address: str, case_files: int, token: str) -> list[UUID]:
    """As many case files as the other side has, each with a debtor of its own and two payments; their ids."""
    engine, today = engine_of(address), now().date()
    Base.metadata.create_all(engine)
    creditor, files = uuid4(), [uuid4() for _ in range(case_files)]
    with Session(engine) as db:
        db.add(User(name="bench", role="supervisor"))
        db.add(Client(id=creditor, reference="CREDITOR", name="Acreedora, S.A."))
        db.flush()
        db.add(Token(hash=hashed(token), user_name="bench", expires_at=datetime(9999, 1, 1)))  # noqa: DTZ001 - UTC, as all here
        for number, file in enumerate(files):
            debtor = uuid4()
            db.add(Client(id=debtor, reference=f"D-{number:07}", name=f"José Núñez Soler {number}"))
            db.flush()
            opened_on = date.fromordinal(today.toordinal() - 60 - number % 600)
            db.add(
                CaseFile(
                    id=file,
                    reference=f"E-{number:07}",
                    creditor_id=creditor,
                    debtor_id=debtor,
                    collector=f"collector{number % 20}",
                    principal=Decimal(300 + number),
                    currency="EUR",
                    opened_on=opened_on,
                    is_open=True,
                    stage="amicable",
                    last_action_on=opened_on,
                    next_action_on=date.fromordinal(opened_on.toordinal() + 21),
                    next_action="Volver a llamar",
                )
            )
            db.flush()
            for state in ("approved", "approved" if number % 10 else "unapproved"):
                db.add(
                    Payment(
                        id=uuid4(),
                        case_file_id=file,
                        amount=Decimal(100),
                        currency="EUR",
                        received_on=opened_on,
                        method="transfer",
                        state=state,
                        recorded_by="collector1",
                    )
                )
        db.commit()
        if engine.dialect.name == "postgresql":
            db.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).exec_driver_sql("ANALYZE")
    engine.dispose()
    return files
