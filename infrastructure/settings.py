"""What the environment says. Everything has a default that works for the embedded store; no secret has one."""

from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _in_users_folder(variable_folder: str) -> Path:
    return Path.home() / variable_folder / "recobro"


class Settings(BaseSettings):
    """`store` is a folder, or an address `postgresql://…`; with the latter the master key's file has to be named.

    `public_url` is where people reach this server, such as `https://recobro.example`. Links in mails and calendars
    begin with it, never with what a request says of the host. `operations_token` lets whoever has it read `/metrics`
    and the details of `/health/ready` from elsewhere.
    """

    model_config = SettingsConfigDict(env_prefix="RECOBRO_")

    store: str = Field(default_factory=lambda: str(_in_users_folder(".local/share")))
    master_key_file: Path | None = None
    public_url: HttpUrl | None = None
    operations_token: SecretStr | None = None

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
