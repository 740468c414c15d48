// The lines as a grid: one tab stop, arrows move, Enter or F2 edits, Esc cancels, Tab moves on while editing.
// Without this script every row is a plain form.
(() => {
  "use strict";
  const INSIDE = "a[href], button, input:not([type=hidden]), textarea, summary";
  const CELL = ".lines-table tbody :is(td, th)";
  const table = () => document.querySelector(".lines-table");
  const cellOf = (node) => (node instanceof Element ? node.closest(CELL) : null);
  const rows = () => [...(table()?.tBodies[0]?.rows ?? [])];
  const inputOf = (cell) => cell.querySelector("input:not([type=hidden], .pick), textarea");
  let place = null; // where the one tab stop is: { row: id, at: index of the row, column }
  let stop = null; // the cell itself

  // Only what a swap brought is made ready, however many rows there are.
  function ready(node) {
    if (!(node instanceof Element)) return;
    const all = (selector) => [...(node.matches(selector) ? [node] : []), ...node.querySelectorAll(selector)];
    all(".lines-table").forEach((found) => { if (found.querySelector("[id^='cell-']")) found.setAttribute("role", "grid"); });
    if (table()?.getAttribute("role") !== "grid" || !(node.contains(table()) || table().contains(node))) return;
    all(`${CELL}, ${CELL} :is(${INSIDE})`).forEach((one) => { if (one !== stop) one.tabIndex = -1; });
  }

  function stopCell() {
    const all = rows();
    if (!all.length) return null;
    if (!place) return all.map((row) => row.cells[1]).find(Boolean) ?? all[0].cells[0];
    const row = (place.row && document.getElementById(place.row)) || all[Math.min(place.at, all.length - 1)];
    return row.cells[Math.min(place.column, row.cells.length - 1)];
  }

  function stopAt(cell) {
    if (table()?.getAttribute("role") !== "grid" || !cell) return;
    if (stop && stop !== cell) stop.tabIndex = -1;
    stop = cell;
    stop.tabIndex = 0;
  }

  function remember(cell) {
    stopAt(cell);
    const row = cell.parentElement;
    const column = row.cells.length > 1 || !place ? cell.cellIndex : place.column;
    place = { row: row.id, at: row.sectionRowIndex, column };
  }

  function go(cell) {
    if (!cell) return;
    remember(cell);
    cell.focus();
  }

  function step(cell, down, right) {
    const all = rows();
    const row = all[all.indexOf(cell.parentElement) + down];
    if (!row) return;
    const column = down ? place?.column ?? cell.cellIndex : cell.cellIndex + right;
    go(row.cells[down ? Math.min(column, row.cells.length - 1) : column]);
  }

  function enter(cell) {
    const input = inputOf(cell);
    if (input) {
      input.focus();
      input.select();
      return;
    }
    const inner = [...cell.querySelectorAll(INSIDE)].filter((one) => !one.matches(".pick"));
    if (inner.length === 1) inner[0].click();
    else inner[0]?.focus();
  }

  function nextInput(cell, back) {
    const [on, first] = back ? ["previousElementSibling", "lastElementChild"] : ["nextElementSibling", "firstElementChild"];
    let row = cell.parentElement;
    let next = cell[on];
    while (row) {
      while (next && !inputOf(next)) next = next[on];
      if (next) return next;
      row = row[on];
      next = row?.[first];
    }
    return null;
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function onCell(event, cell) {
    const key = cell.parentElement.id.replace(/^line-/, "");
    const move = MOVES[event.key];
    if (move && event.altKey && event.shiftKey && move[0]) window.moveSection?.(cell.parentElement, move[0] < 0 ? "up" : "down");
    else if (move && event.altKey && move[0]) document.getElementById(`${move[0] < 0 ? "up" : "down"}-${key}`)?.click();
    else if (event.altKey || event.ctrlKey || event.metaKey) return;
    else if (move) step(cell, ...move);
    else if (event.key === "Home") go(cell.parentElement.cells[0]);
    else if (event.key === "End") go([...cell.parentElement.cells].at(-1));
    else if (event.key === "Enter" || event.key === "F2") enter(cell);
    else if (event.key === "Delete") document.getElementById(`remove-${key}`)?.click();
    else if (/^[0-9]$/.test(event.key) && inputOf(cell)) return enter(cell); // the digit itself goes into the field
    else return;
    event.preventDefault();
  }

  function inInput(event, cell, input) {
    if (event.key === "Escape") {
      input.value = input.defaultValue;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      go(cell);
    } else if (event.key === "Enter" || event.key === "F2") {
      go(cell); // leaving the field saves it
    } else if (event.key === "Tab") {
      const next = nextInput(cell, event.shiftKey);
      if (!next) return go(cell);
      remember(next);
      enter(next);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const row = rows()[rows().indexOf(cell.parentElement) + (event.key === "ArrowUp" ? -1 : 1)];
      const next = row?.cells[cell.cellIndex];
      if (!next || !inputOf(next)) return;
      remember(next);
      enter(next);
    } else return;
    event.preventDefault();
  }

  function onInner(event, cell) {
    if (event.key === "Escape") go(cell);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const inner = [...cell.querySelectorAll(INSIDE)];
      inner[inner.indexOf(event.target) + (event.key === "ArrowLeft" ? -1 : 1)]?.focus();
    } else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || table().getAttribute("role") !== "grid" || event.isComposing) return;
    if (event.target === cell) onCell(event, cell);
    else if (event.target === inputOf(cell)) inInput(event, cell, event.target);
    else onInner(event, cell);
  });

  document.addEventListener("focusin", (event) => {
    const cell = cellOf(event.target);
    if (cell && table().getAttribute("role") === "grid") remember(cell);
  });

  // A swap may take the focus with it: it goes back to where it was, or to what stands there now.
  let held = null;
  document.addEventListener("htmx:beforeSwap", () => {
    const active = document.activeElement;
    // Another swap took it, maybe to what it brought: it is given back once that has settled.
    if (held && (active === document.body || !held.cell.isConnected)) return;
    held = cellOf(active) ? { place, cell: cellOf(active), onCell: cellOf(active) === active } : null;
  });
  document.addEventListener("settled", () => {
    const lost = held && (document.activeElement === document.body || (held.onCell && !held.cell.isConnected));
    if (lost && held.onCell) place = held.place;
    if (!stop?.isConnected) stopAt(stopCell());
    if (lost) go(stopCell());
    held = null;
  });

  const builder = document.getElementById("builder");
  new MutationObserver((found) => found.forEach(({ addedNodes }) => addedNodes.forEach(ready))).observe(builder, { childList: true, subtree: true });
  ready(builder);
  stopAt(stopCell());
})();
