"""Hand-offs from before steps carried what they send: what was read back moves to the delivery, open ones get a body."""

from django.db import migrations


def forwards(apps, schema_editor):
    step_model = apps.get_model("billing", "DeliveryStep")
    for step in step_model.objects.filter(name="read_back").select_related("delivery"):
        if step.state == "done":
            held = {name: step.answer[name] for name in ("sha256", "terms_sha256") if name in step.answer}
            type(step.delivery).objects.filter(pk=step.delivery_id).update(held=held, read_at=step.done_at)
        step.delete()
    for step in step_model.objects.filter(name="create_contract", body={}):
        contract = step.delivery.contract
        step.title, step.call = "Create the contract", "ledger.create"
        step.body = {
            "contract": contract.number,
            "customer": contract.customer.slug,
            "replaces": "",
            "sha256": contract.sha256,
            "terms_sha256": contract.terms_sha256,
            "terms": contract.terms,
        }
        step.save(update_fields=["title", "call", "body"])


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_connections")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
