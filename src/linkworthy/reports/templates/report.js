"use strict";
(function () {
  function text(cell) { return (cell.textContent || "").trim(); }
  function key(cell) {
    var shown = text(cell), number = parseFloat(shown.replace(/[,\s%]/g, ""));
    return /^[-–]?[\d.,]+\s*%?$/.test(shown) && !isNaN(number) ? number : shown.toLowerCase();
  }
  function sortable(table) {
    table.querySelectorAll("thead th").forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = text(head);
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var up = head.getAttribute("aria-sort") !== "ascending", body = table.tBodies[0];
        table.querySelectorAll("th").forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        Array.from(body.rows).sort(function (a, b) {
          var x = key(a.cells[column]), y = key(b.cells[column]);
          if (typeof x !== typeof y) { x = String(x); y = String(y); }
          return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1);
        }).forEach(function (row) { body.appendChild(row); });
      });
    });
  }
  var count = 0;
  function filterable(table) {
    if (table.tBodies[0].rows.length < 5) { return; }
    var box = document.createElement("div"), label = document.createElement("label"), field = document.createElement("input");
    var told = document.createElement("span"), id = "filter-" + (count += 1);
    box.className = "filter";
    label.htmlFor = id;
    label.textContent = "Filter these rows";
    field.id = id;
    field.type = "search";
    told.className = "soft";
    told.setAttribute("role", "status");
    field.addEventListener("input", function () {
      var words = field.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
      Array.from(table.tBodies[0].rows).forEach(function (row) {
        var whole = text(row).toLowerCase(), fits = words.every(function (word) { return whole.indexOf(word) >= 0; });
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      told.textContent = words.length ? shown + " of " + table.tBodies[0].rows.length : "";
    });
    box.append(label, field, told);
    (table.closest(".scroll") || table).before(box);
  }
  document.querySelectorAll("table.data").forEach(function (table) { sortable(table); filterable(table); });
  function reveal() {
    var place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var up = place; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
    if (place) { place.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
  reveal();
})();
