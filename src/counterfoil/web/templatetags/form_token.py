"""The token of a form, which Django asks of each: here it also says for whom the form was shown.

It takes the place of Django's own tag in every template, so that no form can be without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from counterfoil.web.desk import SHOWN_FOR

if TYPE_CHECKING:
    from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Write the CSRF token, and at a desk its mark."""
    token = SafeString(CsrfTokenNode().render(context))
    desk = context.get("desk")
    if not token or desk is None:
        return token
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, SHOWN_FOR, desk.mark)
