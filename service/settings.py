"""What the service is told from outside: folder, database, limits, tokens."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from brikopt.errors import BadInput
from service.access.settings import SignInSettings
from service.runs.settings import RunSettings

DATABASE_FILE = "brikopt.db"
# Where containers put secrets, as files named as the settings: BRIKOPT_OIDC_CLIENT_SECRET, DATABASE_URL.
_SECRETS = Path("/run/secrets")


class Settings(SignInSettings, RunSettings):
    """The service's settings, those of sign-in and of runs among them; each can be set in the environment.

    Attributes
    ----------
    data_dir : Path
        ``BRIKOPT_DATA_DIR``: the folder that holds what the service keeps.
    database_url : str
        ``DATABASE_URL``: empty is SQLite in the data folder, else ``postgresql+psycopg://...``.
    keep_runs : int
        ``BRIKOPT_KEEP_RUNS``: how many published runs keep their rows; older ones stay in the list of runs.
    keep_answers_days : int
        ``BRIKOPT_KEEP_ANSWERS_DAYS``: how long the answer to an Idempotency-Key is remembered.
    patience_seconds : float
        ``BRIKOPT_PATIENCE_SECONDS``: how long a change waits for others before it is refused for now.
    metrics_token : str
        ``BRIKOPT_METRICS_TOKEN``: who shows it may read /metrics; empty closes the route.
    audit_key : secret
        ``BRIKOPT_AUDIT_KEY``: seals the log of changes; empty is the file audit.key in the data folder, made at need.
        Services on one database need the same.
    """

    model_config = SettingsConfigDict(
        env_prefix="BRIKOPT_", frozen=True, extra="ignore", secrets_dir=_SECRETS if _SECRETS.is_dir() else None
    )

    data_dir: Path = Path("brikopt-data")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    keep_runs: int = Field(default=3, ge=1)
    keep_answers_days: int = Field(default=30, ge=1)
    patience_seconds: float = Field(default=30.0, gt=0, le=3600)
    metrics_token: str = ""
    audit_key: SecretStr = SecretStr("")

    @property
    def url(self) -> str:
        """The database's address, as SQLAlchemy reads it."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / DATABASE_FILE}"


def settings_for(data_dir: Path | None = None) -> Settings:
    """Read the settings from the environment; a folder named on the command line comes first.

    Raises
    ------
    BadInput
        If one of them is wrong.
    """
    try:
        return Settings() if data_dir is None else Settings(data_dir=data_dir)
    except ValidationError as error:
        # Values stay out of the message: some of them are secrets.
        (first, *_) = error.errors(include_url=False, include_input=False)
        where = f"BRIKOPT_{first['loc'][0]!s}".upper() if first["loc"] else "BRIKOPT_*"
        raise BadInput(
            where, f"{first['msg'].removeprefix('Value error, ')}.", "Set it anew; see docs/it/service.md."
        ) from None
