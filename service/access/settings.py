"""What the service is told about signing in."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

_PLAIN, _SAFE = "http", "https"


class SignInSettings(BaseSettings):
    """The settings of sign-in; each can be set in the environment.

    Attributes
    ----------
    public_url : str
        ``BRIKOPT_PUBLIC_URL``: where people open the service, such as ``https://brik.region.dk``. Empty: the address
        that a request came to.
    oidc_issuer : str
        ``BRIKOPT_OIDC_ISSUER``: the identity provider, as it names itself; empty: there is none.
    oidc_client_id, oidc_client_secret : str, secret
        ``BRIKOPT_OIDC_CLIENT_ID``, ``BRIKOPT_OIDC_CLIENT_SECRET``: what the provider knows the service by.
    oidc_scopes : str
        ``BRIKOPT_OIDC_SCOPES``: parted by spaces; some providers tell the groups only for a scope of their own.
    oidc_groups_claim : str
        ``BRIKOPT_OIDC_GROUPS_CLAIM``: where the provider tells a person's groups.
    oidc_grants : Path or None
        ``BRIKOPT_OIDC_GRANTS``: TOML file that says what a group may; without it no group gives anything.
    keep_names : bool
        ``BRIKOPT_KEEP_NAMES``: keep the name that the provider tells; else nothing but ids is kept.
    local_accounts : bool
        ``BRIKOPT_LOCAL_ACCOUNTS``: let in accounts made by ``brikopt account add``; for demonstrations.
    session_hours, session_idle_minutes : int
        ``BRIKOPT_SESSION_HOURS``, ``BRIKOPT_SESSION_IDLE_MINUTES``: how long a session lasts, at most and unused.
    sign_in_tries, sign_in_lock_minutes : int
        ``BRIKOPT_SIGN_IN_TRIES``, ``BRIKOPT_SIGN_IN_LOCK_MINUTES``: so many failures lock an account for so long.
    keep_people_days : int
        ``BRIKOPT_KEEP_PEOPLE_DAYS``: who hasn't been seen for so long is forgotten; only the id stays.
    keep_user_ids_days : int
        ``BRIKOPT_KEEP_USER_IDS_DAYS``: so long decisions and the audit tell, by an id, which person it was.
    """

    public_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid"
    oidc_groups_claim: str = "groups"
    oidc_grants: Path | None = None
    keep_names: bool = False
    local_accounts: bool = False
    session_hours: int = Field(default=12, ge=1)
    session_idle_minutes: int = Field(default=60, ge=5)
    sign_in_tries: int = Field(default=5, ge=1)
    sign_in_lock_minutes: int = Field(default=15, ge=1)
    keep_people_days: int = Field(default=365, ge=1)
    keep_user_ids_days: int = Field(default=730, ge=1)

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in (_PLAIN, _SAFE) or urlsplit(url).path not in ("", "/")):
            raise ValueError(f"public_url is {url!r}; write it like https://brik.region.dk, without a path")
        return url.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _trusted(cls, url: str) -> str:
        if url and not is_private(url):
            raise ValueError(f"oidc_issuer is {url!r}; only https is safe, or http on this machine")
        return url

    @field_validator("oidc_scopes")
    @classmethod
    def _with_openid(cls, scopes: str) -> str:
        if "openid" not in scopes.split():
            raise ValueError(f"oidc_scopes is {scopes!r}; openid must be among them")
        return scopes

    @model_validator(mode="after")
    def _known_to_the_provider(self) -> SignInSettings:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("oidc_client_id is empty; the provider that oidc_issuer names must know the service")
        return self


def is_private(url: str) -> bool:
    """Say whether nobody on the way can read what is sent to an address: https, or this machine itself.

    Examples
    --------
    >>> is_private("https://login.region.dk"), is_private("http://127.0.0.1:9000"), is_private("http://login.region.dk")
    (True, True, False)
    """
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == _SAFE or (parts.scheme == _PLAIN and _is_here(parts.hostname)))


def _is_here(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
