"""A small OpenID provider on a port of its own: discovery, authorization code with PKCE, RS256 with published keys,
user info. It is strict where the standard is, and its ``lies`` let tests see what we do with a dishonest one."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT, SECRET = "mingjian", "client-secret"


def b64(data: bytes) -> str:
    """Base64 for URLs without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Signer:
    """An RSA key with a number."""

    kid: str
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def jwk(self) -> dict[str, str]:
        """The public half as published."""
        public = self.key.public_key().public_numbers()
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                "n": b64(public.n.to_bytes(256, "big")), "e": b64(public.e.to_bytes(3, "big"))}  # fmt: skip

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token."""
        parts = [b64(json.dumps(each).encode()) for each in ({"alg": "RS256", "kid": self.kid, **header}, claims)]
        signed = ".".join(parts)
        return f"{signed}.{b64(self.key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


@dataclass
class Idp:
    """What the provider knows. ``person`` signs in without being asked. ``lies`` changes claims before they are
    signed, ``forge`` makes the token in another way; ``now`` is its clock in seconds."""

    now: Callable[[], int]
    back: str
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "7f3a", "preferred_username": "wang.fang",
                                                            "name": "王芳", "groups": ["reviewers"]})  # fmt: skip
    signer: Signer = field(default_factory=lambda: Signer("one"))
    published: list[Signer] = field(default_factory=list)
    in_userinfo: tuple[str, ...] = ()
    lies: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any]], str] | None = None
    methods: tuple[str, ...] = ("client_secret_basic",)
    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def discovery(self) -> dict[str, Any]:
        """The well-known document."""
        ends = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")}
        ends["end_session_endpoint"] = f"{self.issuer}/end"
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **ends, "response_types_supported": ["code"],
                "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": list(self.methods), **self.configuration}  # fmt: skip

    def jwks(self) -> dict[str, Any]:
        """The published keys, one for encryption among them."""
        return {"keys": [{**self.signer.jwk(), "kid": "enc", "use": "enc"},
                         *(each.jwk() for each in self.published or [self.signer])]}  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes after signing in here."""
        if asked["client_id"] != CLIENT or asked["redirect_uri"] != self.back:
            raise ValueError("unknown client or address")
        if asked["response_type"] != "code" or "openid" not in asked["scope"].split():
            raise ValueError("not an OpenID request")
        if asked["code_challenge_method"] != "S256" or not asked["nonce"] or not asked["state"]:
            raise ValueError("PKCE, nonce and state are required here")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{self.back}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, form: dict[str, str], authorization: str | None) -> dict[str, Any]:
        """The answer of the token endpoint."""
        basic = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
        known = {
            "client_secret_basic": authorization == basic and "client_secret" not in form,
            "client_secret_post": (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET),
            "none": form.get("client_id") == CLIENT and authorization is None,
        }
        if not any(known[method] for method in self.methods):
            raise ValueError("who are you?")
        asked = self.codes.pop(form["code"])
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if form["redirect_uri"] != asked["redirect_uri"] or challenge != asked["code_challenge"]:
            raise ValueError("not the one who asked")
        access = secrets.token_urlsafe(16)
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": self.now(), "exp": self.now() + 300,
                  "nonce": asked["nonce"], "at_hash": b64(half)}  # fmt: skip
        claims |= {name: value for name, value in self.person.items() if name not in self.in_userinfo} | self.lies
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.forge(claims) if self.forge else self.signer.sign(claims)
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}


@contextlib.contextmanager
def running(idp: Idp) -> Iterator[Idp]:
    """The provider, answering."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            address = urlsplit(self.path)
            idp.asked.append(address.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            try:
                if address.path == "/authorization":
                    self._send(303, b"", Location=idp.authorize(query))
                    return
                ends: dict[str, Callable[[], dict[str, Any]]] = {
                    "/.well-known/openid-configuration": idp.discovery,
                    "/jwks": idp.jwks,
                    "/token": lambda: idp.token(form, self.headers.get("Authorization")),
                    "/userinfo": lambda: {**idp.person, **idp.userinfo},
                }
                found = ends[address.path]()
            except (KeyError, ValueError) as error:
                self._send(400, json.dumps({"error": "invalid_request", "error_description": str(error)}).encode())
                return
            self._send(200, json.dumps(found).encode(), **{"Content-Type": "application/json"})

        def _send(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    idp.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield idp
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
