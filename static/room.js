// The customer's page works without this: it prevents double clicks, prints, and opens every price on paper.
(() => {
  "use strict";
  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", () => {
      const button = form.querySelector("button[type=submit]");
      button.setAttribute("aria-busy", "true");
      setTimeout(() => { button.disabled = true; });
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-once] button[type=submit]").forEach((button) => { button.disabled = false; });
  });
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const prices = [...document.querySelectorAll(".room-tiers details")];
  let open = [];
  window.addEventListener("beforeprint", () => {
    open = prices.filter((details) => details.open);
    prices.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => {
    prices.forEach((details) => { details.open = open.includes(details); });
  });
})();
