"""Rules on what the site recommends to its readers: marks on links, hidden and repeated links, exchanges."""

from __future__ import annotations

from linkworthy.rules.common import ANSWERED, GOOGLE, OUTSIDE, PAGE
from linkworthy.rules.forms import Form

CATEGORY = "Outbound links"
_QUALIFY = GOOGLE + "crawling-indexing/qualify-outbound-links"
_SPAM = GOOGLE + "essentials/spam-policies#link-spam"
_AFFILIATE = (
    "'(?i)([?&](tag=[a-z0-9-]+-2[0-9]|aff(iliate)?(_?id)?=|irclickid=|awc=|awinmid=|hop=)|//(www[.])?(awin1|amzn|shareasale|"
    "clickbank|jdoqocy|anrdoezrs|tkqlhce|dpbolvw|kqzyfj|go[.]skimresources|prf[.]hn|linksynergy|partnerize|digistore24)[./]|/aff_c[?])'"
)

_out = Form(
    category=CATEGORY, over="outbound",
    row={**OUTSIDE, "n_links": 1, "n_unmarked": 0, "n_open_comments": 0, "n_hidden": 0, "region": "main",
         "is_start": True, "is_domain_shown": False, "n_domains_hidden": 1},
    shows="linked_from n_pages anchors", source=_QUALIFY,
)  # fmt: skip
_domain = Form(
    category=CATEGORY, over="outbound_domains", shows="n_pages n_links linked_from example_url", source=_SPAM,
    row={"domain": "museum.example", "n_links": 1, "n_pages": 1, "n_followed": 1, "n_template_pages": 0,
        "template_share": 0.0,
         "n_own_pages": 50, "n_links_here": 0, "is_in_network": False},
)  # fmt: skip

NEIGHBOURS = (
    _out(
        "out-paid-unmarked", "Paid link without its mark", "warning high",
        f"regexp_matches(url, {_AFFILIATE}) and n_unmarked > 0",
        bad={"url": "https://store.example/kettle?aff_id=7", "n_unmarked": 1},
        good=({"url": "https://store.example/kettle?aff_id=7"},
            {"url": "https://store.example/staff", "n_unmarked": 1}),
        shows="n_unmarked",
        why="Links that earn money must say sponsored or nofollow: unmarked, they may cost the page its own place.",
        fix='Add rel="sponsored".',
        limits="Told by addresses of affiliate programmes; paid articles are not known by theirs.",
    ),
    _out(
        "out-ugc-unmarked", "Link of a commenter that counts", "warning medium", "n_open_comments > 0",
        bad={"n_open_comments": 1}, good={}, shows="n_open_comments",
        why="Whoever writes a comment gets a recommendation of the site: spammers look for such places.",
        fix='Let the software add rel="ugc" to links in comments.',
    ),
    _out(
        "out-hidden", "Hidden link to another site", "issue high",
        "n_hidden = n_links and region not in ('nav', 'header') and (len(poison_words) > 0 "
        "or (is_followed and is_start and not is_domain_shown and n_domains_hidden <= 2))",
        bad=(
            {"n_hidden": 1, "poison_words": ["casino"], "is_followed": False, "is_start": False},
            {"n_hidden": 1, "n_domains_hidden": 2},
        ),
        good=(
            {}, {"n_hidden": 1, "region": "nav"}, {"n_hidden": 1, "region": "header"}, {"n_hidden": 1, "n_links": 2},
            {"n_hidden": 1, "is_followed": False}, {"n_hidden": 1, "is_start": False},
            {"n_hidden": 1, "is_domain_shown": True}, {"n_hidden": 1, "n_domains_hidden": 3},
        ),
        shows="n_hidden region poison_words",
        why="Nobody can see it: a break-in leaves such links, and search engines punish them.",
        fix="Find out who put it there; remove it, or show it.",
        source=GOOGLE + "essentials/spam-policies#hidden-text-and-links",
        limits="Hidden by attribute or inline style; style sheets are not read. Most hidden links stand in menus and "
        "text that open on a click: those are left out, told by links to own pages or to three and more sites hidden "
        "with them, by a visible link to the same site, and by leading to an inner page. A target with words of spam "
        "in its name, anchor or title is listed wherever it leads.",
    ),
    _out(
        "out-http", "Link to an address without encryption that has one with", "opportunity low",
        "starts_with(url, 'http://') and starts_with(final_url, 'https://') and final_status = 200",
        bad={"url": "http://museum.example/"},
        good=(
            {}, {"url": "http://museum.example/", "final_url": "http://museum.example/"},
            {"url": "http://museum.example/", "final_status": 404},
        ),
        shows="final_url", why="Each reader is sent through an answer that anybody on the way can change.",
        fix="Write https://.", limits="Told by redirects; sites that answer on both are not listed.",
    ),
    _domain(
        "links-sitewide-external", "Same site linked from the template of most pages", "warning high",
        "template_share >= 0.8 and n_followed > 0 and n_own_pages >= 10",
        bad={"template_share": 0.8, "n_own_pages": 10},
        good=({"template_share": 0.79}, {"template_share": 0.8, "n_followed": 0},
            {"template_share": 0.8, "n_own_pages": 9}),
        shows="template_share n_template_pages",
        gate="not regexp_matches(domain, "
        "'^(facebook|instagram|linkedin|youtube|tiktok|pinterest|twitter|x|github|gitlab|"
        "mastodon|threads|bsky|wikipedia|creativecommons|apple|google|whatsapp|telegram|t|discord|reddit|xing|vimeo|flickr|"
        "gnu|w3|python|postgresql|wordpress|readthedocs|sphinx-doc)[.]')",
        closed=({"domain": "facebook.com"},),
        why="A followed link on every page looks bought or exchanged, above all in a footer.",
        fix="Keep it on one page, or mark it nofollow; links to your own profiles and sister sites are fine.",
        limits="Networks, licences and well-known software are left out.",
    ),
    _domain(
        "out-reciprocal", "Site that links back", "notice medium", "n_links_here >= 3 and n_followed >= 3",
        bad={"n_links_here": 3, "n_followed": 3},
        good=({"n_links_here": 2, "n_followed": 3}, {"n_links_here": 3, "n_followed": 2}),
        shows="n_links_here n_links_back", needs="link_index",
        why="Partners link to each other; exchanges for the sake of links are against the rules.",
        fix="Nothing among partners; drop links that were traded.",
        limits="Three links each way: neighbours who name each other once are not listed.",
    ),
    _domain(
        "out-pbn", "Link to a site of a suspected network", "issue high",
        "is_in_network and network_size >= 5 and n_followed > 0",
        bad={"is_in_network": True, "network_size": 5},
        good=({"network_size": 5}, {"is_in_network": True, "network_size": 4},
            {"is_in_network": True, "network_size": 5, "n_followed": 0}),
        shows="network_id network_size", needs="link_index",
        why="Sites that share an owner's marks and link to many are taken for a network of links, and so is who links "
        "there.",
        fix="Look at the network's evidence; remove the link, unless you know them.",
        limits="Networks are found among sites that link here: five or more with the same owner's evidence.",
    ),
    _domain(
        "out-spam", "Link to a site on a list of spam or malware", "issue high", "is_on_spam_list",
        bad={"is_on_spam_list": True}, good={"is_on_spam_list": False},
        why="The site recommends what harms its readers.", fix="Remove the link.",
        limits="Rule out-spam-like finds likely ones by their words, without a list.",
    ),
    _domain(
        "out-irrelevant", "Link to a site on another subject", "notice medium", "likeness < 0.2",
        bad={"likeness": 0.19}, good={"likeness": 0.2}, shows="likeness",
        why="Recommendations that no reader understands look bought.", fix="Look at how the link came there.",
    ),
    Form(
        category=CATEGORY, over="own_pages", row={**PAGE, "n_words": 200}, gate=ANSWERED, closed=({"status": 404},),
        source=_SPAM,
        shows="n_external_links n_external_domains n_words",
    )(
        "out-excess", "Page with unusually many links to other sites", "notice medium",
        "n_external_links * 100.0 / n_words > greatest(external_rate_limit, 5.0) and n_external_domains >= 10 and "
        "n_words >= 100",
        bad=(
            {"n_external_links": 21, "n_external_domains": 10, "external_rate_limit": 10.0},
            {"n_words": 100, "n_external_links": 11, "n_external_domains": 10, "external_rate_limit": 10.0},
        ),
        good=(
            {"n_external_links": 20, "n_external_domains": 10, "external_rate_limit": 10.0},
            {"n_external_links": 21, "n_external_domains": 9, "external_rate_limit": 10.0},
            {"n_words": 99, "n_external_links": 21, "n_external_domains": 10, "external_rate_limit": 10.0},
            {"n_external_links": 10, "n_external_domains": 10, "external_rate_limit": 1.0},
        ),
        why="It stands out on this site: a directory, a links page, or a page that was broken into.",
        fix="Nothing on a list of sources; else look through the links.",
        limits="More links a hundred words than 95 of 100 own pages have, to ten sites or more.",
    ),
)  # fmt: skip
