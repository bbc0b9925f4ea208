"""Addresses and ports: what is refused, and with which next step."""

from __future__ import annotations

import socket

import pytest

from interest.errors import InputError, SetupError
from ui.page.address import address_of, bind, check_host, is_loopback


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("::", False),
        ("palate.example", False),
    ],
)
def test_only_loopback_is_local(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_other_addresses_are_refused_unless_allowed() -> None:
    check_host("127.0.0.1", allow_public=False)
    check_host("0.0.0.0", allow_public=True)
    with pytest.raises(InputError, match=r"0\.0\.0\.0") as caught:
        check_host("0.0.0.0", allow_public=False)
    assert "--allow-public" in caught.value.remedy


def test_a_taken_port_names_the_next_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=str(port)) as caught:
            bind("127.0.0.1", port)
    assert f"--port {port + 1}" in caught.value.remedy


def test_a_free_port_is_taken() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert listener.getsockname()[1] > 0


def test_addresses_for_a_browser() -> None:
    assert address_of("127.0.0.1", 7860) == "http://127.0.0.1:7860"
    assert address_of("::1", 7860) == "http://[::1]:7860"
