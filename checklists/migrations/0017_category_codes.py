from django.db import migrations


def number(apps, schema_editor):
    """01, 02 … for the classes in their order, 0101, 0102 … for the kinds within."""
    Category = apps.get_model("checklists", "Category")
    for at, each in enumerate(Category.objects.filter(parent=None).order_by("order", "pk"), 1):
        Category.objects.filter(pk=each.pk).update(code=f"{at:02}")
        for place, kind in enumerate(Category.objects.filter(parent=each).order_by("order", "pk"), 1):
            Category.objects.filter(pk=kind.pk).update(code=f"{at:02}{place:02}")


class Migration(migrations.Migration):
    dependencies = [("checklists", "0016_receivers")]
    operations = [migrations.RunPython(number, migrations.RunPython.noop)]
