"""Both databases, as the tests of the storage have them."""

from tests.storage.conftest import server, url

__all__ = ["server", "url"]
