from django.db import models


class Versioned(models.Model):
    """A record that counts its saves, so that two people cannot overwrite each other unseen."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
