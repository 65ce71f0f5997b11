"""A time-stamp authority of our own: real RFC 3161 answers, signed by a certificate of a root made for the test."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256, ECDSA = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, POLICY = "1.2.840.113549.1.9.16.2.47", "1.3.6.1.4.1.13762.3"
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def der(tag: int, *parts: bytes) -> bytes:
    """One value of DER."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(size)]) + size + body


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray([first * 40 + second])
    for part in rest:
        piece = [part & 127]
        while part := part >> 7:
            piece.insert(0, 128 | part & 127)
        out += bytes(piece)
    return der(6, bytes(out))


def values(content: bytes) -> list[tuple[int, bytes]]:
    """The values of DER that follow one another: (tag, body)."""
    found, at = [], 0
    while at < len(content):
        tag, size, at = content[at], content[at + 1], at + 2
        if size & 128:
            count = size & 127
            size, at = int.from_bytes(content[at : at + count], "big"), at + count
        found.append((tag, content[at : at + size]))
        at += size
    return found


class Authority:
    """Answers requests at the time ``at``. ``status`` 2 is a refusal."""

    def __init__(self, at: datetime, *, status: int = 0) -> None:
        self.at, self.status, self.asked = at, status, 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        root_key = ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Root")])
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test TSA")])
        self.root = (
            self._builder(root_name, root_name, root_key)
            .add_extension(x509.BasicConstraints(True, None), critical=True)
            .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        self.certificate = (
            self._builder(name, root_name, self._key)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), critical=True)
            .sign(root_key, hashes.SHA256())
        )

    def _builder(self, name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGAN)
            .not_valid_after(BEGAN + timedelta(days=3650))
        )

    @property
    def root_pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def __call__(self, request: bytes) -> bytes:
        """The answer to a TimeStampReq."""
        self.asked += 1
        if self.status:
            return der(0x30, der(0x30, number(self.status), der(0x30, der(0x0C, b"not today"))))
        fields = values(values(request)[0][1])
        imprint = der(*fields[1])
        nonce = next((der(tag, body) for tag, body in fields[2:] if tag == 2), b"")
        when = der(0x18, self.at.strftime("%Y%m%d%H%M%SZ").encode())
        told = der(0x30, number(1), oid(POLICY), imprint, number(self.asked), when, nonce)
        return der(0x30, der(0x30, number(0)), self._signed(told))

    def _signed(self, told: bytes) -> bytes:
        sha256 = der(0x30, oid(SHA256))
        certificate = self.certificate.public_bytes(Encoding.DER)
        identity = der(0x30, der(0x30, der(0x30, der(4, hashlib.sha256(certificate).digest()))))
        attributes = sorted(
            der(0x30, oid(kind), der(0x31, value))
            for kind, value in (
                (CONTENT_TYPE, oid(TST_INFO)),
                (MESSAGE_DIGEST, der(4, hashlib.sha256(told).digest())),
                (SIGNING_CERTIFICATE, identity),
            )
        )
        signature = self._key.sign(der(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        issuer = der(0x30, self.certificate.issuer.public_bytes(), number(self.certificate.serial_number))
        signer = der(0x30, number(1), issuer, sha256, der(0xA0, *attributes), der(0x30, oid(ECDSA)), der(4, signature))
        content = der(0x30, oid(TST_INFO), der(0xA0, der(4, told)))
        signed = der(0x30, number(3), der(0x31, sha256), content, der(0xA0, certificate), der(0x31, signer))
        return der(0x30, oid(SIGNED_DATA), der(0xA0, signed))
