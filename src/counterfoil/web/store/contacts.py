"""The mirror of Xero's contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.records import MirrorContact
from counterfoil.web import models
from counterfoil.web.store.base import Base, chunks, reads, writes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

AT_A_TIME = 1_000
"""Rows in one INSERT."""
COLUMNS = ("contact_id", "name", "folded", "number", "status", "merged_to")


class Contacts(Base):
    """The part of the port that knows Xero's contacts."""

    @reads
    def mirror(
        self, *, numbers: Collection[str], folded: Collection[str], ids: Collection[str] = ()
    ) -> tuple[MirrorContact, ...]:
        """Return mirrored contacts with one of these numbers, folded names or ContactIDs."""
        found: dict[str, MirrorContact] = {}
        asked = {"number": set(numbers) - {""}, "folded": set(folded), "contact_id": set(ids)}
        for column, values in asked.items():
            for some in chunks(values):
                rows = models.ContactMirror.objects.using(self.using).filter(
                    organisation_id=self.organisation_id, **{f"{column}__in": some}
                )
                found.update((v[0], MirrorContact(*v)) for v in rows.values_list(*COLUMNS))
        return tuple(contact for _, contact in sorted(found.items()))

    def mirror_mark(self) -> dt.datetime | None:
        """Return the Xero time up to which the mirror is read."""
        organisations = models.Organisation.objects.using(self.using)
        return organisations.values_list("contacts_mark", flat=True).get(pk=self.organisation_id)

    @writes
    def mirror_store(self, contacts: Sequence[MirrorContact], mark: dt.datetime) -> None:
        """Add or replace contacts and move the mark."""
        newest = {contact.contact_id: contact for contact in contacts}
        models.ContactMirror.objects.using(self.using).bulk_create(
            [
                models.ContactMirror(
                    **self._owner, **{column: getattr(contact, column) for column in COLUMNS}
                )
                for _, contact in sorted(newest.items())
            ],
            batch_size=AT_A_TIME,
            update_conflicts=True,
            unique_fields=["organisation", "contact_id"],
            update_fields=COLUMNS[1:],
        )
        organisations = models.Organisation.objects.using(self.using)
        organisations.filter(pk=self.organisation_id).update(contacts_mark=mark)
