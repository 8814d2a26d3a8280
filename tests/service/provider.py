"""An OpenID provider as a process of its own: authorization code, PKCE and nonce demanded, id tokens signed.

It is made of the provider's side of authlib. Whoever comes is signed in there as the person that a test names, and it
lies in its id tokens where a test asks it to.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc.jwk import ECKey, KeySet, OctKey
from werkzeug.serving import make_server

CLIENT, SECRET = "brikopt", "kun+for:denne prøve"  # signs that must be escaped on the way
_KEPT = ("client_id", "redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method")


@dataclass
class Told:
    """What a test has told the provider.

    Attributes
    ----------
    person : dict
        Claims of whoever signs in; empty: nobody is let in.
    lies : dict
        Claims of the id token that are other than the truth.
    signed : str
        "right", by "another" key, with the shared secret as "HS256", or "none".
    about : dict
        What the discovery document says otherwise.
    in_userinfo : bool
        Whether the groups are told there alone.
    """

    person: dict[str, Any] = field(default_factory=lambda: {"sub": "anna", "groups": []})
    lies: dict[str, Any] = field(default_factory=dict)
    signed: str = "right"
    about: dict[str, Any] = field(default_factory=dict)
    in_userinfo: bool = False


class _Client(ClientMixin):
    """The one client that is known."""

    def get_client_id(self):
        return CLIENT

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.endswith("/log-ind/retur")

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):  # noqa: ARG002 - as authlib calls it
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class _Code(SimpleNamespace, AuthorizationCodeMixin):
    """A code, and what was asked when it was handed out."""

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return int(time.time())

    def get_acr(self):
        return None

    def get_amr(self):
        return None


def make_app(address: str) -> Flask:
    """Make the provider's app."""
    app, told, codes, tokens = Flask(__name__), Told(), {}, {}
    key, another = (ECKey.generate_key("P-256", {"kid": "one"}) for _ in range(2))
    keys = {"right": key, "another": another, "HS256": OctKey.import_key(SECRET * 2, {"kid": "one"}), "none": None}

    class Codes(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code, request):
            asked = {name: request.payload.data.get(name) for name in _KEPT}
            codes[code] = _Code(code=code, person=request.user, **asked)

        def query_authorization_code(self, code, client):  # noqa: ARG002 - there is one client
            return codes.get(code)

        def delete_authorization_code(self, authorization_code):
            del codes[authorization_code.code]

        def authenticate_user(self, authorization_code):
            return authorization_code.person

    class Tokens(OpenIDCode):
        def exists_nonce(self, nonce, request):  # noqa: ARG002 - a nonce belongs to the one client
            return any(code.nonce == nonce for code in codes.values())

        def resolve_client_private_key(self, client):  # noqa: ARG002
            return keys[told.signed]

        def get_client_algorithm(self, client):  # noqa: ARG002
            return {"HS256": "HS256", "none": "none"}.get(told.signed, "ES256")

        def get_encode_header(self, client):
            return {"alg": self.get_client_algorithm(client), "kid": "one"}

        def get_client_claims(self, client):
            return {"iss": address, "aud": [client.get_client_id()]}

        def generate_user_info(self, user, scope):  # noqa: ARG002
            claims = {name: value for name, value in user.items() if not (told.in_userinfo and name == "groups")}
            return {**claims, **told.lies}

    def keep(token, request):
        tokens[token["access_token"]] = request.user

    server = AuthorizationServer(app, lambda name: _Client() if name == CLIENT else None, keep)
    server.register_grant(Codes, [Tokens(require_nonce=True), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def about():
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
        said = {f"{name}_endpoint": f"{address}/{path}" for name, path in places.items()}
        return jsonify({"issuer": address, **said, "jwks_uri": f"{address}/keys", **told.about})

    @app.get("/keys")
    def public_keys():
        return jsonify(KeySet([key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize():
        if not told.person:
            return redirect(f"{request.args['redirect_uri']}?error=access_denied&state={request.args['state']}")
        try:
            server.get_consent_grant(end_user=told.person)
        except OAuth2Error as error:
            return Response(json.dumps(dict(error.get_body())), 400)
        return server.create_authorization_response(grant_user=dict(told.person))

    @app.post("/token")
    def token():
        return server.create_token_response()

    @app.get("/userinfo")
    def userinfo():
        return jsonify(tokens[request.headers["Authorization"].removeprefix("Bearer ")])

    @app.get("/end")
    def end():
        return redirect(request.args["post_logout_redirect_uri"])

    @app.post("/told")
    def hear():
        vars(told).update(vars(Told(**request.get_json())))
        return jsonify({})

    return app


@dataclass(frozen=True, slots=True)
class RunningProvider:
    """A provider that runs.

    Attributes
    ----------
    issuer : str
        Its address, and what it calls itself.
    """

    issuer: str

    def tell(self, **told: Any) -> None:
        """Say who signs in from now on, and how it lies; see `Told`."""
        httpx.post(f"{self.issuer}/told", json=told).raise_for_status()


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    """Start a provider, and end it."""
    command = [sys.executable, "-m", "tests.service.provider"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield RunningProvider(process.stdout.readline().strip())
        finally:
            process.terminate()


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # The port is known only once it is taken, and the app must know it.
    serving = make_server("127.0.0.1", 0, Flask(__name__), threaded=True)
    serving.app = make_app(f"http://127.0.0.1:{serving.server_port}")
    print(f"http://127.0.0.1:{serving.server_port}", flush=True)  # noqa: T201 - whoever started it reads this
    serving.serve_forever()
