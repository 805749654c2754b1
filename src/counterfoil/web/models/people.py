"""Who uses Counterfoil: people, firms, their roles, and the Xero organisations of a firm."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes people; their e-mail address is their name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:  # noqa: ANN401 -- Django's signature
        """Make a person who signs in with this address, compared without regard to case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:  # noqa: ANN401 -- Django's signature
        """Make the person who looks after the server."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by address, as it was stored."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address; there are no user names."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email


class Vendor(models.Model):
    """The maker of a practice system, who sets up firms through the API."""

    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Firm(models.Model):
    """A law practice. ``key`` names it on the command line where there are several.

    ``vendor`` is who set it up through the API, if somebody did.
    ``two_people``: remapping, undoing many and posting anew take two (``counterfoil.web.seconds``).
    ``erased_at``: nothing is left of it but its audit chain (``services.erasing``).
    """

    key = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=200)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="firms", null=True)
    two_people = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="firm_key")
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person may do in a firm."""

    OWNER = "owner", "Owner"
    BOOKKEEPER = "bookkeeper", "Bookkeeper"
    STAFF = "staff", "Staff"
    AUDITOR = "auditor", "Auditor"


class Membership(models.Model):
    """A person's role in a firm; one role in each."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="memberships", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    created_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="membership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Joining(models.Model):
    """Somebody whom a firm lets in and who has not joined it: a membership that is not one yet.

    They had an account before, and no firm knows whose it really is. They join with the firm's own
    link, signed in; until then they see nothing of the firm.
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="joinings", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="joinings")
    role = models.CharField(max_length=16, choices=Role.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "user"], name="joining_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="joining_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Organisation(models.Model):
    """One Xero tenant of a firm, for example one per division.

    ``tenant_id`` is Xero's, empty before the first connection; what is linked belongs to it.
    ``contacts_mark`` is the Xero time up to which the contact mirror is read. The three about a
    restore are set together (``records.Restored``). ``paused_at`` is set while
    the workers are kept from posting, ``paused_by`` with it if a person keeps them from it; a firm
    that begins is kept from it until somebody has looked at what would go (``services.pausing``).
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="organisations", db_index=False)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True, default="")
    tenant_id = models.CharField(max_length=64, blank=True, default="")
    base_currency = models.CharField(max_length=3, blank=True, default="")
    contacts_mark = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    restored_fence = models.PositiveBigIntegerField(null=True)
    restored_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "key"], name="organisation_key")]

    def __str__(self) -> str:
        return self.name or self.key


class Business(models.Model):
    """What every business table carries."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
