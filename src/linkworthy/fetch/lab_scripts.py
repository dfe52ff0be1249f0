"""Scripts that the lab runs in a page, in a world of their own, once the page is loaded and quiet."""

# ruff: noqa: E501 - scripts as they are run

from __future__ import annotations

from typing import Final

WATCH: Final = """
(() => {
  const kept = {paints: [], shifts: [], tasks: [], events: [], lcp: null};
  globalThis.linkworthyKept = kept;
  const watch = (type, take, more) => {
    try { new PerformanceObserver((found) => found.getEntries().forEach(take)).observe({type, buffered: true, ...more}); }
    catch { /* a browser without this kind of entry leaves it unknown */ }
  };
  watch('largest-contentful-paint', (one) => {
    const el = one.element;
    kept.lcp = {at: one.startTime, tag: el ? el.tagName.toLowerCase() : '', src: (one.url || '').slice(0, 500),
      isLazy: !!el && el.tagName === 'IMG' && el.getAttribute('loading') === 'lazy'};
  });
  watch('paint', (one) => { if (one.name === 'first-contentful-paint') kept.paints.push(one.startTime); });
  watch('layout-shift', (one) => { if (!one.hadRecentInput && kept.shifts.length < 5000) kept.shifts.push([one.startTime, one.value]); });
  watch('longtask', (one) => { if (kept.tasks.length < 5000) kept.tasks.push([one.startTime, one.duration]); });
  watch('event', (one) => { if (one.interactionId && kept.events.length < 500) kept.events.push(one.duration); },
    {durationThreshold: 16});
})();
"""
"""Run before any script of a page: keeps what the browser says of its paints, shifts and long tasks."""

READ: Final = """
async (limit) => {
  await new Promise((done) => setTimeout(done, 50));
  const kept = globalThis.linkworthyKept || {paints: [], shifts: [], tasks: [], events: [], lcp: null};
  const clock = performance.getEntriesByType('navigation')[0] || {};
  const root = document.documentElement;
  const html = (document.doctype ? '<!doctype html>' : '') + (root ? root.outerHTML : '');
  return {
    ttfb_ms: clock.responseStart || null, load_ms: clock.loadEventEnd || null, fcp_ms: kept.paints[0] ?? null,
    lcp_ms: kept.lcp ? kept.lcp.at : null, lcp_element: kept.lcp ? kept.lcp.tag : null,
    lcp_url: kept.lcp ? kept.lcp.src : null, is_lcp_lazy: kept.lcp ? kept.lcp.isLazy : null,
    shifts: kept.shifts, tasks: kept.tasks, html: html.slice(0, limit).toWellFormed(),
  };
}
"""
"""Gives the page's times and its DOM."""

EVENTS: Final = "(globalThis.linkworthyKept || {events: []}).events"

HANDLE: Final = """
(() => {
  const list = document.querySelectorAll('summary, button[aria-expanded], [role=button], [role=tab], button[type=button]');
  for (const el of [...list].slice(0, 200)) {
    const box = el.getBoundingClientRect();
    if (box.width < 4 || box.height < 4 || box.top < 0 || box.left < 0) continue;
    if (box.bottom > innerHeight || box.right > innerWidth || el.closest('a[href], form')) continue;
    return [box.left + box.width / 2, box.top + box.height / 2];
  }
  return null;
})()
"""
"""Gives the middle of something that can be pressed without leaving the page or sending a form, null without any."""

PHONE: Final = """
(() => {
  const wide = Math.max(document.documentElement.scrollWidth, document.body ? document.body.scrollWidth : 0);
  const seen = (el) => {
    const box = el.getBoundingClientRect(), style = getComputedStyle(el);
    return box.width > 0 && box.height > 0 && style.visibility !== 'hidden' && style.opacity !== '0' ? box : null;
  };
  let letters = 0, small = 0, left = 20000;
  const texts = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node && left-- > 0; node = texts.nextNode()) {
    const n = node.data.trim().length, holder = node.parentElement;
    if (!n || !holder || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE'].includes(holder.tagName) || !seen(holder)) continue;
    letters += n;
    if (parseFloat(getComputedStyle(holder).fontSize) < 12) small += n;
  }
  const targets = [];
  for (const el of [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, [role=button], summary')].slice(0, 3000)) {
    const box = seen(el);
    if (!box || box.bottom + scrollY < 0 || box.right < 0 || box.left > innerWidth) continue;
    const isInline = el.tagName === 'A' && getComputedStyle(el).display === 'inline'
      && el.parentElement && el.parentElement.textContent.trim().length > el.textContent.trim().length;
    targets.push({x: box.left + box.width / 2, y: box.top + box.height / 2, w: box.width, h: box.height, isInline});
  }
  const grid = new Map();
  targets.forEach((one, i) => {
    const key = Math.floor(one.x / 24) + ' ' + Math.floor(one.y / 24);
    if (!grid.has(key)) grid.set(key, []);
    grid.get(key).push(i);
  });
  let tooSmall = 0;
  targets.forEach((one, i) => {
    if (one.isInline || (one.w >= 24 && one.h >= 24)) return;
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++)
      for (const j of grid.get((Math.floor(one.x / 24) + dx) + ' ' + (Math.floor(one.y / 24) + dy)) || []) {
        const other = targets[j];
        if (j !== i && Math.hypot(one.x - other.x, one.y - other.y) < 24) { tooSmall++; return; }
      }
  });
  let covered = 0;
  for (let i = 0; i < 10; i++) for (let k = 0; k < 10; k++) {
    let el = document.elementFromPoint((i + 0.5) * innerWidth / 10, (k + 0.5) * innerHeight / 10);
    for (; el && el !== document.body; el = el.parentElement) if (getComputedStyle(el).position === 'fixed') { covered++; break; }
  }
  return {
    is_too_wide: wide > screen.width + 1, small_text_share: letters ? small / letters : null, n_targets: targets.length,
    n_small_targets: tooSmall, overlay_share: covered / 100,
  };
})()
"""
"""Measures what a phone shows: width, letters under 12 px, targets under 24 px that crowd each other, overlays.

Source: https://www.w3.org/TR/WCAG22/#target-size-minimum (with its exceptions for spacing and for links in text).
"""

AXE: Final = """
(async () => {
  const found = await axe.run(document, {resultTypes: ['violations'], iframes: false, elementRef: false});
  return {n_passes: found.passes.length, violations: found.violations.slice(0, 200).map((one) => ({
    rule: one.id, impact: one.impact || 'minor', tags: one.tags, help: one.help, help_url: one.helpUrl,
    n_nodes: one.nodes.length, example: one.nodes.length ? one.nodes[0].html.slice(0, 300) : '',
  }))};
})()
"""
