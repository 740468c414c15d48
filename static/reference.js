// The reference of the API: read and tried out here, as whoever is signed in or with a key.
"use strict";

const place = document.getElementById("reference");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

// The reference has its dark colours under a class of its own.
function paint() {
  const theme = document.documentElement.dataset.theme;
  document.documentElement.classList.toggle("dark-mode", theme === "dark" || (theme === "system" && dark.matches));
}

paint();
dark.addEventListener("change", paint);

// Examples scroll: the keyboard must reach them. The choice of one stands without a name.
new MutationObserver(() => {
  place.querySelectorAll(".microlight:not([tabindex])").forEach((code) => code.setAttribute("tabindex", "0"));
  place.querySelectorAll(".examples-select-element:not([aria-label])").forEach((choice) => choice.setAttribute("aria-label", place.dataset.example));
}).observe(place, { childList: true, subtree: true });

// Parts in landmarks and under headings in their order; the address of an operation is no link inside its button.
const Readable = ({ React }) => {
  const make = React.createElement;
  const Layout = ({ getComponent, specSelectors }) => {
    const part = (name, ...more) => make(getComponent(name, ...more));
    if (!specSelectors.specStr()) return make("main", { className: "swagger-ui", "aria-busy": true }, make("h1", { className: "visually-hidden" }, document.title));
    return make("div", { className: "swagger-ui" },
      part("SvgAssets"),
      make("section", { "aria-label": place.dataset.about }, part("InfoContainer", true), part("AuthorizeBtnContainer", true)),
      make("section", { role: "search", "aria-label": place.dataset.filter }, part("FilterContainer", true)),
      make("main", null, make("h2", { className: "visually-hidden" }, place.dataset.operations), part("operations", true)));
  };
  return {
    components: { ReadableLayout: Layout },
    wrapComponents: { DeepLink: () => ({ text }) => make("span", null, text) },
  };
};

SwaggerUIBundle({
  url: place.dataset.schema,
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [Readable],
  layout: "ReadableLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  filter: true,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = place.dataset.csrf;
    return request;
  },
});
