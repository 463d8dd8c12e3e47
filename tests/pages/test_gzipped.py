"""Pieces that were compressed one by one make one gzip file."""

from __future__ import annotations

import gzip

from hypothesis import given
from hypothesis import strategies as st

from pages.gzipped import deflated, gzipped, stored

PIECES = st.lists(st.tuples(st.booleans(), st.binary(max_size=300)), max_size=6)


@given(pieces=PIECES, times=st.sampled_from([1, 2, 400]))
def test_what_was_put_in_comes_out(pieces: list[tuple[bool, bytes]], times: int) -> None:
    """gzip compares size and CRC."""
    made = [stored(plain) if own else deflated(plain * times) for own, plain in pieces]
    whole = b"".join(plain if own else plain * times for own, plain in pieces)
    assert gzip.decompress(gzipped(made)) == whole == b"".join(each.plain for each in made)


def test_the_length_of_a_file_varies() -> None:
    lengths = {len(gzipped([deflated(b"the same")])) for _ in range(200)}
    assert len(lengths) > 20
    assert max(lengths) - min(lengths) <= 100


def test_nothing_is_compressed_by_its_likeness_to_a_secret() -> None:
    """What is stored stands in the file as it is, and what stands beside it is as long as ever."""
    secret, guess = b"value=8f14e45fceea167a5a36", b"value=c9f0f895fb98ab915942"
    pages = [gzipped([deflated(said), stored(secret)]) for said in (secret, guess)]
    assert [secret in page for page in pages] == [True, True]
    assert len(deflated(secret).blocks) == len(deflated(guess).blocks)
