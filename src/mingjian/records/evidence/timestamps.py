"""Time stamps (RFC 3161) over checkpoints from an authority outside. The request itself is sent by a door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from mingjian.records.clock import micros
from mingjian.records.errors import Unavailable
from mingjian.records.evidence.model import Checkpoint, Timestamp
from mingjian.records.storage import checkpoints as store
from mingjian.records.storage.database import Database

Fetch = Callable[[bytes], bytes]
"""Sends a TimeStampReq (DER) to the authority and gives back its TimeStampResp."""


class WrongToken(Exception):
    """An answer that is no time stamp of this; the message says why, in Chinese."""


def stamp(database: Database, authority: str, fetch: Fetch, *, roots: Sequence[bytes] = ()) -> Timestamp | None:
    """Have the last checkpoint stamped; None when there is none or it has a stamp of this authority. The store is free
    while the authority is asked. Unavailable when it does not answer, or not to the point: then nothing is kept."""
    with database.read() as tx:
        last = store.last_checkpoint(tx)
        done = [] if last is None else store.timestamps(tx, last.number)
    if last is None or any(one.authority == authority for one in done):
        return None
    made = ask(last, authority, fetch, roots=roots)
    with database.write() as tx:
        store.put_timestamp(tx, made)
    return made


def ask(checkpoint: Checkpoint, authority: str, fetch: Fetch, *, roots: Sequence[bytes] = ()) -> Timestamp:
    """Ask for a stamp of one checkpoint. Unavailable."""
    request = (
        TimestampRequestBuilder()
        .data(checkpoint.statement)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .build()
    )
    try:
        token = fetch(request.as_bytes())
    except OSError as error:
        raise Unavailable(f"时间戳服务没有应答:{authority}({error})。稍后再试。") from error
    try:
        at = check_token(token, checkpoint.statement, roots, nonce=request.nonce)
    except WrongToken as error:
        raise Unavailable(f"时间戳服务的应答不能用:{authority}({error})。") from error
    return Timestamp(checkpoint.number, authority, micros(at), token)


def check_token(
    token: bytes, statement: bytes, roots: Sequence[bytes] = (), *, nonce: int | None = None
) -> datetime:  # fmt: skip
    """The authority's time for a statement. WrongToken: not granted, about something else, or (where ``roots``, PEM
    certificates, are given) not signed by whom it should be."""
    try:
        answer = decode_timestamp_response(token)
    except ValueError as error:
        raise WrongToken("不是 RFC 3161 应答") from error
    if PKIStatus(answer.status) != PKIStatus.GRANTED:
        raise WrongToken(f"机构没有签发:{';'.join(map(str, answer.status_string)) or answer.status}")
    told = answer.tst_info
    if told.message_imprint.message != sha256(statement).digest():
        raise WrongToken("所指的内容不是这个检查点")
    if nonce is not None and told.nonce != nonce:
        raise WrongToken("应答不是对这次请求的")
    if roots:
        builder = VerifierBuilder(roots=[one for root in roots for one in load_pem_x509_certificates(root)])
        try:
            builder.build().verify_message(answer, statement)
        except VerificationError as error:
            raise WrongToken(f"机构的签名不对:{error}") from error
    return told.gen_time
