"""People and firms: who may come in, and with which role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import password_validation
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from counterfoil.web import desk as desks
from counterfoil.web import mail
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.models import Joining, Membership, Organisation, Role
from counterfoil.web.services import joining, people, proposing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk
    from counterfoil.web.models import User


class Newcomer(forms.Form):
    """Somebody to let in."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.STAFF)


class Welcome(forms.Form):
    """The first password of somebody who was invited."""

    password = forms.CharField(
        label="Choose a password",
        help_text="At least 12 characters; several words are good.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """Refuse a weak password."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who belongs to the firm."""
    return _show(request, desk, Newcomer())


def _show(
    request: HttpRequest, desk: Desk, form: Newcomer, invitation: str = "", status: int = 200
) -> HttpResponse:
    shown = {
        "members": people.members(desk.firm),
        "waiting": joining.waiting(desk.firm),
        "roles": Role.choices,
        "form": form,
        "invitation": invitation,
        "mailed": mail.configured(),
        "may_change": allows(desk.role, Permission.PEOPLE),
    }
    return render(request, "counterfoil/people.html", shown, status=status)


@page(Permission.PEOPLE, "POST")
def let_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give somebody a role; who has no account yet gets a link to choose a password."""
    form = Newcomer(request.POST)
    if not form.is_valid():
        return _show(request, desk, form, status=422)
    given = form.cleaned_data
    try:
        member = people.let_in(
            desk.firm, given["email"], Role(given["role"]), actor=desk.actor, now=desk.now
        )
    except people.AlreadyIn as refusal:
        form.add_error("email", str(refusal))
        return _show(request, desk, form, status=422)
    if isinstance(member, Joining):
        return _ask_to_join(request, desk, member)
    return _invite(request, desk, member)


def _invite(request: HttpRequest, desk: Desk, member: Membership) -> HttpResponse:
    """Mail the link where there is a mail server, and show it in any case."""
    user = member.user
    path = reverse("welcome", args=people.invitation(member))
    return _handed(request, desk, user, path, "Choose a password here")


def _ask_to_join(request: HttpRequest, desk: Desk, asked: Joining) -> HttpResponse:
    """Do the same for somebody who has an account: the link lets them join, signed in."""
    path = reverse("join", args=[joining.token(asked)])
    return _handed(request, desk, asked.user, path, "Join with the account that you have here")


def _handed(request: HttpRequest, desk: Desk, user: User, path: str, call: str) -> HttpResponse:
    link = f"{settings.COUNTERFOIL.url}{path}"
    if mail.configured():
        letter = _letter(desk, call, link)
        if why := mail.send(user.email, f"{desk.firm.name}: your way in", letter):
            messages.warning(request, f"{why} Hand the link over yourself.")
        else:
            messages.success(request, f"The link was mailed to {user.email}.")
    return _show(request, desk, Newcomer(), link)


def _letter(desk: Desk, call: str, link: str) -> str:
    return (
        f"{desk.user.email} lets you in to the books of {desk.firm.name}, kept with Counterfoil.\n"
        f"\n{call}; the link works once, and for three days:\n\n{link}\n\n"
        "You need no Xero login. If you do not know what this is about, leave it be.\n"
    )


@page(Permission.PEOPLE, "POST")
def asked_to_join(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Give another link to somebody who has not joined yet, or ask them no more."""
    asked = Joining.objects.filter(firm=desk.firm, pk=pk).select_related("user").first()
    if asked is None:
        raise Http404
    if request.POST.get("do") == "link":
        return _ask_to_join(request, desk, asked)
    if request.POST.get("do") == "none":
        joining.ask_no_more(asked, actor=desk.actor, now=desk.now)
        messages.success(request, f"{asked.user.email} is not asked any more.")
    return redirect("people")


@page(Permission.PEOPLE, "POST")
def two(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say whether remapping, undoing many and posting anew take two people."""
    wanted = "two" in request.POST
    try:
        proposing.want_two(desk.firm, two=wanted, actor=desk.actor, now=desk.now)
    except proposing.NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        said = "It takes two people now." if wanted else "One person may act alone now."
        messages.success(request, said)
    return redirect("people")


@page(Permission.PEOPLE, "POST")
def change(request: HttpRequest, desk: Desk, member: int) -> HttpResponse:
    """Change a role, help with a lost password or second factor, or end a membership."""
    membership = Membership.objects.filter(firm=desk.firm, pk=member).select_related("user").first()
    if membership is None:
        raise Http404
    wanted = request.POST.get("role", "")
    try:
        if wanted in Role.values:
            people.set_role(membership, Role(wanted), actor=desk.actor, now=desk.now)
            messages.success(request, f"{membership.user.email} is now {Role(wanted).label}.")
        elif wanted == "password" and membership.user != desk.user:
            people.forget_password(membership, actor=desk.actor, now=desk.now)
            return _invite(request, desk, membership)
        elif wanted == "factor" and membership.user != desk.user:
            people.forget_factor(membership, actor=desk.actor, now=desk.now)
            who = membership.user.email
            messages.success(request, f"{who} signs in with the password, and sets up a new one.")
        elif wanted == "none":
            people.let_go(membership, actor=desk.actor, now=desk.now)
            messages.success(request, f"{membership.user.email} does not belong to the firm now.")
    except (people.LastOwner, people.ElsewhereToo) as refusal:
        messages.error(request, str(refusal))
    return redirect("people")


@page(Permission.SEE, "POST", anywhere=True)
def work_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Go over to another of one's firms, or to another organisation of the firm.

    Organisations are called by keys that are the firm's of which the page was shown.
    """
    named = request.POST.get("organisation", "")
    if named:
        return _work_for(request, desks.shown_for(request) or desk, named)
    chosen = Membership.objects.filter(user=desk.user, firm__key=request.POST.get("firm", ""))
    membership = chosen.first()
    if membership is None:
        raise Http404
    request.session[desks.FIRM] = membership.firm_id
    request.session.pop(desks.ORGANISATION, None)
    return redirect("overview")


def _work_for(request: HttpRequest, desk: Desk, named: str) -> HttpResponse:
    """Go over to an organisation of the firm, and on to the page that was meant there."""
    organisation = Organisation.objects.filter(firm=desk.firm, key=named).first()
    if organisation is None:
        raise Http404
    request.session[desks.FIRM] = desk.firm.pk
    request.session[desks.ORGANISATION] = organisation.pk
    meant = request.POST.get("to", "")
    return redirect(meant if meant in desks.PAGES else "overview")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """Let somebody who was invited choose their password; the link works once."""
    return choose_password(request, people.invited(name, token), then="Sign in with it.")


def choose_password(request: HttpRequest, user: User | None, *, then: str) -> HttpResponse:
    """Let whoever a link is for choose a password; None stands for a link that is worth nothing."""
    if user is None:
        return render(request, "counterfoil/welcome.html", {"stale": True}, status=404)
    form = Welcome(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "counterfoil/welcome.html", {"form": form, "invited": user})
    people.choose_password(user, form.cleaned_data["password"], now=timezone.now())
    messages.success(request, f"Your password is set. {then}")
    # Through the front door, so that somebody with two-factor sign-in is asked for the code.
    return redirect("account_login")


@login_required
def no_firm(request: HttpRequest) -> HttpResponse:
    """Tell somebody who is signed in and belongs to no firm what to do."""
    if desks.of(request) is not None:
        return redirect("overview")
    return render(request, "counterfoil/no_firm.html")
