"""Both databases, as the tests of the storage have them."""

from tests.storage.conftest import url

__all__ = ["url"]
