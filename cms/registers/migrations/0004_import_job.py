from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0003_import_run'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='job',
            field=models.CharField(blank=True, max_length=64, verbose_name="job in the worker's queue"),
        ),
        migrations.AlterField(
            model_name='batch',
            name='without_notice',
            field=models.CharField(blank=True, help_text='For what the law lets take effect at once, and for what took effect before it was kept here.', max_length=250, verbose_name='reason for leaving out the notice'),
        ),
    ]
