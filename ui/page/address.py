"""Addresses and ports that the page can be served at.

It knows which addresses only this machine can reach; it does not know what is served there.
"""

from __future__ import annotations

import ipaddress
import socket

from interest.errors import InputError, SetupError

__all__ = ["LOCAL_NAMES", "address_of", "bind", "check_host", "is_loopback"]

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


def check_host(host: str, *, allow_public: bool) -> None:
    """Refuse to be reachable from elsewhere unless that was asked for.

    Raises:
        InputError: The address is not a loopback address and ``allow_public`` is not set.
    """
    if not is_loopback(host) and not allow_public:
        raise InputError(
            f"{host} can be reached from other machines, and the page has no sign-in yet.",
            "Use --host 127.0.0.1, or pass --allow-public if everybody there may use it.",
        )


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
