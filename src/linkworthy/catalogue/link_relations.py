"""Relations over links: internal ones, outbound ones, and links of other sites to own pages."""

from __future__ import annotations

from linkworthy.catalogue.relation import ANY, HOST, HOSTS, LINKS, OWN, PLACES, VALUE, Relation, relation
from linkworthy.engine.embedded import quoted
from linkworthy.html.written import MAX_ID_BYTES
from linkworthy.metrics.wordlists import phrase_pattern, words

_TEMPLATE = "('nav', 'header', 'footer', 'sidebar')"
_PRIVATE = (
    r"'^(127[.]|10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|169[.]254[.]|0[.]|::1$|::ffff:|f[cde][0-9a-f]{2}:)'"
)
_LOCAL = r"'^\[|^[0-9.]+$|(^|[.])(localhost|local|internal|lan|home[.]arpa)$'"
_ONLINE = f"""asked as (
    select host, bool_or(status is not null and not coalesce(regexp_matches(address, {_PRIVATE}), false)) as is_met,
        bool_or(fault = 'name-not-found') as is_unknown
    from pages where not regexp_matches(host, {_LOCAL}) group by host),
met as (select coalesce(bool_or(is_met), false)
    and (count(*) filter (is_unknown) < 10 or count(*) filter (is_unknown) * 2 < count(*)) as is_online from asked)"""
"""Whether any name was resolved to a public address, so that a name which is not found says something of the name.

Where ten names or more, and half of all, are not found, the resolver of this machine knows few names, as behind a
filter.
"""
_NO_PLACE = (
    r"'^(top|[!/:].*|.*(=|:~:|%3a|%3d).*|[0-9]{0,2}|undefined|null|none|void|no-?(link|op|url)?|"
    r"(comment|post)-?[0-9]+(_[0-9]+)?|(log|sign)-?(in|up|out)|register|menu|search|"
    r"(show|open|close|toggle|hide)(-?(sidebar|menu|nav|search|panel|cart|filters?|[a-z]*preferences))?|"
    r".*(modal|popup|pop-up|dialog|drawer|lightbox|overlay|offcanvas|dropdown|toggle|elementor-action)[a-z0-9_-]*)$'"
)
"""Fragments that ask for no place: the top, routes and states of scripts, passages of text, buttons that open or close
something, and entries of threads that stand on another page or come with a click."""
_TRACKED = "'(?i)[?&](utm_[a-z]+|gclid|fbclid|msclkid|_ga|_gl|mc_cid|mc_eid)='"
_WIDGET = (
    "'(?i)^https?://([a-z]+[.])*((twitter|x)[.]com/(intent|share)|facebook[.]com/(sharer|dialog)|blogger[.]com/comment|"
    "t[.]me/share|reddit[.]com/submit)'"
)
"""Buttons that stand in every comment: nobody recommends them."""
_SPACES = (9, 10, 12, 13, 32)
"""What a pattern takes for white space."""
_N_STARTS = 20
"""Start pages that tell what the owner's trade is; a list of URLs makes every one of them a start page."""


def _page_links() -> str:
    # What is known of a target is put together once, and not for every link to it.
    return f"""
        with {OWN}, {LINKS}, {HOSTS},
        facing as (
            select t.url, t.state as target_state, t.fault as target_fault, t.status as target_status,
                r.final_url, coalesce(r.final_status, t.status) as target_final_status, r.n_hops as target_n_hops,
                coalesce(r.is_loop, false) as target_is_loop, r.url is not null as target_redirects,
                m.is_indexable as target_is_indexable, m.index_reason as target_index_reason,
                {VALUE.format("m")} as value
            from own t left join redirects r using (url) left join page_metrics m using (url))
        select l.source_url, l.n, l.url, l.href, l.anchor, l.kind, l.region, l.is_nofollow,
            s.is_indexable as source_is_indexable, f.target_state, f.target_fault, f.target_status,
            coalesce(f.final_url, l.url) as target_final_url, f.target_final_status, f.target_n_hops,
            coalesce(f.target_is_loop, false) as target_is_loop,
            coalesce(f.target_redirects, false) as target_redirects, f.target_is_indexable,
            f.target_index_reason, coalesce(f.value, 0) as value
        from own_link l join own_host h on h.host = l.target_host left join page_metrics s on s.url = l.source_url
            left join facing f on f.url = l.url
    """


def _odd_links(named: str = "") -> str:
    # What no rule could flag is left out before links are put together: a site has many, and few of them are odd.
    # Links that are put together have one href.
    asked = f"""select k.href from links k join {named} f on f."key" = k.source_url and f.n = k.n"""
    near = f"semi join ({asked}) a on a.href = l.href" if named else ""
    generic = ", ".join(quoted(word) for word in words("anchors", "generic"))
    spaced = " or ".join(f"contains(href, chr({sign}))" for sign in _SPACES)
    return rf"""
        with {OWN}, {LINKS}, {HOSTS}, {PLACES},
        placed as (
            select w.url, w.fragment, list_contains(o.fragments, w.fragment)
                or list_contains(o.fragments, url_decode(w.fragment)) as is_place_found
            from (select distinct url, fragment from links l {near} where fragment is not null and fragment <> ''
                and not regexp_matches(lower(fragment), {_NO_PLACE})
                and length(fragment) < {MAX_ID_BYTES}) w
            join place o on o.url = w.url),
        -- The dear expressions are for the few rows that a cheap one leaves over.
        told as (
            select l.*, w.is_place_found, h.host is not null as is_own_target, case when not l.is_stock then false
                    else l.is_stock and not regexp_matches(l.url, '/(index[.][a-z]+)?$')
                        and (l.anchor <> upper(l.anchor) or l.anchor = lower(l.anchor)) end as is_generic,
                starts_with(l.source_url, 'https:') and starts_with(l.href, 'http:') as is_unsafe,
                case when not contains(l.href, '=') then false else regexp_matches(l.href, {_TRACKED}) end
                    as is_tracked,
                case when not contains(l.href, '#!') then false else regexp_matches(l.href, '(^|[^&])#!') end
                    as is_hashbang
            from (select l.*, lower(trim(anchor)) in ({generic}) as is_stock from own_link l {near}) l
                left join own_host h on h.host = l.target_host
                left join placed w on w.url = l.url and w.fragment = l.fragment),
        odd as (
            select *, regexp_extract(lower(trim(href)), '^([a-z][a-z0-9+.-]*):', 1) as scheme,
                {HOST.format("lower(href)")} as host
            from told where (is_own_target and (trim(anchor) = '' or is_generic or is_unsafe or is_tracked
                or is_nofollow or is_hashbang)) or url is null
                or (not is_place_found and (url <> source_url or region in ('main', 'list')))
                or case when not ({spaced}) then false else regexp_matches(href, '\s\S') end
                or (region = 'comment' and not is_internal)
                or (is_hidden and not is_internal))
        select (min({{'a': o.source_url, 'b': o.n}})).a as source_url, (min({{'a': o.source_url, 'b': o.n}})).b as n,
            o.url, o.href, o.anchor, o.kind, o.region, o.rel, o.is_nofollow, o.is_own_target, o.is_generic, o.is_unsafe,
            o.is_tracked, o.is_hashbang, o.is_hidden, o.is_ugc, o.is_sponsored, nullif(o.scheme, '') as scheme, o.host,
            count(*) as n_links, count(distinct o.source_url) as n_pages,
            bool_or(s.is_indexable) as source_is_indexable, any_value(m.is_indexable) as target_is_indexable,
            any_value({VALUE.format("m")}) as value, o.is_place_found
        from odd o left join page_metrics s on s.url = o.source_url left join page_metrics m on m.url = o.url
        group by o.url, o.href, o.anchor, o.kind, o.region, o.rel, o.is_nofollow, o.is_own_target, o.is_generic,
            o.is_unsafe, o.is_tracked, o.is_hashbang, o.is_hidden, o.is_ugc, o.is_sponsored, o.scheme, o.host,
            o.is_place_found
    """


def _outbound() -> str:
    # A poison word that the start page uses itself is the owner's trade, and says nothing about a neighbour.
    pattern = quoted(phrase_pattern(words("spam", "poison")))
    said = (
        "translate(o.host, '.-', '  ') || ' | ' || array_to_string(o.anchors, ' | ') || ' | ' || coalesce(p.title, '')"
    )
    found = f"""list_transform(regexp_extract_all(lower({said}), {pattern}),
        lambda w: regexp_replace(w, '^[^\\p{{L}}\\p{{N}}]+|[^\\p{{L}}\\p{{N}}]+$', '', 'g'))"""
    return f"""
        with {OWN}, {LINKS}, {HOSTS}, {ANY},
        start as (select string_agg(lower(concat_ws(' ', title, h1, description)), ' ' order by url) as words
            from (select * from own where depth = 0 order by url limit {_N_STARTS})),
        -- Text that opens on a click hides links to own pages as well; a break-in does not.
        folding as (select distinct source_url from own_link l join own_host h on h.host = l.target_host
            where is_hidden and region not in ('nav', 'header') and url <> source_url),
        stranger as (select l.* from own_link l anti join own_host h on h.host = l.target_host
            where l.url is not null and not is_internal),
        -- Notes of a manual are marked up as comments are: nobody else wrote them.
        talk as (select url from own where n_comments > 0 or has_comment_form or engine is not null),
        shown as (select distinct target_domain from stranger where not coalesce(is_hidden, false)),
        hiding as (select source_url, count(distinct target_domain) as n from stranger where is_hidden group by all),
        outside as (
            select l.url, min(target_host) as host, min(target_domain) as domain, count(*) as n_links,
                count(distinct source_url) as n_pages, min(source_url) as linked_from,
                list_sort(list(distinct anchor))[:5] as anchors,
                bool_or(not (is_nofollow or is_ugc or is_sponsored)) as is_followed, min(region) as region,
                count(*) filter (is_sponsored) as n_sponsored,
                count(*) filter (is_hidden and f.source_url is null) as n_hidden, max(g.n) as n_domains_hidden,
                count(*) filter (not (is_nofollow or is_sponsored)) as n_unmarked,
                count(*) filter (region = 'comment' and not (is_nofollow or is_ugc or is_sponsored)
                    and t.url is not null and not regexp_matches(l.url, {_WIDGET})) as n_open_comments
            from stranger l left join talk t on t.url = l.source_url
                left join folding f using (source_url) left join hiding g using (source_url)
            group by l.url),
        {_ONLINE}
        select o.*, p.state, if(p.url is null, null, coalesce(p.fault, '')) as fault, p.status, p.final_url,
            p.final_status, p.n_hops, p.title,
            {HOST.format("p.final_url")} as final_host,
            list_distinct(list_filter({found}, lambda w: not contains(coalesce(start.words, ''), w))) as poison_words,
            met.is_online, w.target_domain is not null as is_domain_shown,
            regexp_matches(o.url, '^https?://[^/]+/?([?#].*)?$') as is_start,
            coalesce(m.n_referring_domains, 0) + ln(1 + coalesce(m.n_visits, 0)) as value
        from outside o cross join start cross join met left join seen p using (url)
            left join shown w on w.target_domain = o.domain
            left join page_metrics m on m.url = o.linked_from
    """


def _outbound_domains() -> str:
    return f"""
        with {OWN}, {LINKS}, {HOSTS},
        read as (select count(*) as n from own where status = 200 and is_html),
        outside as (
            select target_domain as domain, count(*) as n_links, count(distinct source_url) as n_pages,
                count(*) filter (not (is_nofollow or is_ugc or is_sponsored)) as n_followed,
                count(distinct source_url) filter (region in {_TEMPLATE}) as n_template_pages,
                min(url) as example_url, min(source_url) as linked_from
            from own_link l anti join own_host h on h.host = l.target_host
            where url is not null and not is_internal group by target_domain)
        select o.*, read.n as n_own_pages, o.n_template_pages / greatest(read.n, 1) as template_share,
            d.n_counting as n_links_back, d.n_links as n_links_here, d.network_id,
            (select count(*) from domains n where n.network_id = d.network_id) as network_size,
            d.network_id is not null as is_in_network, null::boolean as is_on_spam_list, null::double as likeness,
            null::varchar as link_change,
            ln(1 + o.n_pages) as value
        from outside o cross join read left join domains d on d.domain = o.domain
    """


def _backlink_targets() -> str:
    return f"""
        with {PLACES}
        select t.*, coalesce(r.is_loop, false) as is_loop, r.urls, m.content_twins, m.variant_of, m.index_reason,
            q.n_followed_links, q.n_main_links, contains(t.url, '?') as has_query,
            regexp_matches(t.url, {_TRACKED}) as is_tracked,
            (select quantile_cont(n_referring_domains, 0.9) from targets where n_links > 0) as many_domains,
            (select count(*) from targets where n_links > 0) as n_targets,
            c.change as page_change, l.n_lost, k.url is not null as is_fragment_lost,
            {VALUE.format("t")} as value
        from targets t left join redirects r using (url)
            left join page_metrics m on m.url = coalesce(t.final_url, t.url)
            left join page_parts q on q.url = coalesce(t.final_url, t.url)
            left join page_changes c on c.url = t.url
            left join (select target_url as url, count(*) as n_lost from link_index where lost_at is not null
                group by target_url) l on l.url = t.url
            left join (select distinct b.url from links b semi join targets g using (url) join place o on o.url = b.url
                left join pages s on s.url = b.source_url and s.is_own
                where s.url is null and b.fragment <> '' and not regexp_matches(lower(b.fragment), {_NO_PLACE})
                    and not list_contains(o.fragments, b.fragment)
                    and not list_contains(o.fragments, url_decode(b.fragment))) k on k.url = t.url
        where t.n_links > 0 or l.n_lost > 0
    """


def _linked_clusters() -> str:
    return """
        with named as (
            select t.url, t.n_links, t.n_referring_domains,
                coalesce(if(p.canonical_url is not null and m.canonical_state = 'other', p.canonical_url, null),
                    m.variant_of, t.final_url, t.url) as page_url
            from targets t left join page_metrics m on m.url = coalesce(t.final_url, t.url)
                left join (select url, any_value(canonical_url) as canonical_url from pages where is_own group by url) p
                    on p.url = coalesce(t.final_url, t.url)
            where t.n_links > 0 and coalesce(t.final_status, 0) = 200)
        select l.page_url as url, count(*) as n_addresses, sum(l.n_links)::bigint as n_links,
            count(*) filter (l.url <> l.page_url) as n_others,
            sum(l.n_referring_domains) filter (l.url <> l.page_url)::bigint as n_domains_elsewhere,
            list(l.url order by l.n_referring_domains desc, l.url)[:5] as addresses,
            sum(l.n_referring_domains)::double as value
        from named l group by l.page_url having count(*) > 1
    """


def _redirects() -> str:
    # A step of a longer chain that no link leads to is told with the chain; its own counts are those of the chain.
    return """
        with inner_step as (select distinct unnest(urls[2:]) as url from redirects where n_hops >= 2 and not is_loop),
        linked as (
            select url from links semi join inner_step using (url)
            union
            select target_url from link_index l semi join inner_step i on i.url = l.target_url)
        select r.*, i.url is not null and l.url is null as is_inner,
            coalesce(r.n_referring_domains, 0)::double as value
        from redirects r left join inner_step i using (url) left join linked l using (url)
    """


LINK_RELATIONS: tuple[Relation, ...] = (
    relation(
        "page_links",
        "Links from own pages to own pages, each occurrence, with what meets the reader.",
        "source_url n",
        "pages page_metrics links redirects",
        _page_links,
        is_long=True,
    ),
    relation(
        "odd_links",
        "Links on own pages with something unusual, equal ones once, with the first page that holds them.",
        "source_url n",
        "pages page_metrics links",
        _odd_links,
        named=_odd_links,
    ),
    relation("outbound", "Pages of other sites that own pages link to.", "url", "pages page_metrics links", _outbound),
    relation(
        "outbound_domains",
        "Other sites that own pages link to.",
        "domain",
        "pages page_metrics links",
        _outbound_domains,
        {
            "is_on_spam_list": ("boolean", "spam_list"),
            "likeness": ("double", "meaning"),
            "link_change": ("varchar", "page_changes"),
        },
    ),
    relation("redirects", "Own URLs that redirect.", "url", "redirects", _redirects),
    relation(
        "backlink_targets",
        "Own URLs that other sites link to.",
        "url",
        "link_index targets redirects page_metrics",
        _backlink_targets,
    ),
    relation(
        "linked_clusters",
        "Own pages whose links from other sites lead to several addresses of theirs.",
        "url",
        "link_index targets page_metrics",
        _linked_clusters,
    ),
)
