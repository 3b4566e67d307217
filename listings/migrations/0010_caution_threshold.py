from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('listings', '0009_targets'),
    ]

    operations = [
        migrations.AddField(
            model_name='caution',
            name='threshold',
            field=models.DecimalField(blank=True, decimal_places=6, help_text='Empty: any figure above zero counts.', max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='overlooked up to'),
        ),
        migrations.AddField(
            model_name='caution',
            name='threshold_unit',
            field=models.CharField(blank=True, max_length=20, verbose_name='unit of the threshold'),
        ),
        migrations.AddField(
            model_name='caution',
            name='threshold_basis',
            field=models.CharField(blank=True, choices=[('ar', 'as received'), ('dry', 'dry'), ('', 'no basis')], help_text='Empty: any basis.', max_length=3, verbose_name='basis of the threshold'),
        ),
    ]
