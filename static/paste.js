// Cells of a spreadsheet, pasted onto the lines: a page shows what each row would do before anything changes.
// A column of numbers, pasted onto a quantity or discount, fills the lines from there on down.
(() => {
  "use strict";
  const CELL = ".lines-table tbody :is(td, th)";
  const isNumber = (text) => /^[\s\d.,'%]*\d[\s\d.,'%]*$/.test(text);

  function filled(cell, rows) {
    const all = [...cell.closest("tbody").rows].filter((row) => row.id.startsWith("line-"));
    const first = all.indexOf(cell.parentElement);
    const names = [...cell.parentElement.cells].slice(cell.cellIndex).map((one) => one.querySelector("input[hx-post]")?.name || "");
    const width = Math.max(...rows.map((row) => row.length));
    if (first < 0 || !names[0] || names.slice(0, width).some((name) => !name) || rows.length > all.length - first) return null;
    const heads = { quantity: "Quantity", discount_percent: "Discount" };
    const head = ["Line", ...names.slice(0, width).map((name) => heads[name] || "")];
    const lines = rows.map((row, i) => [all[first + i].id.replace(/^line-/, ""), ...row]);
    return [head, ...lines].map((row) => row.join("\t")).join("\n");
  }

  document.addEventListener("paste", (event) => {
    const form = document.getElementById("paste-form");
    const target = event.target instanceof Element ? event.target : document.body;
    const inLines = target.closest("#lines") || target === document.body;
    const text = (event.clipboardData?.getData("text/plain") || "").replace(/[\r\n]+$/, "");
    if (!form || !inLines || !/[\t\n]/.test(text)) return; // a single value goes where it is pasted
    event.preventDefault();
    const rows = text.split(/\r?\n/).map((line) => line.split("\t"));
    const cell = target.closest(CELL);
    const numbers = cell && rows.every((row) => row.every((one) => one.trim() === "" || isNumber(one)));
    form.elements.text.value = (numbers && filled(cell, rows)) || text;
    form.submit();
  });
})();
