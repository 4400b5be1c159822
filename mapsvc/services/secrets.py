"""Secrets that are mailed or kept in a cookie, and the hashes that are kept of them."""

import hashlib
import hmac
import secrets

SECRET_BYTES = 32  # 256 bits
CODE_LENGTH = 8
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what looks like something else


def new_secret() -> str:
    """A secret of 256 bits that fits into an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_code() -> str:
    """A code that a person types: 8 letters and digits, 39 bits, good for few tries only."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


def spelt(code: str) -> str:
    """A code as it is shown: ABCD-EFGH."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def typed(code: str) -> str:
    """What a person typed, as a code: without spaces and hyphens, in capitals."""
    return "".join(letter for letter in code.upper() if letter in CODE_LETTERS)[: CODE_LENGTH + 1]


def digest(secret: str) -> str:
    """What is kept of a secret with enough bits of its own."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def keyed_digest(key: str, *parts: str) -> str:
    """What is kept of something that could be guessed: nobody without the key can try."""
    text = "\0".join(parts).encode("utf-8", "replace")
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
