"""Regenerating writes what companions print and draw, once; what is stale is found and nothing else."""

import shutil

import pytest

from papernotes.companions.regen import CompanionError, regenerate, stale
from papernotes.diagnostics import Diagnostic

COMPANION = """\
def figure_line():
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([0, 1, 2], [0, 1, 4])
    return figure


if __name__ == "__main__":
    print("loss", 0.512345)
"""
HINT = "papernotes regen demo"
OUTPUT = Diagnostic(
    "papers/demo/output.txt", 1, 1, "R107", "output.txt must be what the companion prints", HINT
)
FIGURE = Diagnostic("papers/demo/line.svg", 1, 1, "R107", "figure must be what the companion draws", HINT)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "papers/demo").mkdir(parents=True)
    (tmp_path / "papers/demo/companion.py").write_text(COMPANION)
    return tmp_path


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    (root / "papers/demo").mkdir(parents=True)
    (root / "papers/demo/companion.py").write_text(COMPANION)
    list(regenerate(root))
    return root


@pytest.fixture
def made(made_once, tmp_path):
    """A copy of a repository whose output and figure are up to date."""
    return shutil.copytree(made_once, tmp_path / "made")


def contents(root):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.glob("papers/*/*")}


def test_regenerating_twice_changes_nothing(root):
    written = list(regenerate(root))
    assert [line.partition(", ")[0] for line in written] == [
        "papers/demo/output.txt: written",
        "papers/demo/line.svg: written",
    ]
    before = contents(root)
    assert sorted(before) == ["companion.py", "line.svg", "output.txt"]
    assert list(regenerate(root, ["demo"])) == [
        "papers/demo/output.txt: unchanged",
        "papers/demo/line.svg: unchanged",
    ]
    assert contents(root) == before
    assert stale(root) == ()


def test_what_was_never_made_is_stale_and_looking_writes_nothing(root):
    assert stale(root) == (FIGURE, OUTPUT)
    assert list(contents(root)) == ["companion.py"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("[0, 1, 4]", "[0, 1.2, 4]"), (FIGURE,)),
        (("[0, 1, 4]", "[0, 1.0001, 4]"), ()),
        (("axes.plot(", "axes.scatter("), (FIGURE,)),
        (("0.512345", "0.522345"), (OUTPUT,)),
        (("0.512345", "0.512346"), ()),
        (("'loss'", "'cost'"), ()),
        (('"loss"', '"cost"'), (OUTPUT,)),
    ],
)
def test_a_change_is_found_stale_and_a_last_digit_is_not(made, change, found):
    (made / "papers/demo/companion.py").write_text(COMPANION.replace(*change))
    assert stale(made, ["demo"]) == found


ONCE = """\
from functools import cache

runs = []


@cache
def experiment():
    runs.append("a run")
    return [0, 1, 4]


def figure_line():
    from matplotlib import pyplot

    print("drawing")
    figure, axes = pyplot.subplots()
    axes.plot(experiment())
    axes.set_title(" and ".join(runs))
    return figure


if __name__ == "__main__":
    print(sum(experiment()))
    runs.append("no other")
"""


def test_figures_are_drawn_from_what_the_script_has_computed_and_print_nothing(root):
    (root / "papers/demo/companion.py").write_text(ONCE)
    list(regenerate(root))
    assert (root / "papers/demo/output.txt").read_text() == "5\n"
    assert ">a run and no other<" in (root / "papers/demo/line.svg").read_text()


def test_windows_line_ends_are_not_stale(made):
    for name in ("output.txt", "line.svg"):
        path = made / "papers/demo" / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert stale(made) == ()


BROKEN = """\
def figure_good():
    from matplotlib.figure import Figure
    return Figure()


def figure_bad():
    raise ValueError("no data")


if __name__ == "__main__":
    print("half")
    raise KeyError("weights")
"""


def test_what_cannot_be_made_is_said_and_the_rest_is_written(root):
    (root / "papers/demo/companion.py").write_text(BROKEN)
    (root / "papers/demo/output.txt").write_text("old\n")
    lines = []
    with pytest.raises(CompanionError, match=r"^could not make papers/demo/output.txt, papers/demo/bad.svg$"):
        list(iter_into(lines, regenerate(root)))
    assert lines == [
        "papers/demo/output.txt: failed: KeyError: 'weights'",
        "papers/demo/good.svg: written, 0.2 kB",
        "papers/demo/bad.svg: failed: ValueError: no data (companion.py:7)",
    ]
    assert (root / "papers/demo/output.txt").read_text() == "old\n"
    assert [(fault.path, fault.message) for fault in stale(root)] == [
        (
            "papers/demo/bad.svg",
            "bad.svg must be made anew by its companion: ValueError: no data (companion.py:7)",
        ),
        ("papers/demo/output.txt", "output.txt must be made anew by its companion: KeyError: 'weights'"),
    ]


def iter_into(lines, source):
    """Keep what a generator gave before it failed."""
    for line in source:
        lines.append(line)
        yield from ()


def test_a_companion_that_cannot_be_imported_is_said_once_for_its_figures(root):
    (root / "papers/demo/companion.py").write_text("import nosuch\n")
    assert [str(fault) for fault in stale(root)] == [
        "papers/demo/companion.py:1:1: R107 companion.py must run to its end: "
        "ModuleNotFoundError: No module named 'nosuch' (companion.py:1)",
        "papers/demo/output.txt:1:1: R107 output.txt must be made anew by its companion: "
        "ModuleNotFoundError: No module named 'nosuch'",
    ]


def test_an_unknown_slug_is_said(root):
    lines = []
    with pytest.raises(CompanionError):
        list(iter_into(lines, regenerate(root, ["nosuch"])))
    assert lines == ["papers/nosuch/companion.py: failed: there is no such file"]


def test_an_empty_repository_has_nothing_to_do(tmp_path):
    assert list(regenerate(tmp_path)) == []
    assert stale(tmp_path) == ()
