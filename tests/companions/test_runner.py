"""Companions that misbehave each give one exact outcome; values are held to the digits shown."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes.companions.agree import disagreement, displayed
from papernotes.companions.outcome import Failure, Outcome, decoded, encoded
from papernotes.companions.run import recompute
from papernotes.corpus.document import Document, FrontMatter, Number, Page
from papernotes.corpus.model import Companion, Corpus
from papernotes.corpus.reference import Bibliography, Glossary
from papernotes.corpus.source import Source


def corpus_of(text, *checks, slug="demo"):
    numbers = tuple(Number(f"n{i}", "what", "1", check=check) for i, check in enumerate(checks))
    path = f"docs/en/papers/{slug}.md"
    page = Page("en", f"papers/{slug}", Source(path, ""), FrontMatter(numbers=numbers), 0, 1, Document())
    companions = {}
    if text is not None:
        source = Source(f"papers/{slug}/companion.py", text)
        companions = {slug: Companion(slug, source, frozenset(checks), frozenset())}
    empty = Source("papers/none", "")
    return Corpus(
        Path("/nowhere"),
        {"en": {page.key: page}},
        Bibliography(empty, {}),
        Glossary(empty, {}),
        companions,
        frozenset(),
    )


def outcome(text, timeout=20.0):
    return recompute(corpus_of(text, "f"), timeout)["demo", "f"]


VALUES = {
    "an integer": ("return 25557032", 25557032),
    "a float": ("return 3.5", 3.5),
    "a large integer": ("return 2**4000", 2**4000),
    "a tuple": ("return (7, 7.5)", (7, 7.5)),
    "a list": ("return [1, 2]", (1, 2)),
    "numpy scalars": ("import numpy as np; return np.float32(0.5), np.int64(3)", (0.5, 3)),
    "a numpy array": ("import numpy as np; return np.arange(3)", (0, 1, 2)),
    "an array without axes": ("import numpy as np; return np.array(4.0)", 4.0),
    "a fraction": ("from fractions import Fraction; return Fraction(1, 4)", 0.25),
    "from its cache": ("return 1\n\nimport functools\nf = functools.cache(f)", 1),
    "a text": ("return 'never'", "never"),
}


@pytest.mark.parametrize("case", VALUES)
def test_what_a_function_returns_becomes_plain(case):
    body, value = VALUES[case]
    found = outcome(f"def f():\n    {body}\n")
    assert found == Outcome(value)
    assert type(found.value) is type(value)


FAILURES = {
    "raises": (
        "def g():\n    raise ValueError('shapes differ\\nat length')\n\ndef f():\n    return g()\n",
        Outcome(None, Failure.RAISED, "ValueError: shapes differ", 2),
    ),
    "raises nothing to say": (
        "def f():\n    assert False\n",
        Outcome(None, Failure.RAISED, "AssertionError", 2),
    ),
    "raises in a library": (
        "import json\n\ndef f():\n    return json.loads('{')\n",
        Outcome(
            None,
            Failure.RAISED,
            "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            4,
        ),
    ),
    "an error that cannot be shown": (
        "class E(Exception):\n    def __str__(self):\n        raise RuntimeError\n\ndef f():\n    raise E\n",
        Outcome(None, Failure.RAISED, "E", 6),
    ),
    "raises at import": ("1 / 0\n", Outcome(None, Failure.IMPORT, "ZeroDivisionError: division by zero", 1)),
    "imports what is not there": (
        "\nimport nosuch\n",
        Outcome(None, Failure.IMPORT, "ModuleNotFoundError: No module named 'nosuch'", 2),
    ),
    "syntax error": (
        "def f():\n    return )\n",
        Outcome(None, Failure.IMPORT, "SyntaxError: unmatched ')'", 2),
    ),
    "exits at import": (
        "import sys\nsys.exit(3)\n",
        Outcome(None, Failure.IMPORT, "SystemExit: 3", 2),
    ),
    "ends the process at import": (
        "import os\nos._exit(3)\n",
        Outcome(None, Failure.IMPORT, "importing it ended the process with code 3"),
    ),
    "prints": (
        "def f():\n    print('half')\n    return 1\n",
        Outcome(1, Failure.PRINTED, "it printed", None, "half\n"),
    ),
    "prints at import": (
        "print('hello')\n\ndef f():\n    return 1\n",
        Outcome(1, Failure.PRINTED, "its module printed when imported", None, "hello\n"),
    ),
    "prints and raises": (
        "def f():\n    print('half')\n    raise KeyError('k')\n",
        Outcome(None, Failure.RAISED, "KeyError: 'k'", 3, "half\n"),
    ),
    "prints what looks like our protocol": (
        'def f():\n    print(\'{"event": "done", "name": "f"}\')\n    return 2\n',
        Outcome(2, Failure.PRINTED, "it printed", None, '{"event": "done", "name": "f"}\n'),
    ),
    "NaN": ("def f():\n    return float('nan')\n", Outcome(None, Failure.NOT_A_NUMBER, "it returned nan")),
    "infinity in a tuple": (
        "def f():\n    return 1, float('-inf')\n",
        Outcome(None, Failure.NOT_A_NUMBER, "it returned -inf"),
    ),
    "complex": (
        "def f():\n    return 1j\n",
        Outcome(None, Failure.NOT_A_NUMBER, "it returned the complex number 1j"),
    ),
    "too large": (
        "def f():\n    return 1 << 5000\n",
        Outcome(None, Failure.NOT_A_NUMBER, "it returned an integer of 5001 bits"),
    ),
    "nothing": (
        "def f():\n    pass\n",
        Outcome(None, Failure.WRONG_TYPE, "it returned NoneType where a number is expected"),
    ),
    "truth": (
        "def f():\n    return True\n",
        Outcome(None, Failure.WRONG_TYPE, "it returned bool where a number is expected"),
    ),
    "a table": (
        "import numpy as np\n\ndef f():\n    return np.eye(2)\n",
        Outcome(None, Failure.WRONG_TYPE, "it returned list where a number is expected"),
    ),
    "an empty tuple": (
        "def f():\n    return ()\n",
        Outcome(None, Failure.WRONG_TYPE, "it returned an empty sequence"),
    ),
    "missing": ("g = 1\n", Outcome(None, Failure.MISSING, "companion.py has no function f")),
    "needs arguments": (
        "def f(x):\n    return x\n",
        Outcome(None, Failure.MISSING, "f cannot be called without arguments"),
    ),
    "exits": (
        "import sys\n\ndef f():\n    sys.exit()\n",
        Outcome(None, Failure.RAISED, "SystemExit", 4),
    ),
    "ends the process": (
        "import os\n\ndef f():\n    os._exit(0)\n",
        Outcome(None, Failure.KILLED, "it ended the process with code 0"),
    ),
    "crashes": (
        "import os, signal\n\ndef f():\n    os.kill(os.getpid(), signal.SIGSEGV)\n",
        Outcome(None, Failure.KILLED, "it was ended by SIGSEGV"),
    ),
    "allocates too much": (
        "def f():\n    return len(bytes(8 << 30))\n",
        Outcome(None, Failure.RAISED, "MemoryError", 2),
    ),
    "prints without end": (
        "import os\n\ndef f():\n    while True:\n        os.write(1, bytes(1 << 20))\n",
        Outcome(None, Failure.RAISED, "OSError: [Errno 27] File too large", 5, "\0" * 400),
    ),
    "closes its output": ("import os\n\ndef f():\n    os.close(1)\n    return 7\n", Outcome(7)),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_companion_that(case):
    text, expected = FAILURES[case]
    assert outcome(text) == expected


HANGS = {
    "in a function": (
        "def f():\n    while True:\n        pass\n",
        Outcome(None, Failure.TIMED_OUT, "it took longer than 0.6 s"),
    ),
    "at import": (
        "import time\ntime.sleep(60)\n",
        Outcome(None, Failure.TIMED_OUT, "importing it took longer than 0.6 s", 2),
    ),
    "deaf to the alarm": (
        "import signal\n\ndef f():\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
        "    while True:\n        pass\n",
        Outcome(None, Failure.TIMED_OUT, "it took longer than 0.6 s and did not react to its alarm"),
    ),
}


@pytest.mark.parametrize("case", HANGS)
def test_a_companion_that_loops_for_ever(case):
    text, expected = HANGS[case]
    found = outcome(text, 0.6)
    line = expected.line or found.line  # whichever line of the loop the alarm found
    assert found == Outcome(None, expected.failure, expected.detail, line)


def test_functions_after_one_that_hangs_or_dies_keep_their_results():
    text = (
        "import os, signal\n\ndef a():\n    return 1\n\ndef b():\n    while True:\n        pass\n\n"
        "def c():\n    os._exit(1)\n\n"
        "def d():\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
        "    while True:\n        pass\n\ndef e():\n    return 5\n"
    )
    found = recompute(corpus_of(text, *"abcde"), 0.6)
    assert [name for _, name in found] == list("abcde")
    assert [o.failure or o.value for o in found.values()] == [
        1,
        Failure.TIMED_OUT,
        Failure.KILLED,
        Failure.TIMED_OUT,
        5,
    ]


def test_a_note_without_companion_is_told_so():
    expected = Outcome(failure=Failure.MISSING, detail="there is no papers/demo/companion.py")
    assert recompute(corpus_of(None, "f")) == {("demo", "f"): expected}


def test_a_check_that_is_no_name_is_told_so():
    expected = Outcome(failure=Failure.MISSING, detail="'a\\x00b' is no function name")
    assert recompute(corpus_of("", "a\0b")) == {("demo", "a\0b"): expected}


CLOCK = "import time\n\ndef f():\n    return time.time_ns()\n"


def test_values_are_remembered_until_the_companion_changes(tmp_path):
    first = recompute(corpus_of(CLOCK, "f"), cache=tmp_path)
    assert recompute(corpus_of(CLOCK, "f"), cache=tmp_path) == first
    assert recompute(corpus_of(CLOCK + "\n", "f"), cache=tmp_path) != first
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"value": NaN}', "[" * 10_000, '{"value": true}', "\0"])
def test_a_damaged_record_is_ignored(tmp_path, damage):
    first = recompute(corpus_of(CLOCK, "f"), cache=tmp_path)
    next(tmp_path.iterdir()).write_text(damage)
    assert recompute(corpus_of(CLOCK, "f"), cache=tmp_path) != first


@pytest.mark.parametrize("case", ["raises", "prints", "NaN", "ends the process"])
def test_failures_are_not_remembered(tmp_path, case):
    recompute(corpus_of(FAILURES[case][0], "f"), cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    assert recompute(corpus_of("def f():\n    return 1\n", "f"), cache=tmp_path / "file") == {
        ("demo", "f"): Outcome(1)
    }


scalars = st.integers(-(2**200), 2**200) | st.floats(allow_nan=False, allow_infinity=False)
values = scalars | st.lists(scalars, min_size=1).map(tuple) | st.text()


@given(st.builds(Outcome, values | st.none(), st.none() | st.sampled_from(Failure), st.text()))
def test_an_outcome_survives_the_protocol(found):
    assert decoded(json.loads(json.dumps(encoded(found)))) == found


READ = {
    "25,557,032": ["25557032"],
    "25\u202f557\u202f032": ["25557032"],
    "3.57 %": ["3.57"],
    "3.8 billion": ["3.8"],
    "724 and 1,135": ["724", "1135"],
    "7 × 7 × 30": ["7", "7", "30"],
    "7x7x30": ["7", "7", "30"],
    "10 × 10": ["10", "10"],
    "28.4 ± 0.2": ["28.4", "0.2"],
    "3-5": ["3", "5"],
    "3–5": ["3", "5"],
    "−5": ["-5"],
    "-5 dB": ["-5"],
    "(1, -2)": ["1", "-2"],
    "1.2×10⁻³": ["0.0012"],
    "1.2 × 10^-3": ["0.0012"],
    "1.2e-3": ["0.0012"],
    "10⁻³": ["0.001"],
    "2^20": ["1048576"],
    "2²⁰": ["1048576"],
    "k = 2, α = 10⁻⁴, β = 0.75": ["2", "0.0001", "0.75"],
    "ResNet-50": [],
    "8 P100 GPUs": ["8"],
    "v1.5": [],
    "m²": [],
    "never": [],
    "": [],
}


@pytest.mark.parametrize("value", READ)
def test_the_numbers_of_a_shown_value(value):
    assert [f"{place.value:f}".rstrip() for place in displayed(value)] == READ[value]


DIFFER = [
    ("25,557,032", 25557032, None),
    ("25,557,032", 25557031, "recomputed 25,557,031"),
    ("3.57 %", 3.5749, None),
    ("3.57 %", 3.5751, "recomputed 3.58 %"),
    ("7 × 7 × 30", (7, 7, 30), None),
    ("7 × 7 × 30", (7, 7, 25), "recomputed 7 × 7 × 25"),
    ("7 × 7 × 30", 1470, "recomputed one number, 1,470, where 3 numbers are shown"),
    ("−5", -5.6, "recomputed −6"),
    ("1.2×10⁻³", 0.00123, None),
    ("1.2×10⁻³", 0.00131, "recomputed 1.3×10⁻³"),
    ("10⁻³", 0.002, "recomputed 0.002"),
    ("2^20", 2.0**20, None),
    ("2^20", 2**20 + 1, "recomputed 1,048,577"),
    ("< 0.1", 0.09, None),
    ("< 0.1", 0.1, "recomputed 0.1"),
    ("≥ 3", 3, None),
    ("0", -0.4, None),
    ("2.67", 2.675, None),  # the binary value lies below the half
    ("2.68", 2.675, None),
    ("never", "never", None),
    ("never", "often", "recomputed 'often'"),
    ("never", 3, "recomputed one number, 3, where no numbers are shown"),
    ("3.8", "3.8", "recomputed the text '3.8' where a number is shown"),
    ("3.8", (1, 2), "recomputed 2 numbers, 1, 2, where one number is shown"),
]


@pytest.mark.parametrize(("value", "result", "text"), DIFFER)
def test_how_a_recomputed_value_differs(value, result, text):
    assert disagreement(Number("a", "b", value), Outcome(result)) == text


def test_what_was_not_recomputed_agrees_with_nothing():
    failed = Outcome(None, Failure.RAISED, "KeyError: 'k'")
    assert disagreement(Number("a", "b", "3"), failed) == "not recomputed, raised: KeyError: 'k'"


moderate = st.floats(-1e12, 1e12)


@given(moderate, st.integers(0, 6), st.sampled_from(["", " %", " × wide"]))
def test_a_value_agrees_with_itself_as_python_prints_it(number, decimals, unit):
    for shown in (
        f"{number:,.{decimals}f}",
        f"{number:.{decimals}f}".replace("-", "−"),
        f"{number:.{decimals}e}",
    ):
        assert disagreement(Number("a", "b", shown + unit), Outcome(number)) is None


@given(st.decimals(-(10**9), 10**9, places=3), st.integers(0, 2))
def test_halves_may_be_rounded_up(number, decimals):
    shown = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert disagreement(Number("a", "b", f"{shown:,}"), Outcome(float(number))) is None


@given(st.integers(0, 10**15), st.integers(1, 10**6), st.integers(0, 4))
def test_a_difference_of_one_in_the_last_digit_is_always_seen(whole, off, decimals):
    shown = f"{Decimal(whole).scaleb(-decimals):,.{decimals}f}"
    other = float(Decimal(whole + off).scaleb(-decimals))
    assert disagreement(Number("a", "b", shown), Outcome(other)) is not None


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5))
def test_several_numbers_are_compared_each(items):
    shown = Number("a", "b", " × ".join(f"{item:,}" for item in items))
    assert disagreement(shown, Outcome(tuple(items))) is None
    moved = (items[0] + 1, *items[1:])
    assert disagreement(shown, Outcome(moved)) == "recomputed " + " × ".join(
        f"{item:,}".replace("-", "−") for item in moved
    )


@given(st.text(alphabet="0123456789.,-−+×x^⁻²³eE%<>≥ a\u202f{}/", max_size=30), values)
def test_no_text_and_no_value_break_the_comparison(text, value):
    found = disagreement(Number("a", "b", text), Outcome(value))
    assert found is None or found.startswith("recomputed ")
