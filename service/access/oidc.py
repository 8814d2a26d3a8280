"""Talk with the region's identity provider: where to send people, and who came back (OpenID Connect Core 1.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from authlib.oidc.discovery import get_well_known_url  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.access.settings import is_private
from service.refusals import ProviderFailed, SignInFailed
from service.settings import Settings

# Signed with a key that only the provider has: never "none", never a secret that the service shares.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_PATIENCE_SECONDS = 10
# Two clocks are never quite the same.
_LEEWAY_SECONDS = 30
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who came back.

    Attributes
    ----------
    issuer, subject : str
        Together they stand for one person, for ever.
    name : str
        Empty unless the provider tells it.
    groups : frozenset of str
        Theirs at this moment.
    """

    issuer: str
    subject: str
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One sign-in as the provider is told of it: ``redirect_uri``, and the secrets ``nonce`` and ``verifier``."""

    redirect_uri: str
    nonce: str
    verifier: str


class Provider:
    """The identity provider, as its discovery document describes it.

    Parameters
    ----------
    settings : Settings
        With ``oidc_issuer`` and how the service is known there.

    Raises
    ------
    ProviderFailed
        If it can't be reached, calls itself something else, or has addresses where others can listen.

    Notes
    -----
    Read anew at each sign-in: there are few, and a provider that changes its keys needs no restart.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._about = _fetched(get_well_known_url(settings.oidc_issuer, external=True))
        named = [self._about.get(name) for name in _ENDPOINTS]
        if self._about.get("issuer") != settings.oidc_issuer or not all(
            isinstance(url, str) and is_private(url) for url in named
        ):
            raise ProviderFailed

    def address(self, one: Setting, state: str) -> str:
        """Return where to send the browser (authorization code, PKCE with S256)."""
        url: str = prepare_grant_uri(
            self._about["authorization_endpoint"],
            self._settings.oidc_client_id,
            "code",
            redirect_uri=one.redirect_uri,
            scope=self._settings.oidc_scopes,
            state=state,
            nonce=one.nonce,
            code_challenge=create_s256_code_challenge(one.verifier),
            code_challenge_method="S256",
        )
        return url

    def identity(self, one: Setting, code: str) -> Identity:
        """Exchange a code for who it is.

        Parameters
        ----------
        one : Setting
            The same as when the browser was sent.
        code : str
            What the browser brought back.

        Returns
        -------
        Identity

        Raises
        ------
        SignInFailed
            If the provider refuses the code, or the id token isn't for this sign-in: signature, issuer, audience,
            time and nonce are checked.
        ProviderFailed
            If it can't be reached.
        """
        tokens = self._redeemed(one, code)
        claims = self._claims(one, tokens)
        told = {**self._userinfo(claims, tokens), **claims}
        groups = told.get(self._settings.oidc_groups_claim, [])
        groups = [groups] if isinstance(groups, str) else groups
        named = frozenset(group for group in groups if isinstance(group, str)) if isinstance(groups, list) else ()
        return Identity(self._settings.oidc_issuer, claims["sub"], str(told.get("name", "")), frozenset(named))

    def _redeemed(self, one: Setting, code: str) -> Mapping[str, Any]:
        secret = self._settings.oidc_client_secret.get_secret_value()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": one.redirect_uri,
            "code_verifier": one.verifier,
            "client_id": self._settings.oidc_client_id,
            **({"client_secret": secret} if secret else {}),
        }
        with _reaching():
            answer = httpx.post(self._about["token_endpoint"], data=form, timeout=_PATIENCE_SECONDS)
            if answer.is_client_error:
                raise SignInFailed
            return _object(answer)

    def _claims(self, one: Setting, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        keys = _fetched(self._about["jwks_uri"])
        must = {
            "iss": {"essential": True, "value": self._settings.oidc_issuer},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
        }
        may = {
            "nonce": one.nonce,
            "client_id": self._settings.oidc_client_id,
            "access_token": tokens.get("access_token"),
        }
        try:
            token = jwt.decode(str(tokens.get("id_token", "")), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            claims = CodeIDToken(token.claims, token.header, must, may)
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInFailed from error
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise SignInFailed
        return dict(claims)

    def _userinfo(self, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        """More about the same person, where the id token doesn't tell the groups."""
        address = self._about.get("userinfo_endpoint")
        if self._settings.oidc_groups_claim in claims or not address or not is_private(str(address)):
            return {}
        about = _fetched(str(address), {"Authorization": f"Bearer {tokens.get('access_token', '')}"})
        if about.get("sub") != claims["sub"]:
            raise SignInFailed
        return about


def _fetched(url: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    with _reaching():
        return _object(httpx.get(url, headers=headers, timeout=_PATIENCE_SECONDS))


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ProviderFailed
    return told


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderFailed from error
