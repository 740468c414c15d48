// Rows of the builder are dragged by their handle, with mouse, pen or finger; Esc lets go. Buttons and Alt with an arrow
// do the same. Where the row is dropped, a button like its own asks the server for the place. A section takes what is
// under it along, to a place among the sections; with Alt held only its heading goes, as one without lines does.
(() => {
  "use strict";
  const EDGE = 64; // pixels from the edge of the window within which it scrolls
  const rows = () => [...document.querySelectorAll('.lines-table tbody > tr[id^="line-"]')];
  const isSection = (row) => row.matches(".text-row--section");
  let drag = null; // { rows: those that go, at: the row they would go before or null for the end, places: where it may be, y: of the pointer }

  // The heading of a section and everything under it, down to the next one.
  function block(row) {
    const all = rows();
    const from = all.indexOf(row);
    const next = all.findIndex((one, n) => n > from && isSection(one));
    return all.slice(from, next < 0 ? undefined : next);
  }

  function mark(before) {
    document.querySelectorAll(".drop-before, .drop-after").forEach((row) => row.classList.remove("drop-before", "drop-after"));
    if (!drag) return;
    drag.at = before;
    const others = rows().filter((row) => !drag.rows.includes(row));
    if (before) before.classList.add("drop-before");
    else others.at(-1)?.classList.add("drop-after");
  }

  function rowBelow(y) {
    return drag.places.find((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    }) ?? null;
  }

  function end() {
    if (!drag) return;
    const { rows: gone } = drag;
    drag = null;
    mark(null);
    gone.forEach((row) => row.classList.remove("dragged"));
  }

  function drop() {
    const { rows: [row], at, moved, places, whole } = drag;
    const order = whole ? rows().filter(isSection) : rows();
    const to = at ? places.indexOf(at) : places.length;
    end();
    if (moved && to !== order.indexOf(row)) ask(row, whole ? "whole" : "to", String(to + 1));
  }

  // A button like the row's own, with another value.
  function ask(row, name, value) {
    const key = row.id.replace(/^line-/, "");
    document.getElementById(`place-${key}`)?.remove();
    const up = document.getElementById(`up-${key}`);
    const place = up.cloneNode();
    Object.assign(place, { id: `place-${key}`, name, value, hidden: true });
    place.removeAttribute("aria-disabled");
    up.after(place);
    window.htmx.process(place);
    row.cells[0].focus();
    place.click();
  }

  // Alt and Shift with an arrow, from the grid.
  window.moveSection = (row, step) => {
    if (isSection(row) && document.getElementById(`up-${row.id.replace(/^line-/, "")}`)) ask(row, "whole", step);
  };

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

  // What rows and sums come to after an edit: each amount takes the place of the one before it.
  function fill() {
    const said = document.getElementById("new-amounts").querySelector("template");
    [...(said?.content.children ?? [])].forEach((amount) => {
      const before = document.getElementById(amount.id);
      if (!before) return;
      const focused = before.contains(document.activeElement) && document.activeElement.id;
      before.replaceWith(amount);
      if (amount.id === "sum-term") amount.closest("table").classList.toggle("lines-table--long", "long" in amount.dataset);
      if (focused) document.getElementById(focused)?.focus();
    });
    said?.remove();
  }

  document.addEventListener("placed", (event) => {
    if (event.target.id === "row-order") arrange();
    if (event.target.id === "new-amounts") fill();
  });

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.(".row-handle");
    if (!handle || event.button) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const row = handle.closest("tr");
    const mine = isSection(row) && !event.altKey ? block(row) : [row];
    const whole = mine.length > 1;
    drag = { rows: mine, whole, at: null, moved: false, places: rows().filter((one) => !mine.includes(one) && (!whole || isSection(one))) };
    mine.forEach((one) => one.classList.add("dragged"));
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moved) requestAnimationFrame(scrollAtEdge);
    drag.moved = true;
    drag.y = event.clientY;
    mark(rowBelow(drag.y));
  });

  // As long as the pointer rests at the edge.
  function scrollAtEdge() {
    if (!drag) return;
    const before = window.scrollY;
    if (drag.y < EDGE) window.scrollBy(0, -12);
    else if (drag.y > window.innerHeight - EDGE) window.scrollBy(0, 12);
    if (window.scrollY !== before) mark(rowBelow(drag.y));
    requestAnimationFrame(scrollAtEdge);
  }

  document.addEventListener("pointerup", () => { if (drag) drop(); });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
  document.addEventListener("htmx:beforeSwap", end);
})();
