"""One synthetic export of every vendor's layout, by published headers: what stands where, and what it must give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.support import exports


@dataclass(frozen=True, kw_only=True)
class Export:
    """A layout: its header, and under which header each of our columns is written."""

    name: str
    reported_by: str
    table: str
    header: tuple[str, ...]
    says: Mapping[str, str]
    """Column of the table to the header that holds it."""
    constant: Mapping[str, str] = field(default_factory=dict)
    """Cells that stand in every row."""
    gives: Mapping[str, object] = field(default_factory=dict)
    """Columns of the table that these must give."""
    opinions: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, str] = ("true", "false")
    dates: str = "%Y-%m-%d"
    preamble: tuple[str, ...] = ()
    quote_all: bool = False
    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True

    def content(self, rows: Sequence[Mapping[str, str]]) -> bytes:
        """Write rows, given by our columns."""
        laid = [
            {**self.constant, **{self.says[name]: cell for name, cell in row.items() if name in self.says}}
            for row in rows
        ]
        return exports.table_bytes(
            self.header if self.has_header else (),
            exports.by_header(self.header, laid),
            delimiter=self.delimiter,
            encoding=self.encoding,
            quote_all=self.quote_all,
            preamble=self.preamble,
            line_end="\r\n" if self.encoding == "utf-16-le" else "\n",
        )


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


AHREFS_BROKEN = (
    *(name for name in exports.AHREFS if name not in {"Lost status", "Drop reason", "First seen", "Last seen",
        "Lost"}),
    "Target page HTTP code", "Target checked", "Ref. page checked",
)  # fmt: skip
INTERSECT = _columns(
    "Referring page title,Referring page URL,Language,Platform,Type,Author,Redirect Code,Domain rating,UR,"
    "Domain traffic,Referring domains,Page traffic,Intersect,shop.example/,rival.example/,other.example/"
)
AHREFS_API = _columns(
    "ahrefs_rank_source,anchor,alt,discovered_status,domain_rating_source,first_seen,is_dofollow,is_lost,is_nofollow,"
    "is_spam,is_sponsored,is_ugc,last_seen,link_type,title,traffic_domain,url_from,url_rating_source,url_to"
)
OSE = _columns(
    "URL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Number of Domains Linking to this Page,"
    "Number of Domains Linking to Domain,Origin,Target URL,Link Equity,No Link Equity,Only rel=nofollow,Only follow,301"
)
OSE_PREAMBLE = (
    "Open Site Explorer", "Inbound links", "to: https://shop.example/", "Date: 2016-03-04", "Filter: all", "",
)  # fmt: skip
MAJESTIC = _columns(
    "SourceURL,AnchorText,SourceTrustFlow,SourceCitationFlow,Domain,DomainTrustFlow,DomainCitationFlow,FirstIndexedDate,"
    "LinkType,LinkSubType,TargetURL,TargetTrustFlow,TargetCitationFlow,FlagRedirect,FlagFrame,FlagNoFollow,FlagImages,"
    "FlagDeleted,FlagAltText,LastSeenDate,FlagMention,DateLost,ReasonLost,SourceTopicalTrustFlow_Topic_0,"
    "SourceTopicalTrustFlow_Value_0,DomainTopicalTrustFlow_Topic_0,DomainTopicalTrustFlow_Value_0,"
    "TargetTopicalTrustFlow_Topic_0,TargetTopicalTrustFlow_Value_0"
)
AUDIT = _columns("Source title,Source url,Target url,Anchor,Toxicity Score,Toxic markers,First seen,Last seen,Nofollow")
SEMRUSH_API = _columns(
    "page_ascore,source_title,source_url,target_url,anchor,external_num,internal_num,nofollow,form,frame,image,sitewide,"
    "first_seen,last_seen,newlink,lostlink"
)
ORGANIC = _columns(
    "Keyword,Position,Previous position,Search Volume,Keyword Difficulty,CPC,URL,Traffic,Traffic (%),Traffic Cost,"
    "Competition,Number of Results,Trends,Timestamp,SERP Features by Keyword,Keyword Intents,Position Type"
)
OLD_FROG = _columns("Type,Source,Destination,Alt Text,Anchor,Status Code,Status,Follow")
NEW_FROG = _columns(
    "Type,From,To,Anchor Text,Alt Text,Follow,Target,Rel,Status Code,Status,Path Type,Link Path,Link Position,"
    "Link Origin"
)
INTERNAL = _columns(
    "Address,Content Type,Status Code,Status,Indexability,Indexability Status,Title 1,Title 1 Length,"
    "Meta Description 1,H1-1,Size (bytes),Word Count,Crawl Depth,Inlinks,Unique Inlinks,Outlinks,Response Time,"
    "Redirect URL,Crawl Timestamp"
)
KEYWORDS = _columns("Keyword,Country,Volume,KD,CPC,Organic traffic,Current position,Current URL,Updated")
TOP_PAGES = _columns("URL,Status,UR,Referring domains,Traffic,Value,Keywords,Top keyword,Volume,Position")
MILLION = _columns(
    "GlobalRank,TldRank,Domain,TLD,RefSubNets,RefIPs,IDN_Domain,IDN_TLD,PrevGlobalRank,PrevTldRank,PrevRefSubNets,"
    "PrevRefIPs"
)

_LINK = {"source_url": "Source url", "target_url": "Target url", "anchor": "Anchor"}
_SEEN = {"first_seen_at": "First seen", "last_seen_at": "Last seen"}
_AHREFS = {
    "source_url": "Referring page URL", "target_url": "Target URL", "anchor": "Anchor",
    "source_title": "Referring page title",
    "is_nofollow": "Nofollow", "is_ugc": "UGC", "is_sponsored": "Sponsored",
}  # fmt: skip
_FROG = {"source_url": "Source", "target_url": "Destination", "anchor": "Anchor"}
_MAJESTIC = {
    "source_url": "SourceURL", "target_url": "TargetURL", "anchor": "AnchorText", "is_nofollow": "FlagNoFollow",
    "first_seen_at": "FirstIndexedDate", "last_seen_at": "LastSeenDate",
}  # fmt: skip

LINKS = (
    Export(
        name="ahrefs backlinks", reported_by="ahrefs", table="observations", header=tuple(exports.AHREFS),
        says=_AHREFS | _SEEN, dates="%Y-%m-%d %H:%M:%S", opinions={"domain rating": "Domain rating",
            "platform": "Platform"},
    ),
    Export(
        name="ahrefs backlinks utf-16", reported_by="ahrefs", table="observations", header=tuple(exports.AHREFS),
        says=_AHREFS | _SEEN, dates="%Y-%m-%d %H:%M:%S", delimiter="\t", encoding="utf-16-le", quote_all=True,
    ),
    Export(
        name="ahrefs old", reported_by="ahrefs", table="observations", header=tuple(exports.AHREFS_OLD),
        delimiter=";",
        says={
            "source_url": "Ref. page URL", "target_url": "Link URL", "anchor": "Link anchor",
            "source_title": "Ref. page title",
            "is_nofollow": "Nofollow", "first_seen_at": "First seen", "last_seen_at": "Last check",
        },
    ),
    Export(
        name="ahrefs broken backlinks", reported_by="ahrefs", table="observations", header=AHREFS_BROKEN,
        says=_AHREFS,
        constant={"Target page HTTP code": "404"}, opinions={"target page http code": "Target page HTTP code"},
    ),
    Export(
        name="ahrefs api names", reported_by="ahrefs", table="observations", header=AHREFS_API,
        says={
            "source_url": "url_from", "target_url": "url_to", "anchor": "anchor", "source_title": "title",
            "is_nofollow": "is_nofollow", "is_ugc": "is_ugc", "is_sponsored": "is_sponsored",
            "first_seen_at": "first_seen",
            "last_seen_at": "last_seen",
        },
        dates="%Y-%m-%dT%H:%M:%SZ", constant={"is_lost": "true", "link_type": "text"}, gives={"state": "lost",
            "kind": "text"},
        opinions={"domain_rating_source": "domain_rating_source"},
    ),
    Export(
        name="bing pages", reported_by="bing", table="observations", header=exports.BING_PAGES, quote_all=True,
        encoding="utf-8-sig", says={"source_url": "Source Url", "target_url": "Target Url", "anchor": "Anchor text"},
    ),
    Export(
        name="moz old", reported_by="moz", table="observations", header=OSE, preamble=OSE_PREAMBLE,
        says={
            "source_url": "URL", "target_url": "Target URL", "anchor": "Anchor Text", "source_title": "Title",
            "is_nofollow": "Only rel=nofollow",
        },
        flags=("Yes", "No"), opinions={"domain authority": "Domain Authority", "spam score": "Spam Score"},
    ),
    Export(
        name="moz new", reported_by="moz", table="observations",
        header=_columns(
            "URL,Title,Anchor Text,PA,DA,Linking Domains,Spam Score,Target URL,Link Type,Link State,First Seen,"
            "Last Seen"
        ),
        says={
            "source_url": "URL", "target_url": "Target URL", "anchor": "Anchor Text", "source_title": "Title",
            "first_seen_at": "First Seen", "last_seen_at": "Last Seen",
        },
        preamble=("Moz Link Explorer", "Inbound Links"), opinions={"pa": "PA", "link state": "Link State"},
    ),
    Export(
        name="majestic", reported_by="majestic", table="observations", header=MAJESTIC, quote_all=True,
        encoding="utf-8-sig",
        says=_MAJESTIC, flags=("1", "0"), constant={"LinkType": "ImageLink", "FlagDeleted": "0"},
        gives={"kind": "image", "state": "live"}, opinions={"domaintrustflow": "DomainTrustFlow"},
    ),
    Export(
        name="majestic with signs", reported_by="majestic", table="observations", quote_all=True,
        header=tuple(name for name in MAJESTIC if name != "LinkType"), says=_MAJESTIC, flags=("+", "-"),
        constant={"FlagRedirect": "+", "FlagDeleted": "+"}, gives={"kind": "redirect", "state": "lost"},
    ),
    Export(
        name="semrush", reported_by="semrush", table="observations", header=tuple(exports.SEMRUSH), flags=("TRUE",
            "FALSE"),
        says=_LINK | _SEEN | {"source_title": "Source title", "is_nofollow": "Nofollow", "is_ugc": "Ugc",
            "is_sponsored": "Sponsored"},
        constant={"Text": "FALSE", "Image": "TRUE", "Lost link": "FALSE"}, gives={"kind": "image", "state": "live"},
        opinions={"page ascore": "Page ascore", "sitewide": "Sitewide"},
    ),
    Export(
        name="semrush api", reported_by="semrush", table="observations", header=SEMRUSH_API, delimiter=";",
        dates="%s",
        says={
            "source_url": "source_url", "target_url": "target_url", "anchor": "anchor",
            "source_title": "source_title",
            "is_nofollow": "nofollow", "first_seen_at": "first_seen", "last_seen_at": "last_seen",
        },
        constant={"lostlink": "true"}, gives={"state": "lost"},
    ),
    Export(
        name="semrush backlink audit", reported_by="semrush", table="observations", header=AUDIT,
        says=_LINK | _SEEN | {"source_title": "Source title", "is_nofollow": "Nofollow"},
        constant={"Toxicity Score": "73"},
        opinions={"toxicity score": "Toxicity Score", "toxic markers": "Toxic markers"},
    ),
    *(
        Export(
            name=f"screaming frog {name}", reported_by="screaming-frog", table="observations", header=header,
            says=says,
            constant={"Type": "Hyperlink"}, gives={"kind": "text"}, quote_all=True, encoding="utf-8-sig",
            preamble=preamble,
            opinions={"status code": "Status Code"},
        )
        for name, header, says, preamble in (
            ("all_inlinks", tuple(exports.SCREAMING_FROG), _FROG, ()),
            ("all_inlinks old", OLD_FROG, _FROG, ('"All Inlinks"',)),
            ("all_outlinks", tuple(exports.SCREAMING_FROG), _FROG, ('"All Outlinks"',)),
            ("inlinks new", NEW_FROG, {"source_url": "From", "target_url": "To", "anchor": "Anchor Text"}, ()),
        )
    ),
)  # fmt: skip

_METRICS = {"clicks": "Clicks", "impressions": "Impressions", "position": "Position"}
COUNTS = (
    Export(
        name="ahrefs referring domains", reported_by="ahrefs", table="domain_reports",
        header=tuple(exports.AHREFS_DOMAINS),
        says={"host": "Domain", "n_links": "Links to target", "n_followed": "Dofollow links",
            "first_seen_at": "First seen", "lost_at": "Lost"},
        opinions={"dr": "DR", "traffic": "Traffic ", "keywords": "Keywords "}, constant={"DR": "41", "Traffic ": "7"},
    ),
    Export(
        name="ahrefs anchors", reported_by="ahrefs", table="anchor_reports",
        header=_columns("Anchor,Referring domains,Links to target,Dofollow links,Refpages,Top DR,First seen,Last seen"),
        says=_SEEN | {"anchor": "Anchor", "n_domains": "Referring domains", "n_links": "Links to target",
            "n_followed": "Dofollow links"},
        opinions={"top dr": "Top DR"}, constant={"Top DR": "9"},
    ),
    Export(
        name="ahrefs organic keywords", reported_by="ahrefs", table="keyword_reports", header=KEYWORDS,
        says={
            "keyword": "Keyword", "url": "Current URL", "country": "Country", "volume": "Volume",
            "traffic": "Organic traffic",
            "position": "Current position", "day": "Updated",
        },
        opinions={"kd": "KD"}, constant={"KD": "12"},
    ),
    Export(
        name="ahrefs top pages", reported_by="ahrefs", table="page_reports", header=TOP_PAGES,
        says={"url": "URL", "n_domains": "Referring domains", "traffic": "Traffic"},
        opinions={"top keyword": "Top keyword"},
        constant={"Top keyword": "shoes, red"},
    ),
    Export(
        name="bing domains", reported_by="bing", table="domain_reports", header=("Domain", "Backlinks Count"),
        quote_all=True,
        says={"host": "Domain", "n_links": "Backlinks Count"},
    ),
    Export(
        name="bing anchors", reported_by="bing", table="anchor_reports", header=("Anchor", "Backlinks Count"),
        quote_all=True,
        encoding="utf-8-sig", says={"anchor": "Anchor", "n_links": "Backlinks Count"},
    ),
    Export(
        name="moz top pages", reported_by="moz", table="page_reports", preamble=("Link Explorer", "Top pages", "",
            "", ""),
        header=_columns("URL,Title,HTTP Status,PA,Total Links,Linking Domains to Page"),
        says={"url": "URL", "n_domains": "Linking Domains to Page", "status": "HTTP Status"}, opinions={"pa": "PA",
            "title": "Title"},
        constant={"PA": "33", "Title": "A, b"},
    ),
    Export(
        name="moz linking domains", reported_by="moz", table="domain_reports",
        header=_columns("Root Domain,DA,Linking Domains,Spam Score,First Seen"),
        says={"host": "Root Domain", "first_seen_at": "First Seen"}, opinions={"da": "DA",
            "linking domains": "Linking Domains"},
        constant={"DA": "20", "Linking Domains": "12,345"},
    ),
    Export(
        name="majestic referring domains", reported_by="majestic", table="domain_reports", quote_all=True,
        header=_columns("Domain,TrustFlow,CitationFlow,MatchedLinks,RefDomains,Country"),
        says={"host": "Domain", "n_links": "MatchedLinks"}, opinions={"trustflow": "TrustFlow"},
        constant={"TrustFlow": "15"},
    ),
    Export(
        name="majestic anchors", reported_by="majestic", table="anchor_reports", quote_all=True,
        header=_columns("AnchorText,RefDomains,TotalLinks,DeletedLinks,NoFollowLinks"),
        says={"anchor": "AnchorText", "n_domains": "RefDomains", "n_links": "TotalLinks"},
        opinions={"deletedlinks": "DeletedLinks"},
        constant={"DeletedLinks": "3"},
    ),
    Export(
        name="semrush referring domains", reported_by="semrush", table="domain_reports",
        header=_columns("Domain ascore,Domain,Backlinks,IP Address,Country,First seen,Last seen"),
        says=_SEEN | {"host": "Domain", "n_links": "Backlinks"}, opinions={"domain ascore": "Domain ascore"},
        constant={"Domain ascore": "27"},
    ),
    Export(
        name="semrush organic positions", reported_by="semrush", table="keyword_reports", header=ORGANIC,
        says={
            "keyword": "Keyword", "url": "URL", "position": "Position", "volume": "Search Volume",
            "traffic": "Traffic",
            "day": "Timestamp",
        },
        opinions={"traffic (%)": "Traffic (%)", "cpc": "CPC"}, constant={"Traffic (%)": "0.41", "CPC": "1.2"},
    ),
    Export(
        name="screaming frog internal_all", reported_by="screaming-frog", table="page_reports", header=INTERNAL,
        quote_all=True,
        encoding="utf-8-sig", preamble=('"Internal - All"',), says={"url": "Address", "status": "Status Code"},
        constant={"Title 1": "A title", "Indexability": "Indexable"}, opinions={"title 1": "Title 1",
            "indexability": "Indexability"},
    ),
    Export(
        name="search console top linking sites", reported_by="search-console", table="domain_reports",
        header=exports.TOP_SITES,
        says={"host": exports.TOP_SITES[0], "n_links": exports.TOP_SITES[1], "n_targets": exports.TOP_SITES[2]},
    ),
    Export(
        name="search console top linked pages", reported_by="search-console", table="page_reports",
        header=exports.TOP_PAGES,
        says={"url": exports.TOP_PAGES[0], "n_links": exports.TOP_PAGES[1], "n_domains": exports.TOP_PAGES[2]},
    ),
    Export(
        name="search console top linking text", reported_by="search-console", table="anchor_reports",
        header=("Rang", "Linktext"),
        says={"rank": "Rang", "anchor": "Linktext"},
    ),
    Export(
        name="search console queries", reported_by="search-console", table="keyword_reports",
        header=_columns("Top queries,Clicks,Impressions,CTR,Position"), says=_METRICS | {"keyword": "Top queries"},
        constant={"CTR": "1.5%"},
    ),
    Export(
        name="search console pages", reported_by="search-console", table="page_reports",
        header=_columns("Top pages,Clicks,Impressions,CTR,Position"), says=_METRICS | {"url": "Top pages"},
        constant={"CTR": "1.5%"},
    ),
    Export(
        name="tranco", reported_by="tranco", table="popularity", header=("rank", "host"), says={"rank": "rank",
            "host": "host"},
        has_header=False,
    ),
    Export(
        name="majestic million", reported_by="majestic-million", table="popularity", header=MILLION,
        says={"rank": "GlobalRank", "host": "Domain", "score": "RefSubNets"}, opinions={"tldrank": "TldRank"},
        constant={"TldRank": "1"},
    ),
    Export(
        name="crux", reported_by="crux", table="popularity", header=("origin", "rank"), says={"rank": "rank",
            "host": "origin"},
    ),
    Export(
        name="open pagerank", reported_by="open-pagerank", table="popularity", header=("Rank", "Domain",
            "Open Page Rank"),
        says={"rank": "Rank", "host": "Domain", "score": "Open Page Rank"}, quote_all=True,
    ),
    Export(
        name="common crawl", reported_by="common-crawl", table="popularity", delimiter="\t",
        header=("#harmonicc_pos", "#harmonicc_val", "#pr_pos", "#pr_val", "#host_rev", "#n_hosts"),
        says={"rank": "#harmonicc_pos", "host": "#host_rev", "score": "#harmonicc_val"},
        opinions={"#pr_pos": "#pr_pos"},
        constant={"#pr_pos": "5"},
    ),
)  # fmt: skip
