"""SQL about language versions: sets named in pages, headers and sitemaps together, and codes judged by their lists."""

from __future__ import annotations

from functools import cache

from linkworthy.metrics.wordlists import word_file

VERSIONS = """map_set as (
    select url, list(alternate order by sitemap_url, place) as alternates
    from (
        select url, alternate, arg_min(place, (sitemap_url, place)) as place, min(sitemap_url) as sitemap_url
        from (select url, sitemap_url, unnest(alternates) as alternate, generate_subscripts(alternates, 1) as place
            from sitemap_urls where len(alternates) > 0)
        group by url, alternate)
    group by url)"""
"""Language versions that sitemaps name, each once a URL; to be joined as ``v``."""


def together(page: str) -> str:
    """Give the SQL of the versions that a page names itself, and those that sitemaps add."""
    added = f"list_filter(v.alternates, lambda one: not coalesce(list_contains({page}.hreflang, one), false))"
    return f"if(v.alternates is null, {page}.hreflang, list_concat({page}.hreflang, {added}))"


def _listed(words: str) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words.split()) + "]"


def _mapped(pairs: str) -> str:
    parted = [pair.split("=") for pair in pairs.split()]
    return "map {" + ", ".join(f"'{old}': '{new}'" for old, new in parted) + "}"


@cache
def codes(source: str) -> str:
    """Give the SQL of CTE ``code``: each code of a query's column ``lang`` with ``code_fault``, null where it is right.

    Source: https://developers.google.com/search/docs/specialty/international/localized-versions#language-codes
    """
    lists = word_file("languages")
    language = f"""coalesce({_mapped(lists["mistakes"]["languages"])}[parts[1]],
        {_mapped(lists["languages"]["three"])}[parts[1]],
        if(list_contains({_listed(lists["languages"]["two"])}, parts[1]), parts[1], null))"""
    is_region = f"list_contains({_listed(lists['regions']['two'] + ' ' + lists['regions']['areas'])}, {{}})"
    region = f"""if(rest = '', null, coalesce({_mapped(lists["mistakes"]["regions"])}[rest],
        if({is_region.format("rest")}, rest, null)))"""
    scripts = _listed(lists["scripts"]["words"])
    return f"""parted as (
        select lang, parts, if(len(parts) > 1 and len(parts[2]) = 4, parts[2], '') as script,
            if(len(parts) = 1 or len(parts) = 2 and len(parts[2]) = 4, '', parts[-1]) as rest
        from (select distinct lang, string_split(replace(lower(lang), '_', '-'), '-') as parts from ({source}))),
    looked_up as (
        select lang, parts, script, rest, {language} as language, {region} as region from parted),
    code as (
        select lang, case
            when lang = 'x-default' then null
            when len(parts) > 3 or len(parts) = 3 and script = '' then 'more than language, script and country'
            when len(parts) = 2 and language is null and {is_region.format("parts[1]")}
                then 'the language stands first, the country after it'
            when language is null then 'no language of ISO 639-1: ' || parts[1]
            when script <> '' and not list_contains({scripts}, script) then 'no script of ISO 15924: ' || script
            when rest <> '' and region is null then 'no country of ISO 3166-1: ' || rest
            when lang <> concat_ws('-', language, nullif(script, ''), region)
                then 'write ' || concat_ws('-', language, nullif(script, ''), region)
            end as code_fault
        from looked_up)"""
