from core.pdf.fonts import missing


def test_the_font_draws_what_quotes_are_written_in():
    assert missing("Ünïcødé Straße Ж Ω € £ ¥ ₩ ₹ – · × ± “quoted” Łódź") == ""


def test_what_it_cannot_draw_is_named_once():
    assert missing("東\U0001f600東\U0001f600a") == "\U0001f600"
