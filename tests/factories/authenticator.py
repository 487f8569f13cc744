"""A passkey in software: answers what a browser and its authenticator would, byte for byte."""

from __future__ import annotations

import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One credential; `counter` may be set to play a copy, `flags` to play one without PIN or finger."""

    def __init__(self, origin: str = "http://testserver", host: str = "testserver") -> None:
        self.origin, self.host = origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.counter = 0
        self.flags = PRESENT | VERIFIED
        self.handle = b""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to options for a new passkey."""
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(self._host_hash(), self.flags | ATTESTED, self.counter, credential)
        client = self._client("webauthn.create", asked)
        made = AttestationObject.create("none", data, {})
        return self._answer(clientDataJSON=client, attestationObject=made)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a challenge."""
        self.counter += 1
        data = AuthenticatorData.create(self._host_hash(), self.flags, self.counter)
        client = self._client("webauthn.get", options["publicKey"])
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=self.handle
        )

    def _client(self, kind: str, asked: dict[str, Any]) -> CollectedClientData:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return CollectedClientData(json.dumps(said).encode())

    def _host_hash(self) -> bytes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.host.encode())
        return digest.finalize()

    def _answer(self, **response: bytes) -> dict[str, Any]:
        name = websafe_encode(self.id)
        parts = {key: websafe_encode(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": parts}
