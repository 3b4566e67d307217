import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0003_lapsed_right'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='lapsedright',
            name='code',
            field=models.CharField(choices=[('permit', 'the taker has no valid permit for this waste'), ('room', "the taker's permit has no tonnes left this year"), ('taker', 'the offer is for listed firms only, and the taker stands on no list'), ('holder', 'the need is for listed firms only, and the holder stands on no list'), ('use', 'this use of the material has been prohibited')], max_length=6, verbose_name='right'),
        ),
        migrations.CreateModel(
            name='LapseLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taken_up_at', models.DateTimeField(verbose_name='taken up at')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('lapse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='matching.lapsedright', verbose_name='lapsed right of a proposal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'letter on a lapsed right',
                'verbose_name_plural': 'letters on lapsed rights',
                'constraints': [models.UniqueConstraint(fields=('lapse', 'person'), name='lapse_letter_once')],
            },
        ),
    ]
