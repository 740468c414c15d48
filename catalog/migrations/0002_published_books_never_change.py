"""A published book, and everything in it, is immutable: the database itself says so."""

from django.db import migrations

CREATE = """
CREATE FUNCTION catalog_guard_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'price book % v% is % and cannot be deleted', OLD.code, OLD.version, OLD.status
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status = 'draft' AND NEW.status <> 'draft' AND NEW.published_by_id = ANY (NEW.author_ids) THEN
        RAISE EXCEPTION 'price book % v%: an author cannot publish it', OLD.code, OLD.version
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'draft' AND NOT (
        to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status'
        AND (NEW.status = OLD.status OR (OLD.status = 'published' AND NEW.status = 'retired'))
    ) THEN
        RAISE EXCEPTION 'price book % v% is % and cannot change', OLD.code, OLD.version, OLD.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER catalog_guard_book BEFORE UPDATE OR DELETE ON catalog_pricebook
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_book();

CREATE FUNCTION catalog_require_draft(book bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
    -- The row lock makes a publication and a write to the contents wait for each other.
    SELECT code, version, status INTO found FROM catalog_pricebook WHERE id = book FOR SHARE;
    IF found.status IS NOT NULL AND found.status <> 'draft' THEN
        RAISE EXCEPTION 'price book % v% is % and its contents cannot change',
            found.code, found.version, found.status USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION catalog_guard_contents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM catalog_require_draft(OLD.book_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM catalog_require_draft(NEW.book_id); END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER catalog_guard_price BEFORE INSERT OR UPDATE OR DELETE ON catalog_price
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_contents();
CREATE TRIGGER catalog_guard_cost BEFORE INSERT OR UPDATE OR DELETE ON catalog_unitcost
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_contents();
CREATE TRIGGER catalog_guard_package BEFORE INSERT OR UPDATE OR DELETE ON catalog_package
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_contents();

CREATE FUNCTION catalog_guard_component() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE package_book bigint; price_book bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT book_id INTO package_book FROM catalog_package WHERE id = OLD.package_id;
        PERFORM catalog_require_draft(package_book);
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    SELECT book_id INTO package_book FROM catalog_package WHERE id = NEW.package_id;
    SELECT book_id INTO price_book FROM catalog_price WHERE id = NEW.price_id;
    PERFORM catalog_require_draft(package_book);
    IF price_book <> package_book THEN
        RAISE EXCEPTION 'a package holds prices of its own book only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER catalog_guard_component BEFORE INSERT OR UPDATE OR DELETE ON catalog_packagecomponent
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_component();
"""

DROP = """
DROP TRIGGER catalog_guard_component ON catalog_packagecomponent;
DROP TRIGGER catalog_guard_package ON catalog_package;
DROP TRIGGER catalog_guard_cost ON catalog_unitcost;
DROP TRIGGER catalog_guard_price ON catalog_price;
DROP TRIGGER catalog_guard_book ON catalog_pricebook;
DROP FUNCTION catalog_guard_component();
DROP FUNCTION catalog_guard_contents();
DROP FUNCTION catalog_require_draft(bigint);
DROP FUNCTION catalog_guard_book();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
