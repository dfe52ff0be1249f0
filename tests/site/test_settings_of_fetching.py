"""Settings of fetching: read, written, and refused where they say nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from linkworthy.errors import InputError
from linkworthy.site import Limits, Login, Network, SiteConfig, config


def test_settings_come_back_as_written(tmp_path: Any) -> None:
    given = SiteConfig(
        url="https://shop.example/",
        limits=Limits(requests_per_s=2.5, first_byte_s=3.0, max_headers=10),
        network=Network(headers=("X-A: b",), robots="report", proxy="socks5://p.example:1", no_proxy=("a", "b")),
        login=Login(page="https://shop.example/login", fields=("user=me", "pass=$SECRET")),
    )
    path = tmp_path / "site.toml"
    path.write_text(config.write(given), encoding="utf-8")
    assert config.read(path) == given


def test_robots_txt_is_obeyed_reported_or_ignored() -> None:
    assert Network().obey_robots
    assert not Network(robots="report").obey_robots
    with pytest.raises(InputError, match="obey, ignore, report"):
        config.from_mapping({"url": "https://a.example/", "network": {"robots": "perhaps"}}, "site.toml")


def test_secrets_are_never_settings() -> None:
    fields = {*Network.__dataclass_fields__, *Login.__dataclass_fields__}
    assert not {name for name in fields if ("password" in name or "user" in name) and not name.endswith("_env")} - {
        "user_agent"
    }
    assert replace(Login(), user_env="SHOP_USER").user_env == "SHOP_USER"
