"""The site folder: settings, snapshots, runs and the journal. It knows where tables lie and not what they mean."""

from linkworthy.site.config import Business, Duplicates, Limits, Login, Network, ScopeSettings, SiteConfig
from linkworthy.site.folder import Site, folder_for
from linkworthy.site.journal import Journal, Label
from linkworthy.site.referrers import Referrers
from linkworthy.site.rendering import Browser
from linkworthy.site.runs import Run
from linkworthy.site.snapshots import Readable, Snapshot

__all__ = [
    "Browser",
    "Business",
    "Duplicates",
    "Journal",
    "Label",
    "Limits",
    "Login",
    "Network",
    "Readable",
    "Referrers",
    "Run",
    "ScopeSettings",
    "Site",
    "SiteConfig",
    "Snapshot",
    "folder_for",
]
