// The builder's own script: honest saving states, nothing typed is lost, open details stay open.
(() => {
  "use strict";
  const builder = () => document.getElementById("builder");
  const isEdit = ({ detail: { elt, requestConfig } }) => requestConfig?.verb === "post" && elt.closest("#builder, #history, #row, #several") && !("quiet" in elt.dataset);
  const unsaved = new Set();
  let failed = null;

  function say(state, text, retry) {
    const box = document.getElementById("save-state");
    if (!box) return;
    box.dataset.state = state;
    box.textContent = text;
    if (!retry) return;
    const button = document.createElement("button");
    button.className = "link-button";
    button.type = "button";
    button.dataset.retry = "";
    button.textContent = window.said("Try again");
    box.append(" ", button);
  }

  let before = null; // what was said when typing began

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[hx-post]") || !event.target.name) return;
    unsaved.add(event.target.id);
    const box = document.getElementById("save-state");
    if (box && box.dataset.state !== "editing") before = { state: box.dataset.state, words: [...box.childNodes] };
    say("editing", window.said("Editing …"));
  });

  // What was typed stood there, or was sent, before: nothing is sent now, and what was said before is so again.
  document.addEventListener("focusout", ({ target }) => {
    if (!unsaved.has(target.id)) return;
    if (target.value !== (target.dataset.sent ?? target.defaultValue)) return sendCarried(target);
    carried.delete(target);
    if (target.value === target.defaultValue) unsaved.delete(target.id);
    const box = document.getElementById("save-state");
    if (box?.dataset.state !== "editing") return;
    box.dataset.state = before.state;
    box.replaceChildren(...before.words);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isEdit(event)) say("saving", window.said("Saving …"));
  });

  // The server's own words about saving arrive with the answer; here only what no answer can say.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isEdit(event)) return;
    const { requestConfig: { elt }, successful } = event.detail; // the answer may have taken its place on the page
    failed = null;
    if (successful) {
      if (elt.dataset.sent === elt.value) unsaved.delete(elt.id);
    } else if (![409, 422].includes(event.detail.xhr.status)) {
      failed = elt.id;
      const signedOut = event.detail.xhr.status === 401;
      say("failed", window.said(signedOut ? "Not saved: you were signed out." : "Not saved: the server did not take it."), Boolean(elt.id));
    } else if (document.getElementById("save-state")?.dataset.state === "saving") say("failed", builder().dataset.refused);
  });

  // ---- no connection: what did not reach the server waits, in order, and is sent when it can be ----------------
  const LONGEST = 15000; // ms between two tries while the browser believes in its connection
  const waiting = new Map(); // what was sent, by id or address -> { value, submitter }
  const keyOf = (elt) => elt.id || elt.getAttribute("action") || elt.getAttribute("hx-post");
  const found = (key) => document.getElementById(key) || document.querySelector(`:is(#builder, #history) form[action="${CSS.escape(key)}"]`);
  let sending = "";
  let timer = 0;
  let tries = 0;

  function sayWaiting() {
    const { offline, unreached } = builder().dataset;
    say("failed", navigator.onLine ? unreached : offline, true);
    document.querySelectorAll("[data-waiting]").forEach((node) => { delete node.dataset.waiting; });
    waiting.forEach((_, key) => { const node = found(key); if (node) node.dataset.waiting = ""; });
  }

  function sendNext() {
    clearTimeout(timer);
    if (sending || !waiting.size) return;
    const [key, { value, submitter }] = waiting.entries().next().value;
    const elt = found(key);
    sending = key;
    if (!elt) {
      document.dispatchEvent(new CustomEvent("toast", { detail: { level: "warning", text: builder().dataset.gone } }));
      return settled(true);
    }
    if (value !== undefined && elt.value !== value) {
      elt.value = value;
      unsaved.add(key);
    }
    if (elt.matches("form")) elt.requestSubmit(document.getElementById(submitter) ?? undefined);
    else if (elt.matches("button")) elt.click();
    else window.htmx.trigger(elt, "change");
  }

  function settled(goOn) {
    const node = found(sending);
    if (node) delete node.dataset.waiting;
    waiting.delete(sending);
    sending = "";
    if (waiting.size && goOn) setTimeout(sendNext);
  }

  document.addEventListener("htmx:sendError", (event) => {
    if (!isEdit(event)) return;
    const { elt, requestConfig } = event.detail;
    const old = waiting.get(keyOf(elt));
    waiting.set(keyOf(elt), { value: elt.matches("input, select, textarea") ? elt.value : undefined, submitter: requestConfig.triggeringEvent?.submitter?.id ?? old?.submitter });
    sending = "";
    sayWaiting();
    clearTimeout(timer);
    if (navigator.onLine) timer = setTimeout(sendNext, Math.min(LONGEST, 500 * 2 ** tries++));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isEdit(event) || event.detail.xhr.status === 0) return;
    const { requestConfig: { elt }, successful } = event.detail;
    tries = 0;
    if (waiting.has(keyOf(elt))) {
      sending = keyOf(elt);
      settled(successful);
    } else if (successful && waiting.size) setTimeout(sendNext);
  });

  // The answer to one of them may draw anew the field of another.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    waiting.forEach(({ value }, id) => {
      const twin = value !== undefined && event.detail.fragment.querySelector(`#${CSS.escape(id)}`);
      if (twin) twin.value = value;
    });
  });

  // What an answer brings as it is on the page already stays; fields do not, since what is typed in them is not seen here.
  // The token against forgery is another text in each answer, and means the same.
  const TOKEN = "[name=csrfmiddlewaretoken]";
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const token = target.querySelector(TOKEN)?.getAttribute("value");
    if (token) fragment.querySelectorAll(TOKEN).forEach((input) => input.setAttribute("value", token));
    const fields = fragment.querySelector("input:not([type=hidden]), select, textarea");
    if (!fields && fragment.firstElementChild?.isEqualNode(target)) event.detail.shouldSwap = false;
  });

  window.addEventListener("online", sendNext);
  window.addEventListener("offline", () => { if (waiting.size) sayWaiting(); });

  document.addEventListener("click", (event) => {
    if (!event.target.matches?.("[data-retry]")) return;
    if (waiting.size) return sendNext();
    const elt = failed && document.getElementById(failed);
    if (elt) window.htmx.trigger(elt, elt.matches("form") ? "submit" : "change");
  });

  document.addEventListener("close", (event) => {
    if (["explain", "row"].includes(event.target.id)) document.getElementById(`${event.target.id}-body`).replaceChildren();
  }, true);

  // What is offered depends on what stands on the quote; in closed details it is asked for when they open.
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt } = event.detail;
    if (elt.dataset.whenSeen === undefined || elt.checkVisibility()) return;
    event.preventDefault();
    elt.dataset.whenSeen = "stale";
  });
  document.addEventListener("toggle", () => {
    document.querySelectorAll('[data-when-seen="stale"]').forEach((elt) => { if (elt.checkVisibility()) window.htmx.trigger(elt, "seen"); });
  }, true);

  // Ctrl+Z takes back the last saved edit, unless the field in focus holds typing of its own to take back.
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const name = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    const typing = event.target.matches?.("textarea") || (event.target.value !== undefined && unsaved.has(event.target.id) && event.target.value !== event.target.defaultValue);
    const button = name && !typing && !document.querySelector("dialog[open]") && document.getElementById(name);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  window.addEventListener("beforeunload", (event) => {
    const typing = waiting.size > 0 || [...unsaved].some((id) => {
      const input = document.getElementById(id);
      return input && input.value !== input.defaultValue;
    });
    if (typing) event.preventDefault();
  });

  // What was typed into a field outlives the answer to an earlier edit. The new field says of itself that it changed,
  // since no browser does, and what waited for that answer went with the field before it.
  const carried = new Set();
  const sendCarried = (field) => { if (carried.has(field)) window.htmx.trigger(field, "change"); };
  document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
    unsaved.forEach((id) => {
      const field = document.getElementById(id);
      const twin = field && target.contains(field) && fragment.querySelector(`#${CSS.escape(id)}`);
      if (!twin) return;
      if (field.dataset.sent === field.value) return unsaved.delete(id); // the answer is to this
      twin.value = field.value;
      carried.add(twin);
    });
  });
  document.addEventListener("change", ({ target }) => { carried.delete(target); }, true);
  document.addEventListener("htmx:afterRequest", () => setTimeout(() => carried.forEach((field) => {
    if (!field.isConnected) carried.delete(field);
    else if (field !== document.activeElement) sendCarried(field);
  })));

  // Open details stay open.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
    target.querySelectorAll("details[id]").forEach((details) => {
      const twin = fragment.querySelector(`#${CSS.escape(details.id)}`);
      if (!twin) return;
      twin.open = details.open;
      // What is asked for when it is seen stays until it comes anew.
      const next = details.open && twin.querySelector("[data-when-seen]");
      const old = next && details.querySelector(`#${CSS.escape(next.id)}`);
      if (old) next.replaceChildren(...old.children);
    });
  });

  // Each part then takes the place of the one before it, and is not beside it first: two of one id at a time have the
  // browser look for every id through the whole document again, as htmx does to carry attributes over.
  window.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment, shouldSwap } = event.detail;
    const next = fragment.firstElementChild;
    if (next?.id !== target.id) return;
    if (shouldSwap) {
      event.detail.shouldSwap = false;
      target.replaceWith(next);
      window.htmx.process(next);
      next.querySelector("[autofocus]")?.focus();
    }
    document.getElementById(target.id).dispatchEvent(new CustomEvent("placed", { bubbles: true }));
  });

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.value !== undefined) event.detail.elt.dataset.sent = event.detail.elt.value;
  });
})();
