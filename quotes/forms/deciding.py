"""What people type when they decide on a version or send it on."""

from typing import Any

from django import forms


class DecisionForm(forms.Form):
    """An approver's answer; a refusal says why."""

    decision = forms.ChoiceField(
        choices=[("approve", "Approve"), ("request_changes", "Request changes"), ("reject", "Reject")],
        error_messages={"required": "Choose approve, request changes or reject."},
    )
    comment = forms.CharField(
        max_length=2000, required=False, strip=True, label="Comment", widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") in ("request_changes", "reject") and not data.get("comment"):
            self.add_error("comment", "Comment is needed: tell the rep what to change, or why not.")
        return data


class LinkForm(forms.Form):
    """For whom another customer link is, and what it allows."""

    name = forms.CharField(max_length=120, label="Name")
    email = forms.EmailField(label="E-mail")
    title = forms.CharField(max_length=120, label="Title", required=False)
    right = forms.ChoiceField(label="May", choices=[("view", "read"), ("sign", "read and accept")])
