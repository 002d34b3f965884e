"""A saved figure becomes one that follows the page, exactly; which figures and outputs count as the same."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes.companions.drawing import drawn, figure_functions
from papernotes.companions.likeness import same_output, same_picture
from papernotes.companions.svg import themed

SAVED = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="72.004pt" height="36pt" viewBox="0 0 72.004 36" \
xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata>
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>
 </metadata>
 <defs>
  <style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>
 </defs>
 <g id="figure_1">
  <g id="patch_1">
   <path d="M 0 36
L 72 36
z
" style="fill: none"/>
  </g>
  <g id="line2d_1">
   <defs>
    <path id="m0a1b" d="M 0 0.004
L 0 -3.5
" style="stroke: #000000; stroke-width: 0.8"/>
   </defs>
   <g>
    <use xlink:href="#m0a1b" x="10.123456" y="20" style="stroke: #000000; stroke-width: 0.8"/>
   </g>
  </g>
  <g id="text_1">
   <!-- a < b -->
   <text style="font-size: 10px; font-family: 'DejaVu Sans', sans-serif; text-anchor: middle" x="10.5" \
y="30" transform="rotate(-0 10.5 30)">a &lt; b &amp; "c"</text>
  </g>
  <g id="text_2">
   <text style="font-size: 10px; font-family: 'DejaVu Sans'" x="3" y="9" \
transform="rotate(-90 3.001 9)">loss</text>
  </g>
  <g id="lines">
   <path d="M 1.005 2e-7 L 3 4" clip-path="url(#p12)" style="fill: none; stroke: #0072B2"/>
   <path d="M 1 2 C 1 2 3 4 5 6 z" clip-path="url(#p12)" style="fill: #d55e00; opacity: 0.3"/>
   <rect x="0" y="0" width="9.999" height="9" fill="#808080" transform="matrix(0.125 0 0 1 2 3)"/>
   <rect x="1" y="0" width="9" height="9" style="fill: #009e73; stroke: #cc79a7"/>
  </g>
 </g>
 <defs>
  <clipPath id="p12">
   <rect x="1" y="1" width="70" height="30"/>
  </clipPath>
 </defs>
</svg>
"""

THEMED = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 36" \
style="fill:currentColor;font-family:inherit;stroke-linejoin:round;stroke-linecap:butt">
<defs>
<path id="demo-small-1" d="M0 0L0 -3.5" style="stroke:currentColor;stroke-width:0.8"/>
</defs>
<use href="#demo-small-1" x="10.12" y="20" style="stroke:currentColor;stroke-width:0.8"/>
<text x="10.5" y="30" style="font-size:10px;text-anchor:middle">a &lt; b &amp; &quot;c&quot;</text>
<text x="3" y="9" transform="rotate(-90 3 9)" style="font-size:10px">loss</text>
<path d="M1 0L3 4" clip-path="url(#demo-small-2)" style="fill:none;stroke:var(--fig-1,#0072b2)"/>
<path d="M1 2C1 2 3 4 5 6z" clip-path="url(#demo-small-2)" style="fill:var(--fig-2,#d55e00);opacity:0.3"/>
<rect x="0" y="0" width="10" height="9" transform="matrix(0.125 0 0 1 2 3)" style="fill:#808080"/>
<rect x="1" y="0" width="9" height="9" style="fill:var(--fig-3,#009e73);stroke:var(--fig-4,#cc79a7)"/>
<defs>
<clipPath id="demo-small-2">
<rect x="1" y="1" width="70" height="30"/>
</clipPath>
</defs>
</svg>
"""


def test_a_saved_figure_becomes_one_that_follows_the_page():
    assert themed(SAVED, "demo-small") == THEMED


def test_nothing_is_fetched_from_elsewhere():
    image = SAVED.replace(
        '<g id="lines">', '<g id="lines"><image xlink:href="http://a.b/c.png" width="1" height="1"/>'
    )
    assert "http" not in themed(image, "demo-small").replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_letters_of_a_word_with_math_are_joined_and_variables_stay():
    spans = "".join(
        f'<tspan x="{x}" y="{y}" style="{style}font-size: 10px; font-family: Sans">{letter}</tspan>'
        for letter, x, y, style in [
            ("t", 0, 0, ""),
            ("o", 4, 0, ""),
            (" ", 10, 0, ""),
            ("a", 26, 0, ""),
            ("t", 13, 0, "font-style: oblique; "),
            ("s", 19, 0, "font-style: oblique; "),
            ("2", 23, -4, ""),
        ]
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>\n {spans}\n</text></svg>'
    upright, slanted = 'style="font-size:10px"', 'style="font-style:oblique;font-size:10px"'
    assert themed(svg, "a").splitlines()[1] == (
        f'<text><tspan x="0" y="0" {upright}>to</tspan><tspan x="26" y="0" {upright}>a</tspan>'
        f'<tspan x="13" y="0" {slanted}>t</tspan><tspan x="19" y="0" {slanted}>s</tspan>'
        f'<tspan x="23" y="-4" {upright}>2</tspan></text>'
    )


def small():
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([0, 1, 2], [0, 1, 4], marker="o", label="seen")
    axes.plot([0, 1, 2], [4, 1, 0], "--", color="C1", label="meant")
    axes.fill_between([0, 1], [0, 1], color="0.5", alpha=0.2, hatch="//")
    axes.set_xlabel("time (s)")
    axes.legend()
    return figure


def test_a_drawn_figure_has_only_theme_colours_local_ids_and_no_font():
    svg = drawn(small, "demo-small")
    root = ElementTree.fromstring(svg)  # noqa: S314 (we wrote it)
    assert root.attrib["viewBox"] == "0 0 374.4 230.4"
    assert not {"width", "height"} & set(root.attrib)
    assert "DejaVu" not in svg
    assert set(re.findall(r"(?<!,)#[0-9a-f]{6}", svg)) == {"#808080"}
    assert set(re.findall(r"var\([^)]*\)", svg)) == {"var(--fig-1,#0072b2)", "var(--fig-2,#d55e00)"}
    ids = re.findall(r' id="([^"]*)"', svg)
    assert ids == [f"demo-small-{index}" for index in range(1, len(ids) + 1)]
    assert set(re.findall(r"(?:url\(|href=\")#([^)\"]*)", svg)) == set(ids)
    assert not re.search(r"\d\.\d{3}", re.sub(r"style=\"[^\"]*\"", "", svg))
    assert len(svg) < 8_000


def test_drawing_twice_gives_the_same_text_whatever_the_settings():
    import matplotlib

    first = drawn(small, "demo-small")
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert drawn(small, "demo-small") == first


def test_a_figure_function_may_ask_for_another_size():
    from matplotlib.figure import Figure

    assert 'viewBox="0 0 144 72"' in drawn(lambda: Figure(figsize=(2, 1)), "a")


def test_a_figure_function_must_return_a_figure():
    with pytest.raises(TypeError, match="must return a matplotlib Figure, not NoneType"):
        drawn(lambda: None, "a")


def test_only_functions_without_arguments_draw():
    class Module:
        pass

    Module.figure_ = Module.figure_data = 3
    Module.figure_b = staticmethod(lambda: None)
    Module.figure_a = staticmethod(lambda size=2: None)
    Module.figure_c = staticmethod(lambda size: None)
    Module.figures = staticmethod(lambda: None)
    module = Module()
    module.__dict__.update(
        {name: getattr(Module, name) for name in vars(Module) if name.startswith("figure")}
    )
    assert list(figure_functions(module)) == ["b", "a"]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (('x="10.12"', 'x="10.13"'), True),
        (('x="10.12"', 'x="11.0"'), True),
        (('x="10.12"', 'x="11.2"'), False),
        (("L3 4", "L3.9 4"), True),
        (("L3 4", "L3 4L3 4"), False),
        (("L3 4", "L3 40"), False),
        (("M1 0L", "M1 -0.01L"), True),
        (("rotate(-90 3 9)", "rotate(-90 3.4 9)"), True),
        (("--fig-2,#d55e00", "--fig-3,#009e73"), False),
        (("stroke-width:0.8", "stroke-width:0.9"), False),
        (("opacity:0.3", "opacity:0.4"), False),
        ((">loss<", ">cost<"), False),
        ((">loss<", "><"), False),
        (("demo-small-2", "demo-small-3"), False),
        (("</svg>", ""), False),
    ],
)
def test_figures_are_the_same_within_one_unit(change, same):
    assert same_picture(THEMED, THEMED.replace(*change)) is same
    assert same_picture(THEMED.replace(*change), THEMED) is same


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("loss 0.51234\n", "loss 0.51235\n", True),
        ("loss 0.512\n", "loss 0.513\n", False),
        ("sum 1.2e-17\n", "sum -3.4e-17\n", True),
        ("gap  0.00\n", "gap -0.00\n", True),
        ("parameters 25,557,032\n", "parameters 25,557,031\n", False),
        ("loss 0.5\n", "cost 0.5\n", False),
        ("a 1.5\nb 2.5\n", "a 1.5\n", False),
        ("a 1.5\n", "a 1.5 2.5\n", False),
        ("a 1.5\n\nb", "a 1.5\nb", False),
        ("−3.0001", "−3.0002", True),
        ("−3.0001", "3.0001", False),
        ("", "", True),
        ("", "x", False),
    ],
)
def test_outputs_are_the_same_to_a_thousandth(old, new, same):
    assert same_output(old, new) is same
    assert same_output(new, old) is same


@given(st.text(alphabet="ab 0123456789.,-−+eE\n\t", max_size=40))
def test_every_output_is_the_same_as_itself(text):
    assert same_output(text, text)


@given(st.floats(1e-3, 1e6), st.floats(-1e-4, 1e-4))
def test_last_digits_may_differ(number, error):
    assert same_output(f"loss {number:.6f}", f"loss {number * (1 + error):.6f}")
