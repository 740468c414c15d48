// The customer's page works without this. It adds sliders, totals at once, a field to draw in, and what opens in place.
(() => {
  "use strict";
  const all = (query, root = document) => [...root.querySelectorAll(query)];

  // Parts of the page come from the addresses that work without script too.
  const asked = new Map();
  async function part(url, params) {
    asked.get(url)?.abort();
    const stop = new AbortController();
    asked.set(url, stop);
    const answer = await fetch(`${url}?${params}`, { headers: { "HX-Request": "true" }, signal: stop.signal });
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html").body;
  }
  async function refresh(form) {
    const target = document.querySelector(form.dataset.part);
    target.setAttribute("aria-busy", "true");
    const fields = [...new FormData(form)].filter(([name]) => name === "pick" || name.startsWith("usage:"));
    try {
      const body = await part(form.dataset.url, new URLSearchParams(fields));
      target.replaceWith(...body.childNodes);
    } catch (error) {
      if (error.name !== "AbortError") target.removeAttribute("aria-busy");
    }
  }

  all("form[data-part]").forEach((form) => {
    let later;
    form.addEventListener("input", () => {
      clearTimeout(later);
      later = setTimeout(() => refresh(form), 120);
    });
    if (form.method === "get") form.addEventListener("submit", (event) => { event.preventDefault(); refresh(form); });
  });

  const language = document.documentElement.lang || "en";
  const written = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const parts = Object.fromEntries(new Intl.NumberFormat(language).formatToParts(12345.6).map(({ type, value }) => [type, value]));
  all(".room-track").forEach((track) => {
    const range = track.querySelector("input");
    const field = document.getElementById(range.dataset.for);
    track.hidden = false;
    range.addEventListener("input", () => { field.value = written.format(range.value); });
    field.addEventListener("input", () => {
      const typed = Number(field.value.replaceAll(parts.group, "").replace(parts.decimal, "."));
      if (typed >= 0) range.value = typed;
    });
  });

  all("details").forEach((details) => {
    const place = details.querySelector("[data-load]");
    if (!place) return;
    const load = async (params) => {
      const body = await part(place.dataset.load, params);
      place.replaceChildren(...body.childNodes);
      const form = place.querySelector("form");
      form.querySelector("button").hidden = true;
      form.addEventListener("change", () => load(new URLSearchParams(new FormData(form))).then(
        () => place.querySelector("select").focus()).catch(() => form.submit()));
    };
    details.addEventListener("toggle", () => { if (details.open) load("").catch(() => {}); }, { once: true });
  });

  all("[data-ask]").forEach((link) => link.addEventListener("click", () => {
    const select = document.getElementById("question-line");
    if (!select) return;
    select.value = link.dataset.ask;
    setTimeout(() => document.getElementById("question-text").focus());
  }));

  // A signature: typed, or drawn as lines in a field of 600 by 200.
  const pad = document.querySelector("[data-pad]");
  if (pad) {
    const form = pad.closest("form");
    const typed = form.querySelector("[data-typed]");
    const field = form.elements.drawing;
    const ink = pad.querySelector("path");
    const [draw, clear, type] = ["draw", "clear", "type"].map((name) => form.querySelector(`[data-${name}]`));
    form.querySelector("[data-drawing]").hidden = false;
    form.elements.name.addEventListener("input", () => { typed.textContent = form.elements.name.value; });
    const set = (path) => { field.value = path; ink.setAttribute("d", path); };
    const show = (drawing) => {
      pad.toggleAttribute("hidden", !drawing);
      typed.hidden = draw.hidden = drawing;
      clear.hidden = type.hidden = !drawing;
      if (!drawing) set("");
    };
    draw.addEventListener("click", () => show(true));
    type.addEventListener("click", () => show(false));
    clear.addEventListener("click", () => set(""));
    let last = null;
    const point = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(pad.getScreenCTM().inverse());
      return [Math.min(Math.max(at.x, 0), 600), Math.min(Math.max(at.y, 0), 200)].map((value) => +value.toFixed(1));
    };
    const line = (kind, at) => set(`${field.value}${field.value ? " " : ""}${kind}${at[0]} ${at[1]}`);
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      event.preventDefault();
      last = point(event);
      line("M", last);
    });
    pad.addEventListener("pointermove", (event) => {
      if (!last) return;
      const at = point(event);
      if (Math.hypot(at[0] - last[0], at[1] - last[1]) < 3) return;
      last = at;
      line("L", at);
    });
    ["pointerup", "pointercancel"].forEach((name) => pad.addEventListener(name, () => { last = null; }));
    if (field.value) { show(true); ink.setAttribute("d", field.value); }
  }

  // The bar at the foot of a phone leads to the answer; there it would only be in the way.
  const bar = document.querySelector(".room-bar");
  const answer = document.getElementById("answer");
  if (bar && answer) new IntersectionObserver(([seen]) => { bar.hidden = seen.isIntersecting; }).observe(answer);

  all("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const button = event.submitter || form.querySelector("button[type=submit]");
      button.setAttribute("aria-busy", "true");
      setTimeout(() => { button.disabled = true; });
    });
  });
  window.addEventListener("pageshow", () => {
    all("form[data-once] button[type=submit]").forEach((button) => { button.disabled = false; });
  });

  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const prices = all(".room-open");
  let open = [];
  window.addEventListener("beforeprint", () => {
    open = prices.filter((details) => details.open);
    prices.forEach((details) => { if (details.querySelector("table")) details.open = true; });
  });
  window.addEventListener("afterprint", () => {
    prices.forEach((details) => { details.open = open.includes(details); });
  });
})();
