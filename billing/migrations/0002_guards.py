"""What the ledger itself refuses, whoever writes: a changed or deleted contract."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION billing_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger never changes or deletes a contract.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER billing_ledger_guard BEFORE UPDATE OR DELETE ON billing_ledgercontract
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION billing_ledger_guard CASCADE")]
