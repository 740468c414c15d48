// Rows that are spoken of have a mark with the number of open comments, which the list of comments tells (data-talk).
// It is put into the rows again after every swap, so that no edit has to know of comments.
(() => {
  "use strict";

  function mark(key, count) {
    const row = document.getElementById(`line-${key}`);
    const name = row?.querySelector(".line-name");
    const link = row?.querySelector(".talk-mark") ?? (name && made(row, name));
    if (link) link.dataset.open = count;
    return link;
  }

  function made(row, name) {
    const link = document.getElementById("talk-mark").content.firstElementChild.cloneNode(true);
    link.href = `${location.pathname}lines/${row.id.slice("line-".length)}/comments/`;
    link.setAttribute("aria-label", `${link.getAttribute("aria-label")}: ${name.textContent}`);
    if (row.closest("[role=grid]")) link.tabIndex = -1;
    name.after(link);
    return link;
  }

  let marked = []; // known from the last time: looking for them in a thousand rows takes longer than an edit may

  function markAll() {
    const list = document.getElementById("timeline");
    if (!list) return;
    const before = marked;
    before.forEach((link) => delete link.dataset.open);
    marked = Object.entries(JSON.parse(list.dataset.talk)).map(([key, count]) => mark(key, count)).filter(Boolean);
    before.filter((link) => link.matches("[role=grid] .talk-mark:not([data-open], .talk-tool)")).forEach((link) => link.remove());
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a.talk-mark, a[data-talk-open]");
    const body = document.getElementById("talk-body");
    if (!link || !body || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.htmx.ajax("GET", link.getAttribute("href"), { source: body, target: body, swap: "innerHTML" });
  });
  document.addEventListener("settled", markAll);
  markAll();
})();
