"""The files of the demo: a CC0 catalogue of films and MovieLens 100K.

It knows packages, hashes and terms; it does not know what is in the files.
"""

from __future__ import annotations

from interest.assets import Asset

__all__ = ["FILMS", "FILMS_FILE", "RATINGS", "RATINGS_FILE", "RATINGS_ITEMS_FILE"]

FILMS_FILE = "movies.db"
FILMS = Asset(
    name="films",
    requirement="bokeh-sampledata==2026.1",
    root="bokeh_sampledata/_data",
    files={FILMS_FILE: "1d9c6a02e488d0354b2309e16130c58820a91ac2ce417e814c5964f9579a65ac"},
    size=8_011_776,
    licence="CC0-1.0",
    source="Wikidata, snapshot of 2026-10-18, packaged by the Bokeh contributors",
)

RATINGS_FILE = "ml-100k.inter"
RATINGS_ITEMS_FILE = "ml-100k.item"
RATINGS = Asset(
    name="ratings",
    requirement="recbole==1.2.1",
    root="recbole/dataset_example/ml-100k",
    files={
        RATINGS_FILE: "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
        RATINGS_ITEMS_FILE: "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
    },
    size=2045862,
    licence="MovieLens 100K terms",
    source="MovieLens 100K by GroupLens Research, University of Minnesota, packaged by RecBole",
    terms=(
        "The demo uses the ratings of MovieLens 100K (GroupLens Research, University of "
        "Minnesota). They may be used for research, not commercially; they may not be passed on "
        "without permission; nothing may suggest that the University of Minnesota endorses the "
        "use. Publications cite F. M. Harper and J. A. Konstan, 2015, The MovieLens Datasets: "
        "History and Context, ACM TiiS 5(4), doi:10.1145/2827872. Building without them is "
        "possible: the recommendations then rest on the catalogue alone."
    ),
)
