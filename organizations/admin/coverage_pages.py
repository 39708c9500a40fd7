"""五级链条覆盖: how far the tree reaches into the quarters, community by community."""

from django.urls import reverse

from organizations.admin.tree_pages import OrganizationsView

COLUMNS = ("quarters", "own", "joint", "instructed", "bare", "buildings", "groups")


class CoverageView(OrganizationsView):
    """Each community's quarters by who stands for them, and its groups beside its buildings."""

    def get(self, request):
        bodies = self.visible.standing().filter(community__isnull=False)
        buildings, groups = dict(bodies.building_counts()), dict(bodies.group_counts())
        rows = [covered(row, buildings, groups) for row in bodies.with_coverage().select_related("community")]
        rows.sort(key=lambda row: (-row["bare_share"], row["name"]))
        total = {column: sum(row[column] for row in rows) for column in COLUMNS}
        return self.answer(
            "coverage",
            title="五级链条覆盖",
            rows=rows,
            total={**total, "parts": parts(total)},
            back=self.address("changelist"),
        )


def covered(row, buildings, groups):
    bare = row.quarter_count - row.own_count - row.joint_count - row.instructed_count
    counts = {
        "quarters": row.quarter_count,
        "own": row.own_count,
        "joint": row.joint_count,
        "instructed": row.instructed_count,
        "bare": bare,
        "buildings": buildings.get(row.pk, 0),
        "groups": groups.get(row.pk, 0),
    }
    listing = f"{reverse('admin:grids_quarter_changelist')}?community__id__exact={row.community.pk}"
    return {
        **counts,
        "pk": row.pk,
        "name": row.community.name,
        "body": row.name,
        "listing": listing,
        "parts": parts(counts),
        "bare_share": bare / row.quarter_count if row.quarter_count else 0,
        "tone": "bad" if bare else "warn" if row.instructed_count else "ok",
    }


def parts(counts):
    """The bar's stretches: {tone, x, width} in 0-100."""
    x, drawn = 0, []
    for name, tone in (("own", "ok"), ("joint", "half"), ("instructed", "warn"), ("bare", "bad")):
        width = round(100 * counts[name] / counts["quarters"], 2) if counts["quarters"] else 0
        drawn.append({"tone": tone, "x": x, "width": width})
        x += width
    return drawn
