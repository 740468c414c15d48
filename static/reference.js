// The reference of the API: read and tried out here, as whoever is signed in or with a key.
"use strict";

const place = document.getElementById("reference");

SwaggerUIBundle({
  url: place.dataset.schema,
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  filter: true,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = place.dataset.csrf;
    return request;
  },
});
