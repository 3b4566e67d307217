"""Write the open listings to files, by which a single listing finds who may fit without asking the database."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from listings.models import Listing
from matching.single.standing import write_index


class Command(BaseCommand):
    help = "Write the index by which one new or changed listing is matched quickly; for a clock, on large sites."

    def handle(self, *args: Any, **options: Any) -> None:
        countries = Listing.objects.published().order_by().values_list("site__country", flat=True).distinct()
        for country in sorted(countries):
            began = time.perf_counter()
            place = write_index(country)
            self.stdout.write(f"{country}: written to {place} in {time.perf_counter() - began:.1f} s")
