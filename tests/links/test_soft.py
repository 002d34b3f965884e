"""Pages that are not there and say so with success, and living pages that look like them."""

from __future__ import annotations

import pytest

from links.conftest import Asking
from links.web import MISSING, Answer, Request, to

LOREM = (
    "the network learns a small correction to its input and adds it back so that gradients reach early layers"
)


def page(title: str, text: str, more: str = "") -> Answer:
    return Answer(
        200, f"<!doctype html><html><head><title>{title}</title></head><body>{more}<p>{text}</body></html>"
    )


SORRY = page(
    "Lost", "Sorry, we could not find what you are looking for. Try the search, or go back to the start."
)
SHELL = Answer(
    200,
    '<title>App</title><div id="root"></div><script src="/app.js"></script><noscript>Enable it</noscript>',
)
TINY = Answer(200, "not found", {"Content-Type": "text/plain"})


def everything_but(living: dict[str, Answer], otherwise):
    return lambda request: living.get(request.target) or otherwise(request)


def test_the_same_page_for_everything(ask: Asking) -> None:
    ask.web.hosts["a.example"] = everything_but({"/alive": page("Alive", LOREM)}, lambda r: SORRY)
    assert ask.kinds(*(f"http://a.example{path}" for path in ("/", "/alive", "/dead", "/x/dead.html"))) == [
        "ok", "ok", "soft 404", "soft 404"
    ]  # fmt: skip
    assert len([line for line in ask.web.asked("a.example") if "papernotes-" in line]) == 1


def test_a_page_that_echoes_its_address_and_the_time(ask: Asking) -> None:
    count = iter(range(100))
    ask.web.hosts["a.example"] = lambda r: page(
        f"{r.target} – lost",
        f"Sorry, we could not find {r.target} (request {next(count)} at 12:0{next(count)}).",
    )
    assert ask.kinds("http://a.example/some-old-page.html") == ["soft 404"]


def test_a_tiny_plain_answer_for_everything(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: TINY if r.headers.get("x") else Answer(200, "Not found")
    assert ask.kinds("http://a.example/dead") == ["soft 404"]


def test_everything_redirects_to_the_front_page(ask: Asking) -> None:
    living = {"/": page("Home", LOREM), "/alive": page("Alive", LOREM)}
    ask.web.hosts["a.example"] = everything_but(living, lambda r: to("/", 302))
    assert ask.kinds("http://a.example/", "http://a.example/alive", "http://a.example/dead") == [
        "ok", "ok", "soft 404"
    ]  # fmt: skip
    (verdict,) = ask("http://a.example/dead")
    assert verdict.reason == "it leads to http://a.example/, as any made-up address of that host does"


def test_everything_redirects_to_a_new_host_for_ever(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: to("https://b.example/")
    ask.web.hosts["b.example"] = lambda r: page("Home", LOREM)
    assert ask.kinds("http://a.example/dead") == [
        "soft 404"
    ]  # not "moved": --fix must not write the front page


@pytest.mark.parametrize("status", [301, 302])
def test_a_page_that_leads_to_the_front_page_is_looked_at_by_a_person(status: int, ask: Asking) -> None:
    answers = {"/old": to("/en/", status), "/en/": page("Home", LOREM), "/index.html": to("/en/", status)}
    ask.web.hosts["a.example"] = lambda r: answers.get(r.target, MISSING)
    (verdict,) = ask("http://a.example/old")
    assert (verdict.kind, verdict.reason) == ("unverifiable", "it leads to the front page of a.example")
    assert ask.kinds("http://a.example/index.html") == ["moved" if status == 301 else "ok"]


def test_a_host_that_moved_with_all_its_pages(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: to(f"https://b.example{r.target}")
    ask.web.hosts["b.example"] = everything_but({"/alive": page("Alive", LOREM)}, lambda r: MISSING)
    assert ask.kinds("http://a.example/alive", "http://a.example/dead") == ["moved", "dead"]


def test_a_program_in_the_browser_is_not_accused(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: SHELL
    (verdict,) = ask("http://a.example/papers/123")
    assert (verdict.kind, verdict.reason) == ("unverifiable", "its pages are made by scripts")
    assert ask.kinds("http://a.example/", "http://a.example/#/papers/123") == ["ok", "ok"]


def test_living_pages_of_one_template_are_alive(ask: Asking) -> None:
    def answer(request: Request) -> Answer:
        number = request.target.strip("/")
        if number.isdigit():
            return page(
                f"Item {number}",
                f"{LOREM}. {' '.join(chr(97 + int(d)) * 4 for d in number)}",
                "<nav>Home</nav>",
            )
        return SORRY

    ask.web.hosts["a.example"] = answer
    assert ask.kinds("http://a.example/12", "http://a.example/34") == ["ok", "ok"]


def test_a_paper_on_a_host_with_soft_404s_is_alive(ask: Asking) -> None:
    pdf = Answer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"})
    ask.web.hosts["a.example"] = everything_but({"/alive.pdf": pdf}, lambda r: SORRY)
    assert ask.kinds("http://a.example/alive.pdf", "http://a.example/dead.pdf") == ["ok", "soft 404"]
    assert ask.web.asked("a.example")[0] == "HEAD /alive.pdf"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (403, page("Just a moment...", "Checking your browser before accessing a.example.")),
        (200, page("Just a moment...", "Checking your browser before accessing a.example.")),
        (200, page("Library", "One moment", '<script src="/cdn-cgi/challenge-platform/x.js"></script>')),
        (404, Answer(404, "", {"cf-mitigated": "challenge"})),
        (200, page("Are you a robot?", "Please show that you are not.", '<div class="g-recaptcha"></div>')),
    ],
)
def test_a_wall_is_no_death(status: int, answer: Answer, ask: Asking) -> None:
    answer = Answer(status, answer.body, answer.headers)
    ask.web.hosts["a.example"] = lambda r: answer
    (verdict,) = ask("http://a.example/paper")
    assert verdict.kind == "unverifiable"
    assert verdict.reason in {"it asks robots to prove themselves", "it answers 403"}


def test_a_login_in_front_of_everything_is_no_death(ask: Asking) -> None:
    form = page("Welcome", "Who are you?", "<input type=password>")
    ask.web.hosts["a.example"] = lambda r: (
        form if r.target.startswith("/login") else to(f"/login?next={r.target}", 302)
    )
    (verdict,) = ask("http://a.example/paper")
    assert (verdict.kind, verdict.reason) == ("unverifiable", "it asks for a login or for consent")


def test_a_page_with_a_captcha_in_its_form_is_alive(ask: Asking) -> None:
    form = page("Contact", LOREM * 30, '<div class="g-recaptcha"></div>')
    ask.web.hosts["a.example"] = everything_but({"/contact": form}, lambda r: MISSING)
    assert ask.kinds("http://a.example/contact", "http://a.example/contact#x") == ["ok", "no fragment"]


def test_a_busy_host_is_not_called_soft(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: Answer(503) if "papernotes" in r.target else page("A", LOREM)
    assert ask.kinds("http://a.example/page") == ["ok"]
