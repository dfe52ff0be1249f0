"""The demonstration web: a generator with a seed, its servers, and its ground truth."""

from linkworthy.demo.build import build
from linkworthy.demo.exports import write_exports
from linkworthy.demo.model import World
from linkworthy.demo.server import Served, serve
from linkworthy.demo.settings import run_server_forever, site_config
from linkworthy.demo.truth import Truth, truth

__all__ = ["Served", "Truth", "World", "build", "run_server_forever", "serve", "site_config", "truth", "write_exports"]
