import re

from django.test import Client


def test_pages_allow_own_files_only(db):
    policy = Client().get("/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_pages_carry_no_inline_style_or_script(ada, client_of):
    page = client_of(ada).get("/styleguide/").content.decode()
    assert not re.search(r'\sstyle="|<style|<script(?! src=)|\son\w+="|javascript:', page)


def test_the_style_guide_is_for_people_with_a_role(dan, client_of):
    assert client_of(dan).get("/styleguide/").status_code == 404
    assert Client().get("/styleguide/").status_code == 302
