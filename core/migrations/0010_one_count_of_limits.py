from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0009_webhooks")]

    operations = [
        migrations.DeleteModel("ApiUse"),
        # Counts of a minute or an hour: not worth a log of their own.
        migrations.RunSQL("ALTER TABLE core_spending SET UNLOGGED", "ALTER TABLE core_spending SET LOGGED"),
    ]
