"""The index of pieces for hundreds of thousands of keys: sorted numpy arrays, twenty bytes a piece."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

_CHUNK = 100_000  # keys at a time: keeps the build's working memory flat


def _signatures(keys: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Which characters a key has, folded into 64 bits: an edit changes two of them at most."""
    found = np.zeros(len(keys), dtype=np.uint64)
    for first in range(0, len(keys), _CHUNK):
        some = np.array(keys[first : first + _CHUNK])
        codes = some.view(np.uint32).reshape(len(some), -1)
        bits = np.left_shift(np.uint64(1), (codes % np.uint32(61)).astype(np.uint64))
        bits[codes == 0] = 0
        found[first : first + _CHUNK] = np.bitwise_or.reduce(bits, axis=1)
    return found


class Packed:
    """Pieces of keys as sorted hashes, each with the key's place."""

    def __init__(self, keys: Sequence[str], cuts: Mapping[int, list[tuple[int, int]]]) -> None:
        def hashes() -> Iterator[int]:
            for key in keys:
                length = len(key)
                for number, (start, end) in enumerate(cuts[length]):
                    yield hash(f"{length}.{number}{key[start:end]}")

        counts = np.fromiter((len(cuts[len(key)]) for key in keys), dtype=np.uint8, count=len(keys))
        filed = np.fromiter(hashes(), dtype=np.int64, count=int(counts.sum()))
        places = np.repeat(np.arange(len(keys), dtype=np.uint32), counts)
        order = np.argsort(filed)
        self._filed = filed[order]
        self._places = places[order]
        self._signatures = _signatures(keys)

    def near(self, typed: str, probes: Sequence[str], most: int) -> set[int]:
        """Places of keys that share a probed piece and nearly all characters."""
        wanted = np.fromiter((hash(probe) for probe in probes), dtype=np.int64, count=len(probes))
        first = np.searchsorted(self._filed, wanted, side="left")
        last = np.searchsorted(self._filed, wanted, side="right")
        some = [self._places[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True) if a < b]
        if not some:
            return set()
        places = np.concatenate(some)
        differing = np.bitwise_count(self._signatures[places] ^ _signatures([typed])[0])
        return set(places[differing <= 2 * most].tolist())
