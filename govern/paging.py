from django.core.paginator import Paginator
from django.utils.functional import cached_property


class CappedPaginator(Paginator):
    """Counts no further than CAP rows and leads no further: nobody turns so many pages, and to count a million rows
    takes longer than to show fifty. `is_capped`: there are more.
    """

    CAP = 10_000

    @cached_property
    def _counted(self):
        return self.object_list.order_by().values("pk")[: self.CAP + 1].count()

    @property
    def is_capped(self):
        return self._counted > self.CAP

    @cached_property
    def count(self):
        return min(self._counted, self.CAP)
