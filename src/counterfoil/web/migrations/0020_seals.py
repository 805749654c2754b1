from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0019_nightly"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="seal",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="request",
            name="seal",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
