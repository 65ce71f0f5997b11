"""Talking to an OpenID provider: discovery, the way there with PKCE and nonce, and what its ID token says."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from mingjian.records.errors import DeskError, Unavailable

_ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "RS512", "ES384"]  # never "none", never our secret as a key
_SCOPES = "openid profile email"
_LEEWAY = 120  # seconds by which the clocks may differ
_FRESH = 3600 * 1_000_000  # microseconds for which the configuration is believed
_KEYS_AGAIN = 60 * 1_000_000  # at most so often are keys asked for again for one that is not known
_LONGEST = 1 << 20


class SsoFailed(DeskError):
    """The provider said no, or what it said does not hold."""

    word, status = "sso_failed", 403


@dataclass
class _Known:
    configuration: Mapping[str, Any]
    keys: KeySet
    at: int


class Provider:
    """One provider. Threads may share it."""

    def __init__(self, issuer: str, client_id: str, secret: str | None, client: httpx.Client | None = None) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._secret = secret
        self._client = client or httpx.Client(timeout=10, follow_redirects=False)
        self._known: _Known | None = None
        self._turn = threading.Lock()

    def way_there(self, now: int, *, back: str, state: str, nonce: str, verifier: str) -> str:
        """The address to send the browser to; ``back`` is where it returns. ``now`` in microseconds."""
        known = self._configured(now)
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": _SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        address: str = known.configuration["authorization_endpoint"]
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def way_out(self, now: int, *, back: str) -> str | None:
        """The address that ends the person's session at the provider too (OpenID Connect RP-Initiated Logout 1.0),
        and sends the browser ``back``; None when the provider has none, or one that is not its own kind."""
        address = self._configured(now).configuration.get("end_session_endpoint")
        if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(self.issuer).scheme:
            return None
        asked = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def claims(self, now: int, *, code: str, back: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """What the provider says of the person who came back with ``code``: the claims of the checked ID token, with
        those of the user-info endpoint added where the token is silent. SsoFailed; Unavailable."""
        known = self._configured(now)
        given = self._token(known.configuration, code, back, verifier)
        claims = self._checked(known, str(given.get("id_token", "")), nonce, str(given.get("access_token", "")), now)
        return {**self._more(known.configuration, claims, given.get("access_token")), **claims}

    def _token(self, configuration: Mapping[str, Any], code: str, back: str, verifier: str) -> Mapping[str, Any]:
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        methods = configuration.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth: httpx.BasicAuth | None = None
        if self._secret is None:
            body["client_id"] = self.client_id
        elif "client_secret_basic" in methods:
            auth = httpx.BasicAuth(self.client_id, self._secret)
        else:
            body |= {"client_id": self.client_id, "client_secret": self._secret}
        return self._object("POST", configuration["token_endpoint"], data=body, auth=auth)

    def _checked(self, known: _Known, token: str, nonce: str, access: str, now: int) -> Mapping[str, Any]:
        try:
            try:
                read = jwt.decode(token, known.keys, algorithms=_ALGORITHMS)
            except (InvalidKeyIdError, ValueError):
                # The provider may have changed its keys since we asked.
                if now - known.at < _KEYS_AGAIN:
                    raise
                known.keys, known.at = self._keys(known.configuration), now
                read = jwt.decode(token, known.keys, algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={"iss": {"essential": True, "value": self.issuer},
                         "aud": {"essential": True, "value": self.client_id}},
                params={"nonce": nonce, "client_id": self.client_id, "access_token": access},
            )  # fmt: skip
            claims.validate(now=now // 1_000_000, leeway=_LEEWAY)
        except (JoseError, ValueError) as error:
            raise SsoFailed(f"单点登录返回的身份凭证不可信({type(error).__name__}),没有登录。") from error
        return dict(claims)

    def _more(self, configuration: Mapping[str, Any], claims: Mapping[str, Any], access: object) -> Mapping[str, Any]:
        address = configuration.get("userinfo_endpoint")
        if not address or not access:
            return {}
        found = self._object("GET", address, headers={"Authorization": f"Bearer {access}"})
        if found.get("sub") != claims["sub"]:
            raise SsoFailed("单点登录的身份凭证与用户信息不是同一个人,没有登录。")
        return found

    def _configured(self, now: int) -> _Known:
        with self._turn:
            if self._known is None or not 0 <= now - self._known.at < _FRESH:
                address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                found = self._object("GET", address)
                self._trust(found)
                self._known = _Known(found, self._keys(found), now)
            return self._known

    def _trust(self, found: Mapping[str, Any]) -> None:
        if found.get("issuer") != self.issuer:
            raise SsoFailed(f"单点登录服务自称 {found.get('issuer')},与设置的 {self.issuer} 不符。")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = found.get(name)
            if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(self.issuer).scheme:
                raise SsoFailed(f"单点登录服务的 {name} 不可用:{address}")

    def _keys(self, configuration: Mapping[str, Any]) -> KeySet:
        found = self._object("GET", configuration["jwks_uri"])
        try:
            return KeySet.import_key_set({"keys": [key for key in found.get("keys", []) if key.get("use") != "enc"]})
        except (JoseError, ValueError, AttributeError, TypeError) as error:
            raise SsoFailed("单点登录服务的公钥读不出来。") from error

    def _object(self, method: str, address: str, **given: Any) -> Mapping[str, Any]:
        try:
            answer = self._client.request(method, address, **{k: v for k, v in given.items() if v is not None})
        except httpx.HTTPError as error:
            raise Unavailable(f"连不上单点登录服务:{type(error).__name__}。可用本地账号登录。") from error
        try:
            found = answer.json() if len(answer.content) <= _LONGEST else None
        except ValueError:
            found = None
        if answer.status_code != 200 or not isinstance(found, dict):
            raise SsoFailed(f"单点登录服务拒绝了请求(HTTP {answer.status_code}),没有登录。")
        return found
