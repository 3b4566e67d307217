"""The vocabulary of the release, read once for all tests: what is built upon it takes a second or two."""

from pathlib import Path

import pytest

from listings.understanding.catalogue import Catalogue

REFERENCE = Path(__file__).resolve().parents[3] / "listings" / "reference"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.from_files(REFERENCE)
