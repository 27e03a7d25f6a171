#!/usr/bin/python3
"""A browser of one window for WebKitGTK's driver, which keeps what pages store: Debian's own forgets it.

CHAT_ROOM_DATA is where it keeps that, CHAT_ROOM_DOWNLOADS where its downloads go.
"""

import os

import gi

gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

DATA = os.environ['CHAT_ROOM_DATA']
DOWNLOADS = os.environ['CHAT_ROOM_DOWNLOADS']
PARTIAL = '.wkdownload'

# What Safari has switched on, and Debian's build has not.
FEATURES = {'FileSystem', 'FileSystemWritableStream', 'AccessHandle', 'StorageAPI', 'StorageAPIEstimate'}


def settings():
    made = WebKit2.Settings()
    features = WebKit2.Settings.get_all_features()
    for index in range(features.get_length()):
        feature = features.get(index)
        if feature.get_identifier() in FEATURES:
            made.set_feature_enabled(feature, True)
    return made


def decide_policy(_view, decision, kind):
    """A response that asks to be a download is one."""
    if kind != WebKit2.PolicyDecisionType.RESPONSE:
        return False
    headers = decision.get_response().get_http_headers()
    disposition = headers.get_one('content-disposition') if headers else None
    if not (disposition or '').startswith('attachment') and decision.is_mime_type_supported():
        return False
    decision.download()
    return True


def new_view(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True, settings=settings())
    view.connect('decide-policy', decide_policy)
    window = Gtk.Window()
    window.set_default_size(1200, 800)
    window.add(view)
    window.show_all()
    return view


def automation_started(_context, session):
    info = WebKit2.ApplicationInfo()
    info.set_name('chat-room')
    info.set_version(1, 0, 0)
    session.set_application_info(info)
    session.connect('create-web-view', new_view)


def download_started(_context, download):
    """As Safari does it: what is not whole has another name, and what failed has none."""
    chosen = []

    def decide_destination(_download, name):
        chosen.append(os.path.join(DOWNLOADS, os.path.basename(name) or 'unnamed'))
        download.set_destination(GLib.filename_to_uri(chosen[0] + PARTIAL))
        return True

    def finished(_download):
        # Told of failed ones too, after what is told of them.
        if chosen:
            os.rename(chosen[0] + PARTIAL, chosen[0])

    def failed(_download, _error):
        if chosen and os.path.exists(chosen[0] + PARTIAL):
            os.remove(chosen[0] + PARTIAL)
        chosen.clear()

    download.connect('decide-destination', decide_destination)
    download.connect('failed', failed)
    download.connect('finished', finished)


manager = WebKit2.WebsiteDataManager(base_data_directory=DATA, base_cache_directory=os.path.join(DATA, 'cache'))
context = WebKit2.WebContext.new_with_website_data_manager(manager)
context.set_automation_allowed(True)
context.connect('automation-started', automation_started)
context.connect('download-started', download_started)
Gtk.main()
