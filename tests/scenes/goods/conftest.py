"""Shelves of two shops."""

import pytest

from tests.scenes.goods.shelves import lay_out


@pytest.fixture(scope="module", params=[0, 3])
def made(request):
    return (*lay_out(request.param), request.param)
