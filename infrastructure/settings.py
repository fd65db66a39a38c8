"""What the environment says. Everything has a default that works for the embedded store; no secret has one."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _in_users_folder(variable_folder: str) -> Path:
    return Path.home() / variable_folder / "recobro"


class Settings(BaseSettings):
    """`store` is a folder, or an address `postgresql://…`; with the latter the master key's file has to be named.

    `public_url` is where people reach this server, such as `https://recobro.example`. Links in mails and calendars
    begin with it, never with what a request says of the host. `operations_token` lets whoever has it read `/metrics`
    and the details of `/health/ready` from elsewhere.

    `trusted_proxies` are addresses or networks, with commas between them: who comes through one of those is who it says
    in `X-Forwarded-For`, and it may have any number of connections. What follows limits each server process: how many
    connections it has, in all and of one address, in how many seconds the header of a request has to come, how long
    one that asks nothing stays, and how many bytes a second of a body have to come, or of an answer be taken, where it
    is looked at after so many seconds. And how many requests a minute one user may send who is logged in.
    """

    model_config = SettingsConfigDict(env_prefix="RECOBRO_")

    store: str = Field(default_factory=lambda: str(_in_users_folder(".local/share")))
    master_key_file: Path | None = None
    public_url: HttpUrl | None = None
    operations_token: SecretStr | None = None
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    connections: int = Field(default=500, ge=2)
    connections_per_address: int = Field(default=100, ge=1)
    header_seconds: float = Field(default=10, gt=0)
    idle_seconds: float = Field(default=15, gt=0)
    stalled_seconds: float = Field(default=20, gt=0)
    least_bytes_per_second: int = Field(default=500, ge=1)
    requests_per_minute: int = Field(default=3000, ge=60)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _with_commas(cls, value: object) -> object:
        return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _is_a_place(cls, url: HttpUrl | None) -> HttpUrl | None:
        if url is not None and (url.path not in (None, "/") or url.query or url.fragment or url.username):
            raise ValueError("it is scheme, host and port alone, such as https://recobro.example")
        return url

    @property
    def links_begin_with(self) -> str | None:
        """Ends in a slash."""
        return str(self.public_url) if self.public_url is not None else None

    @property
    def on_postgresql(self) -> bool:
        return self.store.startswith(("postgresql://", "postgres://"))

    @property
    def key_file(self) -> Path:
        if self.master_key_file is not None:
            return self.master_key_file
        if self.on_postgresql:
            raise MasterKeyFileMissing
        return _in_users_folder(".config") / "master.key"


class MasterKeyFileMissing(Exception):
    """With PostgreSQL, RECOBRO_MASTER_KEY_FILE must name the file of the master key, which every host needs."""

    def __str__(self) -> str:
        return self.__doc__ or ""
