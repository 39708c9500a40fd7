"""公示清单: what communities have put up, for everybody. Only the columns chosen there, and no row that is not open."""

from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.views.generic import ListView

from checklists.columns import LISTS, words
from checklists.models import Publication
from checklists.views import visits

LONGEST_SEARCH = 40


class ListHomeView(ListView):
    """Every community that has put up a list; the reader's own first."""

    template_name = "checklists/list_home.html"
    queryset = Publication.objects.public().select_related("community__street").order_by("community__code")

    def get_context_data(self, **kwargs):
        mine, _ = visits.place(self.request)
        shelves = {}
        for row in self.object_list:
            row.title = LISTS[row.checklist].title
            shelves.setdefault(row.community, []).append(row)
        order = list(LISTS)
        for rows in shelves.values():
            rows.sort(key=lambda row: order.index(row.checklist))
        shelves = sorted(shelves.items(), key=lambda shelf: shelf[0] != mine)
        return super().get_context_data(shelves=shelves, mine=mine, **kwargs)


class ListDetailView(ListView):
    """One community's list. `?q=` searches in the columns that are shown and nowhere else; `?s=` is its facet."""

    template_name = "checklists/list_detail.html"
    paginate_by = 20

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rows = Publication.objects.public().select_related("community")
        self.publication = get_object_or_404(rows, community__code=kwargs["code"], checklist=kwargs["checklist"])
        self.community = self.publication.community
        self.checklist = LISTS[self.publication.checklist]
        self.columns = self.checklist.chosen(self.publication.columns)
        self.words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]

    def published(self):
        return apps.get_model("checklists", self.checklist.model).objects.published(self.community)

    def facets(self):
        """[(value, label, count)] of the facet; none where its own column is not shown: a filter would tell it."""
        facet = self.checklist.facet
        own = [column for column in self.checklist.columns if column.key == facet]
        if any(column not in self.columns for column in own):
            return []
        labels = dict(self.published().model._meta.get_field(facet).flatchoices)
        counts = self.published().order_by().values_list(facet).annotate(count=Count("pk"))
        return sorted(((value, labels[value], count) for value, count in counts), key=lambda row: -row[2])

    def get_queryset(self):
        rows = self.published().with_columns()
        self.found = self.facets()
        self.chosen = self.request.GET.get("s", "")
        if self.chosen in {value for value, _, _ in self.found}:
            rows = rows.filter(**{self.checklist.facet: self.chosen})
        else:
            self.chosen = ""
        lookups = [lookup for column in self.columns for lookup in column.lookups]
        if self.words and lookups:
            rows = rows.filter(reduce(or_, (Q(**{f"{lookup}__icontains": self.words}) for lookup in lookups)))
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = context["object_list"]
        return {
            **context,
            "community": self.community,
            "checklist": self.checklist,
            "publication": self.publication,
            "facets": self.found,
            "chosen": self.chosen,
            "words": self.words,
            "can_search": any(column.lookups for column in self.columns),
            "heads": [column.head for column in self.columns],
            "rows": [[(column.head, words(column.read(row))) for column in self.columns] for row in rows],
            "siblings": self.siblings(),
        }

    def siblings(self):
        """The community's other public lists."""
        rows = Publication.objects.public().filter(community=self.community).exclude(pk=self.publication.pk)
        keys = set(rows.values_list("checklist", flat=True))
        return [each for key, each in LISTS.items() if key in keys]
