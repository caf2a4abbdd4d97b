"""What the tests share."""

from pathlib import Path

import pytest
import yaml
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "config/schema.yaml"

settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")


@pytest.fixture
def tiny_config() -> dict:
    """The configuration of the end-to-end test."""
    return yaml.safe_load((ROOT / "config/test.yaml").read_text(encoding="utf-8"))
