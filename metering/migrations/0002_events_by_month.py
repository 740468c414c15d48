import django.db.models.deletion
from django.db import migrations, models

# What was recorded before is kept: set aside, and put into the new tables.
SET_ASIDE = """
CREATE TABLE metering_event_before AS SELECT * FROM metering_usageevent;
CREATE TABLE metering_daily_before AS SELECT * FROM metering_dailyusage;
"""

# No primary key: one could only be unique together with the time. metering_eventkey makes events unique.
EVENTS_BY_MONTH = """
CREATE TABLE metering_usageevent (
    key uuid NOT NULL,
    series_id bigint NOT NULL,
    time timestamptz NOT NULL,
    day date NOT NULL,
    value numeric(30, 6) NOT NULL,
    item varchar(200) NOT NULL,
    outcome_key varchar(200) NOT NULL,
    voided boolean NOT NULL,
    source varchar(120) NOT NULL,
    event_id varchar(200) NOT NULL,
    recorded_at timestamptz NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX event_by_series_and_time ON metering_usageevent (series_id, time);
CREATE INDEX event_by_outcome_key ON metering_usageevent (outcome_key) WHERE outcome_key <> '';
"""

PUT_BACK = """
DO $$
DECLARE
    month date;
BEGIN
    FOR month IN
        SELECT DISTINCT date_trunc('month', time AT TIME ZONE 'UTC')::date FROM metering_event_before
         UNION SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month')::date
                 FROM generate_series(0, 3) AS n
    LOOP
        EXECUTE format('CREATE TABLE metering_usageevent_%s PARTITION OF metering_usageevent FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, 'YYYY_MM'), month || ' UTC', (month + interval '1 month')::date || ' UTC');
    END LOOP;
END $$;

INSERT INTO metering_series (customer_id, meter_id, dimensions)
SELECT customer_id, meter_id, dimensions FROM metering_event_before
 UNION SELECT customer_id, meter_id, dimensions FROM metering_daily_before;

INSERT INTO metering_usageevent
SELECT substring(encode(sha256(convert_to(char_length(source) || ':' || source || event_id, 'UTF8')), 'hex') for 32)::uuid,
       series.id, time, (time AT TIME ZONE 'UTC')::date, value, '', '', false, source, event_id, recorded_at
  FROM metering_event_before JOIN metering_series series USING (customer_id, meter_id, dimensions);

INSERT INTO metering_eventkey (key, kind, series_id, time, voided)
SELECT key, 1, series_id, time, false FROM metering_usageevent;

INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
SELECT series.id, day, 'live', value, events
  FROM metering_daily_before JOIN metering_series series USING (customer_id, meter_id, dimensions);

INSERT INTO metering_watermark (customer_id, meter_id, data_date, complete_through, late_events, recorded_at)
SELECT customer_id, meter_id, max(day), max(day) - 2, 0, now() FROM metering_daily_before GROUP BY customer_id, meter_id;

DROP TABLE metering_event_before, metering_daily_before;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_meters_derive'),
        ('customers', '0001_initial'),
        ('metering', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(SET_ASIDE),
        migrations.DeleteModel('UsageEvent'),
        migrations.DeleteModel('DailyUsage'),
        migrations.CreateModel(
            name='UsageVoid',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=120)),
                ('event_id', models.CharField(max_length=200)),
                ('target', models.UUIDField(db_index=True)),
                ('target_id', models.CharField(max_length=200)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('time', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dimensions', models.JSONField(blank=True, default=dict)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.meter')),
            ],
        ),
        migrations.CreateModel(
            name='EventKey',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField(choices=[(0, 'Voided before it arrived'), (1, 'Event'), (2, 'Void')])),
                ('time', models.DateTimeField(null=True)),
                ('voided', models.BooleanField(default=False)),
                ('series', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='metering.series')),
            ],
        ),
        migrations.CreateModel(
            name='DailyUsage',
            fields=[
                ('pk', models.CompositePrimaryKey('series', 'day', 'storage', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('storage', models.CharField(default='live', max_length=12)),
                ('value', models.DecimalField(decimal_places=6, max_digits=30)),
                ('events', models.IntegerField()),
                ('series', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='metering.series')),
            ],
        ),
        migrations.CreateModel(
            name='Attribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome_key', models.CharField(max_length=200)),
                ('day', models.DateField(null=True)),
                ('value', models.DecimalField(decimal_places=6, default=0, max_digits=30)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.meter')),
                ('series', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='metering.series')),
            ],
        ),
        migrations.CreateModel(
            name='SourceDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=120)),
                ('day', models.DateField()),
                ('accepted', models.PositiveBigIntegerField(default=0)),
                ('duplicates', models.PositiveBigIntegerField(default=0)),
                ('rejected', models.PositiveBigIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'day'), name='source_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Watermark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_date', models.DateField()),
                ('complete_through', models.DateField()),
                ('late_events', models.PositiveBigIntegerField(default=0)),
                ('revised_from', models.DateField(null=True)),
                ('revised_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.meter')),
            ],
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.UniqueConstraint(fields=('customer', 'meter', 'dimensions'), name='series_once'),
        ),
        migrations.AddConstraint(
            model_name='eventkey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 1), ('series__isnull', False), ('time__isnull', False)), models.Q(models.Q(('kind', 1), _negated=True), ('series__isnull', True), ('time__isnull', True)), _connector='OR'), name='key_of_an_event_says_where_it_is'),
        ),
        migrations.AddConstraint(
            model_name='attribution',
            constraint=models.UniqueConstraint(fields=('customer', 'meter', 'outcome_key'), name='attribution_once_per_key'),
        ),
        migrations.AddConstraint(
            model_name='attribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('series__isnull', True), ('value', 0)), models.Q(('day__isnull', False), ('series__isnull', False)), _connector='OR'), name='attribution_says_where_it_counts'),
        ),
        migrations.AddConstraint(
            model_name='watermark',
            constraint=models.UniqueConstraint(fields=('customer', 'meter'), name='watermark_once'),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(EVENTS_BY_MONTH, 'DROP TABLE metering_usageevent')],
            state_operations=[
                migrations.CreateModel(
                    name='UsageEvent',
                    fields=[
                        ('key', models.UUIDField(primary_key=True, serialize=False)),
                        ('time', models.DateTimeField()),
                        ('day', models.DateField()),
                        ('value', models.DecimalField(decimal_places=6, max_digits=30)),
                        ('item', models.CharField(blank=True, max_length=200)),
                        ('outcome_key', models.CharField(blank=True, max_length=200)),
                        ('voided', models.BooleanField(default=False)),
                        ('source', models.CharField(max_length=120)),
                        ('event_id', models.CharField(max_length=200)),
                        ('recorded_at', models.DateTimeField()),
                        ('series', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='metering.series')),
                    ],
                ),
                migrations.AddIndex(
                    model_name='usageevent',
                    index=models.Index(fields=['series', 'time'], name='event_by_series_and_time'),
                ),
                migrations.AddIndex(
                    model_name='usageevent',
                    index=models.Index(condition=models.Q(('outcome_key', ''), _negated=True), fields=['outcome_key'], name='event_by_outcome_key'),
                ),
            ],
        ),
        migrations.RunSQL(PUT_BACK),
    ]
