"""首接规则: what, where and to whom, and the question “这件事会先给谁”."""

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from grids import codebook
from grids.addresses import find_buildings
from grids.forms.duties import DAY, DAY_ERRORS
from grids.models import Building, Community, Duty, Grid, Route

SHOWN_HITS = 8


class RouteForm(forms.ModelForm):
    """`matter` is subject and code in one choice by name. Who is named is chosen once the rule has its area."""

    matter = forms.ChoiceField(label="什么事", required=False, widget=UnfoldAdminSelectWidget)
    user = None  # set by the admin, for the areas that may be chosen

    class Meta:
        model = Route
        fields = ["name", "matter", "community", "grid", "kind", "duty", "is_active"]
        help_texts = {
            "community": "这个社区的事用这条规则。社区和网格都不选就是全部社区，只有平台管理员可以设。",
            "grid": "只管一个网格的选这里，不用再选社区。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "matter" in self.fields:
            self._offer_matters()
        if "duty" in self.fields:
            self._offer_people()

    def _offer_matters(self):
        held = f"{self.instance.subject}:{self.instance.code}" if self.instance.pk else ""
        held = "" if held == "any:" else held
        choices = codebook.choices()
        flat = {key for each in choices for key in ([each[0]] if isinstance(each[1], str) else dict(each[1]))}
        if held not in flat:
            choices.append((held, codebook.spoken(self.instance, {})))
        self.fields["matter"].choices, self.initial["matter"] = choices, held
        self.fields["matter"].error_messages["invalid_choice"] = "没有这个类别，请重新选。"

    def _offer_people(self):
        field, route = self.fields["duty"], self.instance
        field.label_from_instance = lambda duty: f"{duty.get_kind_display()} {duty.name}（{duty.ground}，{duty.span}）"
        field.help_text = "不指定就给当时担任这项职责的人。"
        communities = Community.objects.filter(pk=route.community_id)
        if route.grid_id:
            communities = route.grid.communities.all()
        rows = Duty.objects.visible_to(self.user).in_communities(communities.order_by().values("pk"))
        rows = rows.current() | rows.filter(pk=route.duty_id)
        field.queryset = rows.select_related("grid", "building__quarter").order_by("kind", "name", "pk")

    def clean_name(self):
        return self.cleaned_data["name"].strip()

    def clean(self):
        cleaned = super().clean()
        if "matter" in cleaned:
            subject, _, code = (cleaned["matter"] or "any:").partition(":")
            self.instance.subject, self.instance.code = subject, code
        if cleaned.get("duty"):
            self.instance.kind = cleaned["kind"] = cleaned["duty"].kind
        if {"community", "grid"} & set(self.errors) or "community" not in self.fields:
            return cleaned
        community, grid = cleaned.get("community"), cleaned.get("grid")
        if community and grid:
            self.add_error("grid", "社区和网格只选一个。")
        elif not community and not grid and not Route.objects.may_hold_everywhere(self.user, "grids.change_route"):
            self.add_error("community", "请选社区或网格。全部社区通用的规则由平台管理员设。")
        return cleaned


class TryForm(forms.Form):
    """Who would get this? `place` is a grid's name, or quarter and building; `grid` or `building` picks one hit."""

    matter = forms.ChoiceField(label="什么事")
    place = forms.CharField(label="在哪里", max_length=60, help_text="网格名称，或小区加楼栋号，如：红星苑3栋")
    on = forms.DateField(label="哪天", required=False, error_messages=DAY_ERRORS, **DAY)
    grid = forms.IntegerField(required=False, widget=forms.HiddenInput)
    building = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.hits = user, []
        groups = [each for each in codebook.choices() if not isinstance(each[1], str)]
        self.fields["matter"].choices = groups
        self.fields["matter"].error_messages = {
            "required": "请选一类事。",
            "invalid_choice": "没有这个类别，请重新选。",
        }
        self.fields["place"].error_messages["required"] = "请填网格，或小区和楼栋号。"
        self.initial["on"] = timezone.localdate()

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        self.hits = self._found(cleaned)
        if not self.hits:
            self.add_error("place", "没有找到，或不在您的辖区。请核对网格名称，或小区和楼栋号。")
        return cleaned

    def _found(self, cleaned):
        grids = Grid.objects.visible_to(self.user).in_use().filter(level=Grid.Level.COMMUNITY)
        buildings = Building.objects.visible_to(self.user).active().select_related("quarter__community", "grid__parent")
        if cleaned.get("grid"):
            return list(grids.filter(pk=cleaned["grid"]))
        if cleaned.get("building"):
            return list(buildings.filter(pk=cleaned["building"]))
        words = cleaned["place"].replace(" ", "")
        exact = list(grids.filter(name=words)[:2])
        if len(exact) == 1:
            return exact
        found = list(grids.filter(name__icontains=words).order_by("code")[:SHOWN_HITS])
        hits = find_buildings(cleaned["place"], user=self.user, limit=SHOWN_HITS - len(found))
        return found + [hit.building for hit in hits]
