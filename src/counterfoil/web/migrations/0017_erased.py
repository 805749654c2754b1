from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0016_reports"),
    ]

    operations = [
        migrations.AddField(
            model_name="firm",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
    ]
