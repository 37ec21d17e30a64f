from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0015_editions'),
    ]

    operations = [
        migrations.AddField(
            model_name='load',
            name='everything',
            field=models.BooleanField(default=False, help_text='Of a volume, taken too.', verbose_name='documents that are no cables'),
        ),
    ]
