// Search and commands by keys: Ctrl/Cmd+K and / open them, ? shows the keys. The pages /search/ and the areas do the same.
(() => {
  "use strict";
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = document.getElementById("palette-input");
  const here = document.getElementById("palette-here");
  const OFF = "single-keys-off";
  const single = document.getElementById("single-keys");
  const options = () => [...dialog.querySelectorAll("[role='option']")].filter((one) => !one.closest("[hidden]"));

  function open() {
    if (document.querySelector("dialog[open]")) return;
    gather();
    dialog.showModal();
    input.value = "";
    input.focus();
    narrow();
    window.htmx.trigger(input, "palette:open");
  }

  // What the page itself offers, by its own buttons and links: choosing one presses it.
  function gather() {
    here.querySelectorAll("[role='option']").forEach((one) => one.remove());
    document.querySelectorAll(".page-actions :is(a[href], button), [data-command]").forEach((source, index) => {
      const name = (source.dataset.command || source.getAttribute("aria-label") || source.textContent).trim();
      if (!name || source.getAttribute("aria-disabled") === "true" || !source.checkVisibility()) return;
      const option = document.createElement("button");
      option.type = "button";
      option.id = `here-${index}`;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = name;
      option.dataset.leads = source.getAttribute("href") ?? "";
      const keys = source.getAttribute("aria-keyshortcuts");
      if (keys) option.append(Object.assign(document.createElement("kbd"), { textContent: keys.replace("Control", window.said("Ctrl")).replaceAll("+", " ") }));
      option.addEventListener("click", () => { dialog.close(); press(source); });
      here.append(option);
    });
  }

  function press(source) {
    if (!source.matches("summary")) return source.click();
    source.parentElement.open = true;
    source.scrollIntoView({ block: "center" });
    source.focus();
  }

  function narrow() {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const own = [...here.querySelectorAll("[role='option']")];
    const found = new Set([...dialog.querySelectorAll("#palette-found a")].map((link) => link.getAttribute("href")));
    own.forEach((one) => { one.hidden = (wanted.length > 0 && found.has(one.dataset.leads)) || !wanted.every((part) => one.textContent.toLowerCase().includes(part)); });
    here.hidden = own.every((one) => one.hidden);
    choose(0);
  }

  function choose(at) {
    const chosen = options()[at];
    dialog.querySelectorAll("[role='option']").forEach((one) => one.setAttribute("aria-selected", String(one === chosen)));
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  input.addEventListener("input", narrow);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "palette-found") return;
    event.target.querySelectorAll("a").forEach((link) => { link.tabIndex = -1; });
    narrow();
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (all.length) choose((at + by + all.length) % all.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      all[at]?.click();
    }
  });

  // Keys of one character only where nothing is being typed, and only if this person wants them.
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog");
  const singles = () => !localStorage.getItem(OFF);
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    } else if (plain && singles() && !typing(event.target) && (event.key === "j" || event.key === "k")) {
      toRow(event.key === "j" ? 1 : -1);
    } else if (plain && singles() && !typing(event.target) && (event.key === "/" || event.key === "?")) {
      event.preventDefault();
      const field = event.key === "/" && document.querySelector("[data-slash]");
      if (field) field.focus();
      else if (event.key === "/") open();
      else if (!document.querySelector("dialog[open]")) document.getElementById("keyboard").showModal();
    }
  });
  // Down and up a list, to the link that leads each row; Enter opens it.
  function toRow(by) {
    const rows = [...document.querySelectorAll("main table:not([role='grid']) tr")];
    const links = rows.map((row) => row.querySelector(":scope > .head a")).filter((link) => link?.checkVisibility());
    const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const next = at < 0 && by < 0 ? links.length - 1 : Math.min(Math.max(at + by, 0), links.length - 1);
    links[next]?.focus();
  }

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-palette-open]")) return;
    event.preventDefault();
    document.querySelectorAll("details.topbar-menu[open]").forEach((menu) => { menu.open = false; });
    open();
  });

  single.checked = !localStorage.getItem(OFF);
  single.addEventListener("change", () => {
    if (single.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
})();
