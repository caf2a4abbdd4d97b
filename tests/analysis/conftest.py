"""What the tests of the analysis share."""

import gc

import pytest


@pytest.fixture(autouse=True, scope="module")
def little_garbage():
    """Statsmodels collects garbage at every correction, a third of the time of these tests."""
    gc.freeze()
    yield
    gc.unfreeze()
