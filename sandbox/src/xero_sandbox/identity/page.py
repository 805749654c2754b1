"""The pages that a browser sees: consent, and the refusal of a wrong authorisation request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from string import Template

from xero_sandbox.identity.grants import User
from xero_sandbox.wire import Answer

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}

_LAYOUT = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; background: #eef1f4; color: #1b2733; margin: 0; }
main { max-width: 30rem; margin: 3rem auto; padding: 2rem; background: #fff; border-radius: .5rem;
       box-shadow: 0 1px 4px #0003; }
h1 { font-size: 1.3rem; margin: 0 0 1rem; }
.note { font-size: .85rem; color: #55636f; border-top: 1px solid #d5dbe1; padding-top: 1rem; }
fieldset { border: 1px solid #d5dbe1; border-radius: .3rem; margin: 1rem 0; }
label { display: block; padding: .3rem 0; }
ul { padding-left: 1.2rem; }
button { font: inherit; padding: .5rem 1.1rem; border-radius: .3rem; border: 1px solid #0f5c8c;
         background: #fff; color: #0f5c8c; cursor: pointer; }
button.main { background: #0f5c8c; color: #fff; }
form.aside { margin-top: 1.5rem; }
</style>
</head>
<body><main>
<h1>$title</h1>
$content
<p class="note">This is xero_sandbox, a local stand-in. It is not Xero, and nothing you allow here
touches a real organisation.</p>
</main></body>
</html>
""")

_CONSENT = Template("""<p><strong>$app</strong> wants access to one of your organisations.
You are signed in as <strong>$user</strong> ($email).</p>
<form method="post" action="$action">
$hidden
<input type="hidden" name="sandbox_user" value="$user_id">
<fieldset><legend>Organisation</legend>
$organisations
</fieldset>
<details><summary>What it asks for</summary><ul>
$scopes
</ul></details>
<p><button class="main" type="submit" name="decision" value="allow"$disabled>Allow access</button>
<button type="submit" name="decision" value="cancel">Cancel</button></p>
</form>
<form class="aside" method="get" action="$action">
$hidden
<p>$others</p>
</form>
""")


# Not verified, see consent-page.
def consent_page(
    action: str,
    parameters: Mapping[str, str],
    user: User,
    others: Iterable[User],
    organisations: Iterable[tuple[str, str]],
) -> Answer:
    """Return the consent page.

    Its first form posts to ``action`` with the authorisation request in hidden fields,
    ``tenant_id`` as radio buttons (``organisations``: tenant id and name) and the buttons
    ``decision=allow`` and ``decision=cancel``; its second signs in as another user.
    """
    radios = list(organisations)
    content = _CONSENT.substitute(
        app=escape(parameters["client_id"]),
        user=escape(user.name),
        email=escape(user.email),
        user_id=escape(user.user_id),
        action=escape(action),
        hidden="\n".join(_hidden(name, value) for name, value in parameters.items()),
        organisations="\n".join(_radio(i, *each) for i, each in enumerate(radios)) or _NONE,
        scopes="\n".join(f"<li>{escape(each)}</li>" for each in parameters["scope"].split()),
        disabled="" if radios else " disabled",
        others="\n".join(_sign_in(each) for each in others),
    )
    return _page(200, "Allow access to your organisation", content)


# Not verified, see authorise-refusal.
def refusal_page(error: str, explanation: str) -> Answer:
    """Return the page that Xero shows instead of sending the browser to a wrong address."""
    content = f"<p>Error: <code>{escape(error)}</code></p><p>{escape(explanation)}</p>"
    return _page(400, "Sorry, something went wrong", content)


def welcome_page(address: str, organisations: Iterable[tuple[str, str]]) -> Answer:
    """Return the front page: what answers here, and the organisations by tenant id and name."""
    rows = "\n".join(
        f"<li>{escape(name)}: <code>{escape(tenant_id)}</code></li>"
        for tenant_id, name in organisations
    )
    content = _WELCOME.substitute(address=escape(address), rows=rows or "<li>none yet</li>")
    return _page(200, "xero_sandbox", content)


_NONE = "<p>There is no organisation yet. Make one with POST /_sandbox/organisations.</p>"

_WELCOME = Template("""<p>Xero's three hosts answer on this one address:</p>
<ul>
<li><code>$address/identity/connect/authorize</code></li>
<li><code>$address/connect/token</code> and <code>/connect/revocation</code></li>
<li><code>$address/connections</code></li>
<li><code>$address/api.xro/2.0/</code></li>
<li><a href="/.well-known/openid-configuration">OpenID discovery</a></li>
</ul>
<p>Any client id and secret will do. Organisations (tenant ids):</p>
<ul>
$rows
</ul>
<p><a href="/_sandbox/">Look into the books</a> ·
<a href="/_sandbox/calls">Requests so far</a> · <a href="/_sandbox/faults">Faults</a></p>
""")


def _page(status: int, title: str, content: str) -> Answer:
    body = _LAYOUT.substitute(title=escape(title), content=content).encode()
    return Answer(status, HEADERS, body)


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def _radio(place: int, tenant_id: str, name: str) -> str:
    checked = " checked" if place == 0 else ""
    value = escape(tenant_id)
    field = f'<input type="radio" name="tenant_id" value="{value}" required{checked}>'
    return f"<label>{field} {escape(name)}</label>"


def _sign_in(user: User) -> str:
    value = escape(user.user_id)
    words = f"Sign in as {escape(user.name)} instead"
    return f'<button type="submit" name="sandbox_user" value="{value}">{words}</button>'
