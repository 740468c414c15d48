"""No circle and at most five levels among customers, whoever writes: the database itself says so."""

from django.db import migrations

CREATE = """
CREATE FUNCTION customers_guard_tree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above int; below int; circle boolean;
BEGIN
    IF NEW.parent_id IS NULL THEN RETURN NEW; END IF;
    -- Two changes at once could close a circle that neither sees: they wait for each other, then look.
    PERFORM pg_advisory_xact_lock(hashtextextended('customer tree', 0));
    WITH RECURSIVE up (id, parent_id, level) AS (
        SELECT id, parent_id, 1 FROM customers_customer WHERE id = NEW.parent_id
        UNION ALL
        SELECT customer.id, customer.parent_id, up.level + 1
          FROM up JOIN customers_customer customer ON customer.id = up.parent_id
         WHERE up.id <> NEW.id AND up.level < 10
    )
    SELECT max(level), bool_or(id = NEW.id) INTO above, circle FROM up;
    IF circle THEN
        RAISE EXCEPTION 'customer % would stand above itself', NEW.slug USING ERRCODE = 'check_violation';
    END IF;
    WITH RECURSIVE down (id, level) AS (
        SELECT NEW.id, 1
        UNION ALL
        SELECT customer.id, down.level + 1
          FROM down JOIN customers_customer customer ON customer.parent_id = down.id
         WHERE down.level < 10
    )
    SELECT max(level) INTO below FROM down;
    IF above + below > 5 THEN
        RAISE EXCEPTION 'customer % would make a tree of more than 5 levels', NEW.slug USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER customers_guard_tree BEFORE INSERT OR UPDATE OF parent_id ON customers_customer
    FOR EACH ROW EXECUTE FUNCTION customers_guard_tree();
"""

DROP = """
DROP TRIGGER customers_guard_tree ON customers_customer;
DROP FUNCTION customers_guard_tree();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
