// The explorer's sliders: each moves the exact number beside it, and the number moves the slider.
(() => {
  "use strict";
  const number = (slider) => document.getElementById(slider.dataset.slides);
  const signed = (text) => text.replace("−", "-");
  // Numbers are written as the page's language writes them.
  const german = document.documentElement.lang === "de";
  const plain = (text) => Number(signed(german ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", "")));
  const sliderOf = (input) => input.form?.querySelector(`[data-slides="${CSS.escape(input.id)}"]`);

  function show() {
    const button = document.getElementById("explorer-show");
    button?.form.querySelectorAll("[data-slides][hidden], [data-to-rest][hidden]").forEach((one) => { one.hidden = false; });
    button?.remove();
  }

  function rest() {
    document.querySelectorAll("#explorer-form [data-rest]").forEach((input) => {
      input.value = input.dataset.rest;
      const slider = sliderOf(input);
      if (slider) slider.value = plain(input.value);
    });
  }

  document.addEventListener("input", (event) => {
    const { target } = event;
    if (target.dataset?.slides) number(target).value = target.value;
    else if (target.id && sliderOf(target)) sliderOf(target).value = plain(target.value);
  }, true);

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-to-rest]")) return;
    rest();
    window.htmx.trigger("#explorer-form", "input");
  });

  // What is used in the quote is part of its own futures from then on: the sliders start again from there.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "explorer-use" && event.detail.successful) rest();
  });

  document.addEventListener("settled", show);
  show();
})();
