"""Markdown to HTML: CommonMark with GFM tables, strikethrough, autolinks and footnotes. cmarkgfm lives here.

cmarkgfm 2025.10 never frees the tree it has parsed nor the HTML it has written (470 KB for an article of
9 KB), which a daemon can't bear; so both are freed here, by the functions of the very library it ships.
"""

from __future__ import annotations

import ctypes

from cmarkgfm import cmark

_OPTIONS: int = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES  # raw HTML is sanitised later
_EXTENSIONS = (b"table", b"strikethrough", b"autolink")

_lib, _ffi = cmark._cmark.lib, cmark._cmark.ffi
_node_free = ctypes.CDLL(cmark._cmark.__file__).cmark_node_free
_node_free.argtypes, _node_free.restype = [ctypes.c_void_p], None
_free = ctypes.CDLL(None).free
_free.argtypes, _free.restype = [ctypes.c_void_p], None

_lib.cmark_gfm_core_extensions_ensure_registered()
_FOUND = tuple(_lib.cmark_find_syntax_extension(name) for name in _EXTENSIONS)


def render(text: str) -> str:
    """The HTML of Markdown ``text`` (without lone surrogates); raw HTML in it is passed on unsafe."""
    data = text.encode()
    parser = _lib.cmark_parser_new(_OPTIONS)
    try:
        for extension in _FOUND:
            _lib.cmark_parser_attach_syntax_extension(parser, extension)
        _lib.cmark_parser_feed(parser, data, len(data))
        root = _lib.cmark_parser_finish(parser)
        try:
            extensions = _lib.cmark_parser_get_syntax_extensions(parser)
            return _taken(_lib.cmark_render_html(root, _OPTIONS, extensions))
        finally:
            _node_free(_address(root))
    finally:
        _lib.cmark_parser_free(parser)


def _taken(string: object) -> str:
    try:
        html: bytes = _ffi.string(string)
        return html.decode()
    finally:
        _free(_address(string))


def _address(pointer: object) -> int:
    return int(_ffi.cast("uintptr_t", pointer))
