// Rows of the builder are dragged by their handle, with mouse, pen or finger; Esc lets go. Buttons and Alt with an arrow
// do the same. Where the row is dropped, a button like its own asks the server for the place.
(() => {
  "use strict";
  const EDGE = 64; // pixels from the edge of the window within which it scrolls
  const rows = () => [...document.querySelectorAll('.lines-table tbody > tr[id^="line-"]')];
  let drag = null; // { row, handle, at: the row it would go before, or null for the end }

  function mark(before) {
    document.querySelectorAll(".drop-before, .drop-after").forEach((row) => row.classList.remove("drop-before", "drop-after"));
    if (!drag) return;
    drag.at = before;
    const others = rows().filter((row) => row !== drag.row);
    if (before) before.classList.add("drop-before");
    else others.at(-1)?.classList.add("drop-after");
  }

  function rowBelow(y) {
    return rows().find((row) => {
      const box = row.getBoundingClientRect();
      return row !== drag.row && y < box.top + box.height / 2;
    }) ?? null;
  }

  function end() {
    if (!drag) return;
    const { row } = drag;
    drag = null;
    mark(null);
    row.classList.remove("dragged");
  }

  function drop() {
    const { row, at, moved } = drag;
    const order = rows();
    const others = order.filter((one) => one !== row);
    const to = at ? others.indexOf(at) : others.length;
    end();
    if (!moved || to === order.indexOf(row)) return;
    const key = row.id.replace(/^line-/, "");
    document.getElementById(`place-${key}`)?.remove();
    const up = document.getElementById(`up-${key}`);
    const place = up.cloneNode();
    Object.assign(place, { id: `place-${key}`, value: String(to + 1), hidden: true });
    place.removeAttribute("aria-disabled");
    up.after(place);
    window.htmx.process(place);
    row.cells[0].focus();
    place.click();
  }

  // The order of the rows after an edit, as the answer says it. New rows come along; what is not named is gone.
  function arrange() {
    const said = document.getElementById("row-order");
    if (said.dataset.done) return;
    said.dataset.done = "yes";
    const body = document.querySelector(".lines-table")?.tBodies[0];
    const fresh = said.querySelector("template")?.content;
    const texts = document.getElementById("new-text");
    if (fresh && texts) texts.value = "";
    const added = [];
    const wanted = said.dataset.order.split(" ").map((id) => {
      const there = document.getElementById(id);
      const row = there ?? fresh?.getElementById(id);
      if (!there) added.push(row);
      return row;
    });
    if (!body || wanted.includes(undefined) || wanted.includes(null)) {
      window.htmx.ajax("GET", window.location.pathname, { target: "#lines", select: "#lines", swap: "outerHTML" });
      return;
    }
    const active = document.activeElement;
    let next = body.rows[0] ?? null;
    wanted.forEach((row) => {
      if (row === next) next = next.nextElementSibling;
      else body.insertBefore(row, next);
    });
    while (next) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
    added.forEach((row) => window.htmx.process(row));
    const all = rows();
    all.forEach((row, n) => [["up", n === 0], ["down", n === all.length - 1]].forEach(([step, off]) => {
      const button = row.querySelector(`[name="to"][value="${step}"]`);
      if (off) button?.setAttribute("aria-disabled", "true");
      else button?.removeAttribute("aria-disabled");
    }));
    const wished = document.getElementById(said.dataset.focus);
    if (wished) wished.focus();
    else if (body.contains(active)) active.focus();
  }

  // What the rows come to after an edit: each amount takes the place of the one before it.
  function fill() {
    const said = document.getElementById("new-amounts").querySelector("template");
    [...(said?.content.children ?? [])].forEach((amount) => {
      const before = document.getElementById(amount.id);
      if (!before) return;
      const focused = before.contains(document.activeElement) && document.activeElement.id;
      before.replaceWith(amount);
      window.htmx.process(amount);
      if (focused) document.getElementById(focused)?.focus();
    });
    said?.remove();
  }

  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target?.id === "row-order") arrange();
    if (event.detail.target?.id === "new-amounts") fill();
  });

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.(".row-handle");
    if (!handle || event.button) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    drag = { row: handle.closest("tr"), at: null, moved: false };
    drag.row.classList.add("dragged");
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.moved = true;
    mark(rowBelow(event.clientY));
    if (event.clientY < EDGE) window.scrollBy(0, -12);
    else if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, 12);
  });

  document.addEventListener("pointerup", () => { if (drag) drop(); });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
  document.addEventListener("htmx:beforeSwap", end);
})();
