"""Addresses and ports: what is refused, and with which next step."""

from __future__ import annotations

import socket

import pytest

from interest.errors import InputError, SetupError
from ui.page.address import address_of, bind, is_loopback, origin_of


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


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("https://palate.example.org", "https://palate.example.org"),
        ("https://Palate.example.org:8443/", "https://palate.example.org:8443"),
        ("http://10.0.0.5", "http://10.0.0.5"),
    ],
)
def test_an_origin_is_read_from_a_public_address(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "palate.example.org",
        "ftp://palate.example.org",
        "https://",
        "https://palate.example.org/path",
        "https://ada@palate.example.org",
        "https://palate.example.org:99999",
        "https://[::1",
    ],
)
def test_what_is_no_public_address_is_named(url: str) -> None:
    with pytest.raises(InputError) as caught:
        origin_of(url)
    assert repr(url) in caught.value.problem


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
