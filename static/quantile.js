// All of Quantile's own script. Every page works without it; this makes pages quicker and quieter.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const closest = (event, selector) => event.target instanceof Element && event.target.closest(selector);

  // What a script says is in English here; the page brings other languages along (core/script_words.py).
  const words = JSON.parse($('meta[name="words"]')?.content || "{}");
  const said = (text) => words[text] || text;
  window.said = said;

  // ---- toasts -------------------------------------------------------------------------------------------
  const READING_TIME = 7000;

  function toast({ level = "info", text }) {
    const node = ($(`#toast-${level}`) || $("#toast-info")).content.firstElementChild.cloneNode(true);
    $("[data-toast-text]", node).textContent = text;
    $("#toasts").append(node);
    leaveLater(node, level);
  }

  function leaveLater(node, level) {
    if (level === "error") return;
    const leave = () => (node.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : node.remove());
    setTimeout(leave, READING_TIME);
  }

  document.addEventListener("toast", (event) => toast(event.detail));
  document.querySelectorAll("#toasts [data-toast]").forEach((node) => leaveLater(node, "info"));

  // ---- clicks: refusing buttons, dialogs, copy, dismiss --------------------------------------------------
  document.addEventListener("click", (event) => {
    if (closest(event, '[aria-disabled="true"]')) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const opener = closest(event, "[data-dialog-open]");
    if (opener) return openDialog(opener.dataset.dialogOpen);
    const closer = closest(event, "[data-dialog-close]");
    if (closer) return closer.closest("dialog")?.close();
    const dismiss = closest(event, "[data-toast-close]");
    if (dismiss) return dismiss.closest("[data-toast]").remove();
    const copier = closest(event, "[data-copy]");
    if (copier) return copy(copier.dataset.copy);
    if (event.target instanceof HTMLDialogElement) return event.target.close();
    document.querySelectorAll("details.menu[open], details.topbar-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }, true);

  // A part that looks again by itself waits while somebody types in it, and leaves open what is open.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (!elt.matches("[data-patient]") || requestConfig.verb !== "get") return;
    const typed = [...elt.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);
    if (typed || elt.querySelector("form :focus")) event.preventDefault();
  });
  let left = [];
  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    left = target?.matches("[data-patient]") ? [...target.querySelectorAll("details[id]")] : [];
  });
  document.addEventListener("htmx:afterSwap", () => {
    left.splice(0).forEach(({ id, open }) => {
      const twin = document.getElementById(id);
      if (twin) twin.open = open;
    });
  });

  // An amount opens beside the page: one listener, however many amounts there are.
  document.addEventListener("click", (event) => {
    const amount = closest(event, "a[data-explain]");
    const body = $("#explain-body");
    if (!amount || !body || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.htmx.ajax("GET", amount.getAttribute("href"), { source: body, target: body, swap: "innerHTML" });
  });

  function openDialog(id, filled = false) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    if (filled) dialog.dataset.filled = "true";
    dialog.dataset.opener = document.activeElement.id;
    dialog.showModal();
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast({ level: "success", text: said("Copied.") });
    } catch {
      toast({ level: "error", text: said("Your browser does not allow copying here. Select the text and copy it yourself.") });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open], details.topbar-menu[open]").forEach((menu) => {
      menu.open = false;
      $("summary", menu).focus();
    });
  });

  // The server closes dialogs (HX-Trigger: dialog:close) and opens those it just filled (dialog:open, {id}).
  document.addEventListener("dialog:close", () => document.querySelectorAll("dialog[open]").forEach((d) => d.close()));
  document.addEventListener("dialog:open", (event) => openDialog(event.detail.id || event.detail.value, true));
  // What the server filled is emptied on closing: else it would go on refreshing, and open again.
  document.addEventListener("close", (event) => {
    const { filled, opener } = event.target.dataset ?? {};
    if (filled) $(".dialog-body", event.target)?.replaceChildren();
    // What opened it may have been drawn anew meanwhile.
    if (opener && document.activeElement === document.body) document.getElementById(opener)?.focus();
  }, true);

  // ---- theme: the form works alone; here the page changes without a reload --------------------------------
  document.addEventListener("submit", (event) => {
    const form = closest(event, "[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    document.documentElement.dataset.theme = theme;
    document.querySelectorAll("[data-theme-form] button").forEach((button) => button.setAttribute("aria-pressed", String(button.value === theme)));
    const data = new FormData(form);
    data.set("theme", theme);
    fetch(form.action, { method: "POST", body: data, redirect: "manual" });
  });

  // ---- forms that send themselves: <form data-autosubmit> --------------------------------------------------
  document.addEventListener("change", (event) => {
    const form = closest(event, "form[data-autosubmit]");
    if (form && !form.hasAttribute("hx-get") && !form.hasAttribute("hx-post")) form.requestSubmit();
  });

  // ---- htmx: progress, busy, failures -------------------------------------------------------------------
  let running = 0;
  const progress = (change) => {
    running = Math.max(0, running + change);
    $("#progress-line")?.classList.toggle("is-on", running > 0);
  };
  // What asks by itself, again and again, is quiet: no progress, no toasts, nothing while the tab is hidden; what it
  // missed meanwhile it may ask for when the tab is seen again ("back").
  const quiet = (event) => event.detail.elt?.dataset.quiet !== undefined;
  const missed = new Set();
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (quiet(event) && document.hidden) {
      missed.add(event.detail.elt);
      return event.preventDefault();
    }
    if (quiet(event)) return;
    progress(1);
    event.detail.target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (quiet(event)) return;
    progress(-1);
    event.detail.target?.removeAttribute("aria-busy");
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    const again = [...missed].filter((elt) => elt.isConnected);
    missed.clear();
    again.forEach((elt) => window.htmx.trigger(elt, "back"));
  });
  // A part of the page that comes by its own address (or is fetched by what names it), and did not: it says so in its place.
  function partFailed(event) {
    const { elt } = event.detail;
    const loads = elt?.matches(':not([data-quiet]):is([hx-trigger="load"], [hx-trigger^="load,"])');
    const part = elt?.dataset.part ? $(elt.dataset.part) : loads && elt;
    if (!part) return false;
    const denied = [403, 404].includes(event.detail.xhr?.status);
    const notice = $(denied ? "#part-denied" : "#part-failed").content.firstElementChild.cloneNode(true);
    part.dataset.whole ??= part.innerHTML;
    part.replaceChildren(notice);
    $("button", notice)?.addEventListener("click", () => {
      part.innerHTML = part.dataset.whole;
      window.htmx.ajax("GET", elt.getAttribute("hx-get"), { source: elt, target: part, swap: elt.getAttribute("hx-swap") || "innerHTML" });
    });
    return true;
  }
  document.addEventListener("htmx:sendError", (event) => partFailed(event) || quiet(event) || !navigator.onLine || toast({ level: "error", text: said("The server did not answer. Nothing was saved; check the connection and try again.") }));
  document.addEventListener("htmx:timeout", (event) => partFailed(event) || quiet(event) || toast({ level: "error", text: said("The server took too long. Reload the page to see whether it was saved.") }));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (event.detail.xhr.getResponseHeader("HX-Trigger") || (status !== 401 && partFailed(event)) || quiet(event)) return;
    if (status === 401) return window.location.reload();
    const text = {
      403: said("This page is too old, or your role does not allow it. Reload the page and try again."),
      404: said("This is not there any more, or not open to you. Nothing was changed."),
      429: said("Too many requests at once. Wait a moment and try again."),
      503: said("Our data cannot be reached just now. Nothing is half saved; try again in a moment."),
    }[status];
    toast({ level: "error", text: text || said("Something broke on our side. Nothing is half saved; try again in a moment.") });
  });

  // ---- signed out while writing: everything stays, to be sent again after signing in in another tab ------------
  const unsent = new Set();
  document.addEventListener("sign-in-needed", (event) => {
    if (event.target.dataset?.quiet !== undefined) return;
    unsent.add(event.target);
    $("#signed-out [data-sign-in]").href = event.detail.url;
    openDialog("signed-out");
  });
  document.addEventListener("click", (event) => {
    if (!closest(event, "[data-send-again]")) return;
    $("#signed-out").close();
    const again = [...unsent].filter((elt) => elt.isConnected);
    unsent.clear();
    again.forEach((elt) => (elt.matches("form") ? elt.requestSubmit() : window.htmx.trigger(elt, "change")));
  });

  // Signing in changes the token against forgery; the page's own is then of no use, the cookie's is.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (!token || event.detail.verb === "get") return;
    event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token;
  });

  // htmx says of every part of an answer that it has settled; "settled" is said once, when all have, and "shown" when
  // they are painted: for what can wait that long.
  let settling = false;
  document.addEventListener("htmx:afterSettle", () => {
    if (settling) return;
    settling = true;
    queueMicrotask(() => {
      settling = false;
      document.dispatchEvent(new CustomEvent("settled"));
      requestAnimationFrame(() => setTimeout(() => document.dispatchEvent(new CustomEvent("shown"))));
    });
  });

  // ---- what is larger than its box can be scrolled with the keys ------------------------------------------
  const boxes = ["table-wrap", "builder-side"].map((name) => document.getElementsByClassName(name));
  const letScroll = () => boxes.flatMap((found) => [...found]).forEach((box) => {
    if (box.classList.contains("chart-table")) return;
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1;
    if (scrolls === box.hasAttribute("tabindex")) return;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
  letScroll();
  window.addEventListener("resize", letScroll);
  document.addEventListener("shown", letScroll);

  // ---- charts: the row of the table beside, under the pointer or the arrow keys ---------------------------
  function readChart(svg, index) {
    const figure = svg.closest("[data-chart]");
    const line = $(".chart-cursor", svg);
    const rows = figure.querySelectorAll("tbody tr");
    const at = Math.min(rows.length - 1, Math.max(0, index));
    const x = Number(line.dataset.first) + at * Number(line.dataset.step);
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    line.classList.add("is-on");
    svg.dataset.at = at;
    const tip = tipOf(figure);
    fillTip(tip, rows[at], figure.querySelectorAll("thead th"));
    placeTip(tip, svg, x);
  }

  function tipOf(figure) {
    const plot = $(".chart-plot", figure);
    const found = $(".chart-tip", plot);
    if (found) return found;
    const tip = document.createElement("div");
    tip.className = "chart-tip";
    tip.setAttribute("role", "status");
    plot.append(tip);
    return tip;
  }

  function fillTip(tip, row, heads) {
    const title = document.createElement("b");
    title.textContent = row.cells[0].textContent;
    const list = document.createElement("dl");
    [...row.cells].slice(1).forEach((cell, i) => {
      if (!cell.textContent) return;
      const name = document.createElement("dt");
      const value = document.createElement("dd");
      name.textContent = heads[i + 1].textContent;
      value.textContent = cell.textContent;
      list.append(name, value);
    });
    tip.replaceChildren(title, list);
    tip.hidden = false;
  }

  function placeTip(tip, svg, x) {
    const box = svg.getBoundingClientRect();
    const at = (x * box.width) / svg.viewBox.baseVal.width;
    const wanted = at + 14 + tip.offsetWidth > box.width ? at - 14 - tip.offsetWidth : at + 14;
    tip.style.left = `${Math.max(0, wanted)}px`;
    tip.style.top = "8px";
  }

  function leaveChart(svg) {
    $(".chart-cursor", svg)?.classList.remove("is-on");
    const tip = $(".chart-tip", svg.closest("[data-chart]"));
    if (tip) tip.hidden = true;
  }

  document.addEventListener("pointermove", (event) => {
    const svg = closest(event, "svg.chart-svg");
    document.querySelectorAll(".chart-cursor.is-on").forEach((line) => {
      const other = line.closest("svg");
      if (other !== svg && other !== document.activeElement) leaveChart(other);
    });
    if (!svg) return;
    const line = $(".chart-cursor", svg);
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) * svg.viewBox.baseVal.width) / box.width;
    readChart(svg, Math.round((x - Number(line.dataset.first)) / Number(line.dataset.step)));
  });
  document.addEventListener("keydown", (event) => {
    const svg = closest(event, "svg.chart-svg");
    if (!svg) return;
    if (event.key === "Escape") return leaveChart(svg);
    const rows = svg.closest("[data-chart]").querySelectorAll("tbody tr").length;
    const at = svg.dataset.at === undefined ? -1 : Number(svg.dataset.at);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: rows - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    readChart(svg, to);
  });
  document.addEventListener("focusout", (event) => {
    const svg = closest(event, "svg.chart-svg");
    if (svg) leaveChart(svg);
  });

  // ---- connection -----------------------------------------------------------------------------------------
  const offline = () => { $("#offline").hidden = navigator.onLine; };
  window.addEventListener("online", offline);
  window.addEventListener("offline", offline);
  offline();
})();
