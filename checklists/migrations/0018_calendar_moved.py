from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("checklists", "0017_category_codes"), ("organizations", "0020_working_calendar")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("CalendarDay")]),
    ]
