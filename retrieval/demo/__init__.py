"""The demo: films and ratings that install from the package registry, and their workspace."""

from __future__ import annotations

from retrieval.demo.assets import FILMS, RATINGS
from retrieval.demo.build import DEMO_DOMAIN, build_demo, ensure_demo
from retrieval.demo.load import DemoData, load_demo

__all__ = [
    "DEMO_DOMAIN",
    "FILMS",
    "RATINGS",
    "DemoData",
    "build_demo",
    "ensure_demo",
    "load_demo",
]
