"""光荣榜 and 星级公示: what everybody may see; by name only whoever agreed to it."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.views.generic import ListView

from volunteers.models import Star, Volunteer
from volunteers.services.people import is_minor
from volunteers.services.stars import thresholds
from volunteers.words import hours

PER_PAGE = 30


class HonourListView(ListView):
    """The highest star of everybody who agreed to be named (个人信息保护法 art. 25); minors under their masked name."""

    template_name = "volunteers/honours.html"
    paginate_by = PER_PAGE

    def get_queryset(self):
        awarded = Star.objects.awarded().filter(volunteer__is_honoured=True, volunteer__left_on=None)
        higher = Star.objects.awarded().filter(volunteer=OuterRef("volunteer"), level__gt=OuterRef("level"))
        rows = awarded.filter(~Exists(higher)).select_related("volunteer__community")
        return rows.order_by("-level", "-minutes", "pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        stars, today = list(context["object_list"]), timezone.localdate()
        people = Volunteer.objects.filter(pk__in=[star.volunteer_id for star in stars]).with_hours(today)
        served = {row.pk: row.voluntary_minutes for row in people}
        context["rows"] = [
            {
                "star": star,
                "volunteer": star.volunteer,
                "name": star.volunteer.masked_name if is_minor(star.volunteer, today) else star.volunteer.name,
                "hours": hours(served[star.volunteer_id]),
            }
            for star in stars
        ]
        return context


class StarListView(ListView):
    """公示: masked names of those who agreed to be named, codes of the others."""

    template_name = "volunteers/stars.html"
    paginate_by = PER_PAGE

    def get_queryset(self):
        rows = Star.objects.published().select_related("volunteer__community")
        return rows.order_by("published_until", "-level", "pk")

    def get_context_data(self, **kwargs):
        steps = [(f"{'一二三四五'[level - 1]}星", needed // 60) for level, needed in thresholds().items()]
        return super().get_context_data(steps=steps, **kwargs)
