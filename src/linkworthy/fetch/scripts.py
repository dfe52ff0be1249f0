"""Scripts that are run in a page, and what is sent to empty it."""

from __future__ import annotations

from typing import Any, Final

AT_THE_BEGINNING: Final = """
(() => {
  window.name = '';
  const error = console.error.bind(console);
  let left = 100;
  for (const name of Object.keys(console)) if (typeof console[name] === 'function') console[name] = () => {};
  console.error = () => { if (left-- > 0) error('error'); };
})();
"""
"""Run before any script of a page: a page that floods the console is not heard."""

AT_THE_END: Final = """
async (limit, isHalted) => {
  const own = (name) => Object.getOwnPropertyDescriptor(Document.prototype, name).get.call(document);
  const root = own('documentElement'), type = own('doctype');
  const start = type ? new XMLSerializer().serializeToString(type) + '\\n' : '';
  const whole = start + (root ? root.outerHTML : '');
  const html = whole.slice(0, limit).toWellFormed();
  const paints = [], shifts = [];
  for (const [kind, list] of [['largest-contentful-paint', paints], ['layout-shift', shifts]])
    new PerformanceObserver((found) => list.push(...found.getEntries())).observe({type: kind, buffered: true});
  if (!isHalted) await new Promise((done) => setTimeout(done, 0));
  const burst = {sum: 0, first: 0, last: 0};
  let cls = 0;
  for (const shift of shifts) {
    if (shift.hadRecentInput) continue;
    const goes_on = shift.startTime - burst.last < 1000 && shift.startTime - burst.first < 5000;
    if (!goes_on) { burst.sum = 0; burst.first = shift.startTime; }
    burst.sum += shift.value;
    burst.last = shift.startTime;
    cls = Math.max(cls, burst.sum);
  }
  const clock = performance.getEntriesByType('navigation')[0] || {};
  return {
    html, is_cut: whole.length > limit, cls: isHalted ? null : cls,
    dom_ms: clock.domContentLoadedEventEnd || null, load_ms: clock.loadEventEnd || null,
    lcp_ms: paints.length ? paints[paints.length - 1].startTime : null,
  };
}
"""
"""Gives the DOM, serialised and cut, and the page's times; elements named like properties do not mislead it.

Source: https://web.dev/articles/cls (bursts of at most 5 s with gaps under 1 s).
"""

FORGET: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("Page.navigate", {"url": "about:blank"}),
    ("Network.clearBrowserCookies", {}),
    ("Storage.clearDataForOrigin", {"storageTypes": "all"}),
)
"""Calls that make a tab forget a page; the last one needs its origin."""
