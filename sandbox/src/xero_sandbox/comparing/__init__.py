"""``xero-sandbox compare``: a recorded exchange with live Xero beside the sandbox's own answers."""
