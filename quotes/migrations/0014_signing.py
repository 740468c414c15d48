"""Signatures, the codes that go before them, what customers ask, and links that customers forward."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER quotes_signature_guard BEFORE UPDATE OR DELETE ON quotes_signature
    FOR EACH ROW EXECUTE FUNCTION quotes_promise_guard();
CREATE TRIGGER quotes_signature_hash BEFORE INSERT ON quotes_signature
    FOR EACH ROW EXECUTE FUNCTION quotes_hash_guard();
"""
DROP = """
DROP TRIGGER quotes_signature_guard ON quotes_signature;
DROP TRIGGER quotes_signature_hash ON quotes_signature;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0013_ramps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Countersigning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RoomMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('question', 'Question'), ('changes', 'Wish for changes'), ('options', 'Wish for options')], default='question', max_length=10)),
                ('line', models.CharField(blank=True, max_length=60)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('method', models.CharField(choices=[('typed', 'Typed'), ('drawn', 'Drawn')], default='typed', max_length=8)),
                ('drawing', models.TextField(blank=True)),
                ('code_verified_at', models.DateTimeField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('address', models.CharField(blank=True, max_length=45)),
                ('user_agent', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('total', models.DecimalField(decimal_places=3, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name='SigningCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='roomlink',
            name='forwarded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='forwarded', to='quotes.roomlink'),
        ),
        migrations.AddField(
            model_name='roomlink',
            name='order',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='roomlink',
            name='seed',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='roomlink',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='roomlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('created_by__isnull', False), ('forwarded_by', None)), models.Q(('created_by', None), ('forwarded_by__isnull', False), ('right', 'view')), _connector='OR'), name='link_made_by_seller_or_forwarded_to_read'),
        ),
        migrations.AddField(
            model_name='countersigning',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='countersigning',
            name='version',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='countersigning', to='quotes.quoteversion'),
        ),
        migrations.AddField(
            model_name='roommessage',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='roommessage',
            name='link',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='quotes.roomlink'),
        ),
        migrations.AddField(
            model_name='roommessage',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='quotes.quoteversion'),
        ),
        migrations.AddField(
            model_name='signature',
            name='link',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='quotes.roomlink'),
        ),
        migrations.AddField(
            model_name='signature',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signature',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='quotes.quoteversion'),
        ),
        migrations.AddField(
            model_name='signingcode',
            name='link',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='quotes.roomlink'),
        ),
        migrations.AddConstraint(
            model_name='roommessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='message_answered_whole_or_not'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('version', 'user'), name='signature_once_per_user'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('link__isnull', False), ('user', None)), models.Q(('link', None), ('user__isnull', False)), _connector='OR'), name='signature_of_customer_or_seller'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('drawing', ''), ('method', 'typed')), models.Q(('method', 'drawn'), models.Q(('drawing', ''), _negated=True)), _connector='OR'), name='signature_drawn_has_drawing'),
        ),
        migrations.RunSQL(GUARDS, DROP),
    ]
