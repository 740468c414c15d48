// Selecting lines: Space on a row, Ctrl+A for all, Shift+click for a range. Without this script the boxes do it alone.
(() => {
  "use strict";
  const picked = new Set();
  let last = null;
  const boxes = () => [...document.getElementsByClassName("pick")];

  function show() {
    const all = boxes();
    const chosen = all.filter((box) => box.checked);
    picked.clear();
    chosen.forEach((box) => picked.add(box.value));
    document.getElementById("lines")?.classList.toggle("picking", chosen.length > 0);
    const count = document.getElementById("bulk-count");
    const text = count && (chosen.length === 1 ? count.dataset.one : count.dataset.many.replace("#", chosen.length));
    if (count && chosen.length && count.textContent !== text) count.textContent = text;
    const whole = document.getElementById("pick-all");
    if (!whole) return;
    whole.checked = chosen.length > 0 && chosen.length === all.length;
    whole.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }

  function pick(all, value) {
    all.forEach((box) => { box.checked = value; });
    show();
  }

  document.addEventListener("click", (event) => {
    if (event.target.id === "bulk-clear") {
      const first = boxes().find((box) => box.checked);
      pick(boxes(), false);
      first?.closest("td, th").focus();
    }
    if (!event.target.matches?.("#lines .pick")) return;
    const all = boxes();
    const from = last && all.findIndex((box) => box.value === last);
    const to = all.indexOf(event.target);
    if (event.shiftKey && from >= 0) pick(all.slice(Math.min(from, to), Math.max(from, to) + 1), event.target.checked);
    last = event.target.value;
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "pick-all") pick(boxes(), event.target.checked);
    else if (event.target.matches?.("#lines .pick")) show();
  });

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".lines-table tbody :is(td, th)");
    if (!cell || event.target !== cell) return;
    const box = cell.parentElement.querySelector(".pick");
    if (event.key === " " && box) box.click();
    else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) pick(boxes(), true);
    else if (event.key === "Escape" && picked.size) pick(boxes(), false);
    else return;
    event.preventDefault();
  });

  // The lines are drawn anew after an edit; what was selected stays selected.
  document.addEventListener("settled", () => {
    if (!picked.size) return;
    boxes().forEach((box) => { box.checked = picked.has(box.value); });
    show();
  });

  // A form may not have thousands of fields: all that is selected goes in one.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.closest("#bulk")) event.detail.parameters.line = [...picked].join(",");
  });

  show();
})();
