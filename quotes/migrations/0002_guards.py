"""What the database itself refuses, whoever writes: a changed frozen version, a step that the table does not allow,
a decision by somebody who made the version or on another content, a changed acceptance or contract."""

from django.db import migrations

ALLOWED = (
    "accepted>contracted",
    "approved>expired",
    "approved>sent",
    "approved>superseded",
    "approved>withdrawn",
    "changes_requested>superseded",
    "changes_requested>withdrawn",
    "draft>submitted",
    "draft>withdrawn",
    "sent>accepted",
    "sent>declined",
    "sent>expired",
    "sent>superseded",
    "sent>withdrawn",
    "submitted>approved",
    "submitted>changes_requested",
    "submitted>expired",
    "submitted>rejected",
    "submitted>superseded",
    "submitted>withdrawn",
)

FUNCTIONS = """
CREATE FUNCTION quotes_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.sha256 <> '' THEN
            RAISE EXCEPTION 'A submitted version cannot be deleted.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.status <> OLD.status AND NOT (OLD.status || '>' || NEW.status = ANY (ARRAY[ALLOWED])) THEN
        RAISE EXCEPTION 'A version cannot go from % to %.', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'draft' AND (
        to_jsonb(NEW) - ARRAY['status', 'approved_at', 'sent_at', 'sent_by_id', 'accepted_at', 'closed_at', 'closed_by', 'closed_note']
        IS DISTINCT FROM
        to_jsonb(OLD) - ARRAY['status', 'approved_at', 'sent_at', 'sent_by_id', 'accepted_at', 'closed_at', 'closed_by', 'closed_note']
    ) THEN
        RAISE EXCEPTION 'A submitted version is frozen.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quotes_version_guard BEFORE UPDATE OR DELETE ON quotes_quoteversion
    FOR EACH ROW EXECUTE FUNCTION quotes_version_guard();

CREATE FUNCTION quotes_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owner bigint;
BEGIN
    owner := CASE TG_OP WHEN 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
    IF EXISTS (SELECT 1 FROM quotes_quoteversion WHERE id = owner AND status <> 'draft')
       OR TG_OP = 'UPDATE' AND NEW.version_id <> OLD.version_id THEN
        RAISE EXCEPTION 'The lines of a submitted version are frozen.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER quotes_line_guard BEFORE INSERT OR UPDATE OR DELETE ON quotes_quoteline
    FOR EACH ROW EXECUTE FUNCTION quotes_line_guard();

CREATE FUNCTION quotes_approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v quotes_quoteversion;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An approval cannot be deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO v FROM quotes_quoteversion WHERE id = NEW.version_id;
    IF NEW.sha256 <> v.sha256 THEN
        RAISE EXCEPTION 'An approval is bound to the hash of its version.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by_id IS NOT NULL AND (
        NEW.decided_by_id = ANY (v.editor_ids) OR NEW.decided_by_id IN (v.created_by_id, v.submitted_by_id)
    ) THEN
        RAISE EXCEPTION 'Nobody decides on a version that they created, edited or submitted.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.decision <> '' OR NEW.version_id <> OLD.version_id OR NEW.rule <> OLD.rule) THEN
        RAISE EXCEPTION 'A decision is final.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decision <> '' AND v.status <> 'submitted' THEN
        RAISE EXCEPTION 'Only a submitted version can be decided on.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quotes_approval_guard BEFORE INSERT OR UPDATE OR DELETE ON quotes_approval
    FOR EACH ROW EXECUTE FUNCTION quotes_approval_guard();

CREATE FUNCTION quotes_promise_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a promise: it is never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER quotes_acceptance_guard BEFORE UPDATE OR DELETE ON quotes_acceptance
    FOR EACH ROW EXECUTE FUNCTION quotes_promise_guard();
CREATE TRIGGER quotes_contract_guard BEFORE UPDATE OR DELETE ON quotes_contract
    FOR EACH ROW EXECUTE FUNCTION quotes_promise_guard();
CREATE TRIGGER quotes_margin_guard BEFORE UPDATE OR DELETE ON quotes_versionmargin
    FOR EACH ROW EXECUTE FUNCTION quotes_promise_guard();

CREATE FUNCTION quotes_hash_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> (SELECT sha256 FROM quotes_quoteversion WHERE id = NEW.version_id) THEN
        RAISE EXCEPTION '% carries another hash than its version.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quotes_acceptance_hash BEFORE INSERT ON quotes_acceptance
    FOR EACH ROW EXECUTE FUNCTION quotes_hash_guard();
CREATE TRIGGER quotes_contract_hash BEFORE INSERT ON quotes_contract
    FOR EACH ROW EXECUTE FUNCTION quotes_hash_guard();
CREATE TRIGGER quotes_margin_hash BEFORE INSERT ON quotes_versionmargin
    FOR EACH ROW EXECUTE FUNCTION quotes_hash_guard();
"""

DROP = """
DROP FUNCTION quotes_version_guard, quotes_line_guard, quotes_approval_guard, quotes_promise_guard, quotes_hash_guard CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS.replace("ALLOWED", ", ".join(f"'{step}'" for step in ALLOWED)), DROP)]
