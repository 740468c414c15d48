"""The application's own icons: strokes on a 16 x 16 grid, drawn with the colour of the text around them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS = {
    "home": '<path d="M2.5 7 8 2.5 13.5 7v6a.5.5 0 0 1-.5.5H9.5v-4h-3v4H3a.5.5 0 0 1-.5-.5z"/>',
    "quote": '<path d="M4 1.75h5.5L12.5 5v9.25h-9V2.25a.5.5 0 0 1 .5-.5z"/><path d="M9.25 1.75V5h3.25M6 8h4M6 10.75h4"/>',
    "approval": '<circle cx="8" cy="8" r="6.25"/><path d="m5.25 8.25 2 2 3.5-4.25"/>',
    "customer": '<circle cx="6" cy="5.25" r="2.5"/><path d="M1.5 13.5c.3-2.6 2-4 4.5-4s4.2 1.4 4.5 4M10.5 3a2.4 2.4 0 0 1 0 4.5M12 9.8c1.5.5 2.3 1.8 2.5 3.7"/>',
    "catalog": '<path d="m8 1.75 6.25 3.1L8 8 1.75 4.85zM1.75 8 8 11.1 14.25 8M1.75 11.1 8 14.25l6.25-3.15"/>',
    "contract": '<path d="M3.5 14.25V1.75h9v6M5.75 5h4.5M5.75 7.75H8"/><path d="m8.5 12 1.75 1.75L14 10"/>',
    "rules": '<path d="M2 4.75h6.5M12 4.75h2M2 11.25h2M7.5 11.25H14"/><circle cx="10.25" cy="4.75" r="1.75"/><circle cx="5.75" cy="11.25" r="1.75"/>',
    "audit": '<path d="M8 1.5 13.25 3.5v4c0 3.3-2.1 5.7-5.25 7-3.15-1.3-5.25-3.7-5.25-7v-4z"/><path d="m5.75 7.75 1.6 1.6 2.9-3.1"/>',
    "usage": '<path d="M1.75 13.75h12.5M3.5 11V8.5M6.5 11V5M9.5 11V7M12.5 11V2.75"/>',
    "forecast": '<path d="M1.75 11 5 7.5l2.25 2L14.25 3"/><path d="M9.5 11.75 14.25 9" stroke-dasharray="1.5 2"/>',
    "menu": '<path d="M2 4.5h12M2 8h12M2 11.5h12"/>',
    "sun": '<circle cx="8" cy="8" r="2.75"/><path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M13 3l-1.1 1.1M4.1 11.9 3 13"/>',
    "moon": '<path d="M13.5 9.75A6 6 0 0 1 6.25 2.5a6 6 0 1 0 7.25 7.25z"/>',
    "system": '<rect x="1.75" y="2.5" width="12.5" height="8.5" rx="1"/><path d="M5.5 13.75h5M8 11v2.75"/>',
    "sign-out": '<path d="M6.25 2H3a.5.5 0 0 0-.5.5v11a.5.5 0 0 0 .5.5h3.25M10 5l3 3-3 3M13 8H6"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "grip": '<path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" stroke-width="2" stroke-linecap="round"/>',
    "minus": '<path d="M3 8h10"/>',
    "close": '<path d="m3.75 3.75 8.5 8.5M12.25 3.75l-8.5 8.5"/>',
    "check": '<path d="m3 8.5 3.25 3.25L13 4.5"/>',
    "double-check": '<path d="m1 8.5 3 3L10.5 5M7.5 11l.5.5L14.75 5"/>',
    "right": '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
    "left": '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
    "down": '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
    "up": '<path d="M3.5 10 8 5.5l4.5 4.5"/>',
    "arrow": '<path d="M2.75 8h10.5M9 3.75 13.25 8 9 12.25"/>',
    "back": '<path d="M13.25 8H2.75M7 3.75 2.75 8 7 12.25"/>',
    "send": '<path d="M14.25 1.75 7 9M14.25 1.75 9.75 14.25 7 9 1.75 6.25z"/>',
    "alert": '<path d="M8 2 14.75 13.75H1.25z"/><path d="M8 6.5v3.25M8 11.75v.01"/>',
    "info": '<circle cx="8" cy="8" r="6.25"/><path d="M8 7.25v4M8 4.75v.01"/>',
    "clock": '<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.5 1.5"/>',
    "pencil": '<path d="m10.75 2.25 3 3-8.5 8.5h-3v-3z"/>',
    "trash": '<path d="M2.5 4h11M6 4V2.25h4V4M4 4l.6 9.25a.5.5 0 0 0 .5.5h5.8a.5.5 0 0 0 .5-.5L12 4"/>',
    "download": '<path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.75h11"/>',
    "link": '<path d="M6.5 9.5a3 3 0 0 0 4.3 0l2.3-2.3a3 3 0 0 0-4.3-4.3L8 3.75M9.5 6.5a3 3 0 0 0-4.3 0L2.9 8.8a3 3 0 0 0 4.3 4.3l.8-.85"/>',
    "copy": '<rect x="5.25" y="5.25" width="8.5" height="8.5" rx="1"/><path d="M10.75 5.25v-2.5a.5.5 0 0 0-.5-.5h-7.5a.5.5 0 0 0-.5.5v7.5a.5.5 0 0 0 .5.5h2.5"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.25 3.25"/>',
    "external": '<path d="M9.5 2.25h4.25V6.5M13.75 2.25 7.5 8.5M11.75 9v4.25a.5.5 0 0 1-.5.5h-8.5a.5.5 0 0 1-.5-.5v-8.5a.5.5 0 0 1 .5-.5H7"/>',
    "refresh": '<path d="M13.5 8a5.5 5.5 0 1 1-1.6-3.9L13.5 5.5M13.5 2v3.5H10"/>',
    "return": '<path d="M5.5 3 2.25 6.25 5.5 9.5M2.25 6.25H10a3.75 3.75 0 0 1 0 7.5H7"/>',
    "lock": '<rect x="3" y="7" width="10" height="7" rx="1"/><path d="M5.25 7V4.75a2.75 2.75 0 0 1 5.5 0V7"/>',
    "eye": '<path d="M1.25 8C2.9 5 5.2 3.5 8 3.5S13.1 5 14.75 8C13.1 11 10.8 12.5 8 12.5S2.9 11 1.25 8z"/><circle cx="8" cy="8" r="2"/>',
    "pdf": '<path d="M4 1.75h5.5L12.5 5v9.25h-9V2.25a.5.5 0 0 1 .5-.5z"/><path d="M9.25 1.75V5h3.25M8 7v4.5M6.25 9.75 8 11.5l1.75-1.75"/>',
    "signature": '<path d="M1.75 13.75h12.5M2 10.5c2.5-1 5.5-7 4.2-8-1.4-1-2.6 5.5-1.4 7.5 1 1.6 2.4-2.6 3.6-2.6 1 0 .2 2.3 1.3 2.3.9 0 1.2-.9 2-.9.6 0 .7.7 1.8.7"/>',
    "dot": '<circle cx="8" cy="8" r="3" fill="currentColor"/>',
    "draft": '<circle cx="8" cy="8" r="5.75" stroke-dasharray="2.2 2.3"/>',
    "half": '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75a3.25 3.25 0 0 1 0 6.5z" fill="currentColor" stroke="none"/>',
    "blocked": '<circle cx="8" cy="8" r="5.75"/><path d="m4.25 4.25 7.5 7.5"/>',
    "person": '<circle cx="8" cy="5.25" r="2.75"/><path d="M2.75 14c.4-3 2.2-4.5 5.25-4.5s4.85 1.5 5.25 4.5"/>',
    "key": '<circle cx="5.5" cy="10.5" r="3"/><path d="m7.75 8.25 5.75-5.75M11 5l2 2"/>',
    "undo": '<path d="M5.25 2.75 2 6l3.25 3.25M2 6h7.5a4 4 0 0 1 0 8H6"/>',
    "redo": '<path d="M10.75 2.75 14 6l-3.25 3.25M14 6H6.5a4 4 0 0 0 0 8H10"/>',
    "people": '<circle cx="5.75" cy="5.5" r="2.25"/><path d="M1.5 13.5c.3-2.5 1.8-3.9 4.25-3.9S9.7 11 10 13.5M10.5 3.4a2.2 2.2 0 0 1 0 4.2M11.75 9.9c1.6.4 2.5 1.6 2.75 3.6"/>',
    "keyboard": '<rect x="1.25" y="3.75" width="13.5" height="8.5" rx="1"/><path d="M4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M4.5 9.75h7"/>',
    "comment": '<path d="M2 2.75h12v8.5H7.5l-3 2.5v-2.5H2z"/><path d="M5 5.75h6M5 8.25h4"/>',
    "inbox": '<path d="M1.75 9.5 4 2.75h8l2.25 6.75v4H1.75z"/><path d="M1.75 9.5H5.5L6.5 11h3l1-1.5h3.75"/>',
}  # fmt: skip


def icon(name: str, label: str = "") -> SafeString:
    """The icon of that name; decorative unless it gets a label."""
    strokes = mark_safe(ICONS[name])
    if label:
        return format_html('<svg class="icon" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>', label, strokes)
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', strokes)
