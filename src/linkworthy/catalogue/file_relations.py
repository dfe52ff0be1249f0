"""Relations over what pages load and hold: images, scripts, style sheets, structured data."""

from __future__ import annotations

from linkworthy.catalogue.relation import ANY, HOST, HOSTS, OWN, PATH, VALUE, Relation, nulls, relation

_ANSWER = """f.state, f.fault, f.status, f.redirect_url, f.final_url, f.final_status, f.n_bytes, f.n_decoded_bytes,
    f.content_type, f.content_encoding, f.cache_control, f.etag, f.has_headers, f.is_robots_allowed,
    f.is_googlebot_allowed, f.url is not null as was_asked,
    try_cast(nullif(regexp_extract(lower(f.cache_control), 'max-age="?([0-9]+)', 1), '') as bigint) as max_age_s"""


_COUNTER = (
    "'(?i)^https?://([a-z0-9-]+[.])*(scorecardresearch[.]com|quantserve[.]com|doubleclick[.]net|bat[.]bing[.][a-z]+|ct[.]pinterest[.]com|"
    "t[.]co|px[.]ads[.]linkedin[.]com|analytics[.]twitter[.]com|adsymptotic[.]com|statcounter[.]com|zdbb[.]net|mc[.]yandex[.]ru|"
    "google-analytics[.]com|googleadservices[.]com|pixel[.][a-z0-9.-]+|beacon[.][a-z0-9.-]+|metrics?[.][a-z0-9.-]+)/|"
    "facebook[.]com/tr[/?]|google[.][a-z.]+/pagead/|/(pixel|beacon|tracking|track|impression|spacer|blank|transparent|clear|1x1|webbug|"
    "piwik|matomo|counter|count)(_[0-9a-z]+)?([.](gif|png|php|aspx?))?([?]|$)'"
)
"""Images that count visits or fill a gap: nobody is meant to see them."""
_SITE_OF = "regexp_extract({}, '([^.]+[.](com?|org|net|ac|gov|edu|or|ne|go)[.][a-z]{{2}}|[^.]+[.][^.]+)$', 0)"
"""The last labels of a host, about its registrable domain, which the list of images does not keep."""


def _own_images() -> str:
    return f"""
        with {OWN}
        select i.*, m.is_indexable, coalesce(regexp_matches(i.image_url, {_COUNTER}), false) as is_counter,
            {VALUE.format("m")} as value
        from images i join own using (url) join page_metrics m using (url)
    """


def _image_files() -> str:
    return f"""
        with {OWN}, {ANY}, {HOSTS},
        -- Beside text in one link an empty alt is right. Where fewer links lack words than images lack an alt, some
        -- images stand beside text and nothing tells which; a link that opens an image in full has its caption there.
        wordless as (
            select w.source_url from (
                select source_url, count(*) as n from links where kind = 'empty' and not regexp_matches(
                    lower(href), '[.](jpe?g|png|gif|webp|avif|svg)([?]|$)') group by source_url) w
            join (select url, count(*) as n from images where is_linked and trim(alt) = '' group by url) i
                on i.url = w.source_url where w.n >= i.n),
        used as (
            select i.image_url as url, count(*) as n_uses, count(distinct i.url) as n_pages, min(i.url) as on_page,
                count(*) filter (i.alt is null) as n_no_alt,
                count(*) filter (trim(i.alt) = '' and i.is_linked and e.source_url is not null) as n_empty_linked,
                max(length(i.alt)) as longest_alt, max(i.alt) as alt,
                count(*) filter (i.width is null or i.height is null) as n_unsized,
                max(i.width) as width, max(i.height) as height, {HOST.format("i.image_url")} as host,
                bool_or({HOST.format("i.image_url")} = own.domain
                    or ends_with({HOST.format("i.image_url")}, '.' || own.domain)
                    or (length(split_part(own.domain, '.', 1)) >= 4
                        and contains({HOST.format("i.image_url")}, split_part(own.domain, '.', 1)))) as is_own_name,
                coalesce(regexp_matches(i.image_url, {_COUNTER}), false) as is_counter,
                max({VALUE.format("m")}) as value
            from images i join own using (url) join page_metrics m using (url)
                left join wordless e on e.source_url = i.url
            where m.is_indexable and i.image_url is not null group by i.image_url),
        hosted as (
            select host, {_SITE_OF.format("host")} as site, count(*) as n,
                sum(count(*)) over (partition by site) as n_of_site
            from used group by host)
        select u.*, {_ANSWER},
            lower(regexp_extract({PATH.format("u.url")}, '[.]([a-zA-Z0-9]{{2,5}})$', 1)) as extension,
            h.host is not null as is_own_host, t.n / (select count(*) from used) as host_share,
            t.n_of_site as n_host_files, u.host in (t.site, 'www.' || t.site, 'blog.' || t.site) as is_site_host
            {nulls(_IMAGES_LATER)}
        from used u join hosted t using (host) left join own_host h using (host) left join seen f on f.url = u.url
    """


_IMAGES_LATER = {
    "n_saved_bytes": ("bigint", "load_audits"),
    "is_below_fold": ("boolean", "load_audits"), "is_in_image_sitemap": ("boolean", "image_sitemaps"),
}  # fmt: skip


def _own_resources() -> str:
    return f"""
        with {OWN}
        select r.*, {VALUE.format("m")} as value from resources r join own using (url) join page_metrics m using (url)
    """


def _own_files() -> str:
    return f"""
        with {OWN}, {ANY}, {HOSTS},
        used as (
            select r.resource_url as url, min(r.kind) as kind, count(distinct r.url) as n_pages, min(r.url) as on_page,
                bool_or(r.is_insecure) as is_insecure, {HOST.format("r.resource_url")} as host,
                max({VALUE.format("m")}) as value
            from resources r join own using (url) join page_metrics m using (url)
            where r.kind in ('script', 'style', 'font', 'media', 'image') and own.status = 200 group by r.resource_url)
        select u.*, {_ANSWER}, h.host is not null as is_own_host
        from used u left join own_host h using (host) left join seen f on f.url = u.url
    """


def _own_structured() -> str:
    return f"""
        with {OWN}
        select s.*, m.is_indexable, {VALUE.format("m")} as value
        from structured s join own using (url) join page_metrics m using (url)
    """


def _shared_images() -> str:
    return f"""
        with {ANY}, used as (
            select q.og_image as url, count(*) as n_pages, min(q.url) as on_page, max({VALUE.format("m")}) as value
            from page_parts q join page_metrics m using (url)
            where m.is_indexable and trim(q.og_image) <> '' group by q.og_image)
        select u.*, {_ANSWER} from used u left join seen f on f.url = u.url
    """


FILE_RELATIONS: tuple[Relation, ...] = (
    relation(
        "own_images",
        "Images on own pages, each occurrence.",
        "url n",
        "pages page_metrics images",
        _own_images,
        is_long=True,
    ),
    relation(
        "image_files",
        "Image files on own pages that may be indexed, each once, with the first page that shows it.",
        "url",
        "pages page_metrics images",
        _image_files,
        _IMAGES_LATER,
    ),
    relation(
        "own_resources",
        "Scripts, styles, frames and form targets of own pages, each occurrence.",
        "url n",
        "pages page_metrics resources",
        _own_resources,
        is_long=True,
    ),
    relation(
        "own_files",
        "Scripts, style sheets, fonts and media of own pages, each file once, with the first page that loads it.",
        "url",
        "pages page_metrics resources",
        _own_files,
    ),
    relation(
        "shared_images", "Pictures for sharing, each once.", "url", "pages page_metrics page_parts", _shared_images
    ),
    relation(
        "own_structured", "Structured data on own pages.", "url n", "pages page_metrics structured", _own_structured
    ),
)
