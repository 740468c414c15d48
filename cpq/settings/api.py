"""The API: who gets in, in which form, how often, and how it is described."""

import os

REST_FRAMEWORK = {
    # A key opens only what core.api.endpoint.Endpoint asks a scope for.
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.authentication.PersonAuthentication"],
    # core.access.person decides who may do what, for pages and the API alike.
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.limits.MinuteLimit"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.JSONAnswer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.JSONBody"],
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Description",
    "NON_FIELD_ERRORS_KEY": "body",
    "EXCEPTION_HANDLER": "core.api.problems.problem_handler",
}
# What a key, or a person without one, may ask for in a minute; 0 for no limit.
API_REQUESTS_A_MINUTE = int(os.environ.get("API_REQUESTS_A_MINUTE") or 1200)
SPECTACULAR_SETTINGS = {
    "TITLE": "Quantile",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Configure, price and quote what AI companies sell. docs/API.md is the guide.",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["core.api.schema.closed", "cpq.api_words.worded", "cpq.api_answers.answered"],
}
