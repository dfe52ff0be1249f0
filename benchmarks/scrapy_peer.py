"""Scrapy as its documentation has it: a CrawlSpider that follows all links of one host and keeps what it sees."""

from __future__ import annotations

import json
import sys
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

START = sys.argv[1]


class Manuals(CrawlSpider):
    """Takes title, metas, headings, canonical, links with anchor and rel, images and text of every page."""

    name = "manuals"
    start_urls: ClassVar[list[str]] = [START]
    rules = (Rule(LinkExtractor(allow=START), callback="page", follow=True),)
    handle_httpstatus_list: ClassVar[list[int]] = [403, 404]

    def page(self, response: Any) -> dict[str, Any]:
        """Give one row."""
        if not isinstance(response, scrapy.http.HtmlResponse):
            return {"url": response.url, "status": response.status}
        links = [
            {"href": a.attrib.get("href"), "anchor": "".join(a.css("::text").getall()), "rel": a.attrib.get("rel")}
            for a in response.css("a[href]")
        ]
        return {
            "url": response.url,
            "status": response.status,
            "title": response.css("title::text").get(),
            "metas": json.dumps([m.attrib for m in response.css("meta")]),
            "h1": response.css("h1::text").getall(),
            "h2": response.css("h2::text").getall(),
            "canonical": response.css("link[rel=canonical]::attr(href)").get(),
            "links": [{**link, "url": response.urljoin(link["href"].strip())} for link in links],
            "images": [{"src": i.attrib.get("src"), "alt": i.attrib.get("alt")} for i in response.css("img")],
            "text": " ".join(response.xpath("//body//text()").getall()),
        }


class ToParquet:
    """Writes the rows in parts of a thousand."""

    def open_spider(self) -> None:
        """Begin."""
        self.rows: list[dict[str, Any]] = []
        self.n = 0

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Take a row."""
        self.rows.append(item)
        if len(self.rows) == 1000:
            self.close_spider()
        return item

    def close_spider(self) -> None:
        """Write what is left."""
        if self.rows:
            pq.write_table(pa.Table.from_pylist(self.rows), f"part-{self.n}.parquet")
        self.rows, self.n = [], self.n + 1


process = CrawlerProcess(
    {
        "LOG_LEVEL": "ERROR",
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "DOWNLOAD_DELAY": 0,
        "TELNETCONSOLE_ENABLED": False,
        "ITEM_PIPELINES": {ToParquet: 1},
    }
)
process.crawl(Manuals)
process.start()
