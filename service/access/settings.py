"""What the service is told about signing in."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class SignInSettings(BaseSettings):
    """The settings of sign-in; each can be set in the environment.

    Attributes
    ----------
    public_url : str
        ``BRIKOPT_PUBLIC_URL``: where people open the service, such as ``https://brik.region.dk``. Empty: the address
        that a request came to.
    local_accounts : bool
        ``BRIKOPT_LOCAL_ACCOUNTS``: let in accounts made by ``brikopt account add``; for demonstrations.
    session_hours, session_idle_minutes : int
        ``BRIKOPT_SESSION_HOURS``, ``BRIKOPT_SESSION_IDLE_MINUTES``: how long a session lasts, at most and unused.
    sign_in_tries, sign_in_lock_minutes : int
        ``BRIKOPT_SIGN_IN_TRIES``, ``BRIKOPT_SIGN_IN_LOCK_MINUTES``: so many failures lock an account for so long.
    """

    public_url: str = ""
    local_accounts: bool = False
    session_hours: int = Field(default=12, ge=1)
    session_idle_minutes: int = Field(default=60, ge=5)
    sign_in_tries: int = Field(default=5, ge=1)
    sign_in_lock_minutes: int = Field(default=15, ge=1)

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in ("http", "https") or urlsplit(url).path not in ("", "/")):
            raise ValueError(f"public_url is {url!r}; write it like https://brik.region.dk, without a path")
        return url.rstrip("/")
