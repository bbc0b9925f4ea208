"""Addresses and ports that the page can be served at.

It knows which addresses only this machine can reach; it does not know what is served there.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from interest.errors import InputError, SetupError

__all__ = ["LOCAL_NAMES", "address_of", "bind", "is_loopback", "origin_of"]

#: How browsers on this machine call it.
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str:
    """Scheme, host and port of a public address, as browsers send them; "" for "".

    Raises:
        InputError: It is not the address of a web server, or has a path.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        named = parts.hostname is not None and parts.port != 0
    except ValueError:
        parts, named = urlsplit(""), False
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not named or extra:
        raise InputError(
            f"{url!r} is not the address of a web server.", "Write https://HOST, without a path."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def bind(host: str, port: int) -> socket.socket:
    """Take the port now, so that a taken one is one clear line and not a server's log.

    Raises:
        SetupError: The port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SetupError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}.",
            f"Stop what is running there, or choose another port: --port {port + 1}.",
        ) from error
    return listener


def address_of(host: str, port: int) -> str:
    """What to type into a browser."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
