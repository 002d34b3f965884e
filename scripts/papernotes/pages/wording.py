"""Every phrase that generated pages show to a reader, in each edition's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one edition; ``{…}`` marks what is filled in."""

    # navigation and page titles
    site: str
    home: str
    notes: str
    concepts: str
    guide: str
    reference: str
    bibliography: str
    glossary: str
    numbers: str
    questions: str
    tags: str
    rules: str
    # header card
    version: str
    depth: str
    official_code: str
    companion: str
    draft: str
    # ledger
    what: str
    value: str
    source: str
    quoted: str
    recomputed: str
    recomputed_page: str
    both: str
    unverified: str
    note: str
    # references and bibliography
    references: str
    in_bibliography: str
    cited_by: str
    our_note: str
    bibliography_intro: str
    # glossary
    glossary_intro: str
    introduced: str
    also: str
    # numbers, questions, tags
    numbers_intro: str
    questions_intro: str
    open_questions: str
    answered_questions: str
    no_open_questions: str
    tags_intro: str
    nothing_yet: str
    # banners and the language switch
    untranslated: str
    outdated: str
    english_page: str
    and_others: str
    comma: str
    colon: str


_EN = Words(
    site="Paper Notes",
    home="Home",
    notes="Papers",
    concepts="Concepts",
    guide="Guide",
    reference="Reference",
    bibliography="Bibliography",
    glossary="Glossary",
    numbers="Numbers",
    questions="Questions",
    tags="Tags",
    rules="Rules",
    version="Read: {}",
    depth="Pass {} of 3",
    official_code="Official code",
    companion="Companion code",
    draft="This note is a draft: it is incomplete and has not been checked in full.",
    what="What",
    value="Value",
    source="Source",
    quoted="quoted from {}",
    recomputed="recomputed by {}",
    recomputed_page="recomputed",
    both="{0} and {1}",
    unverified="not verified ({})",
    note="Note",
    references="References",
    in_bibliography="Entry",
    cited_by="Cited by",
    our_note="Our note",
    bibliography_intro="Every work that the notes cite, newest first.",
    glossary_intro="The terms of the notes, each in English and Chinese.",
    introduced="Introduced in",
    also="Also: {}.",
    numbers_intro=(
        "Every number that the notes rest on, with where it comes from: quoted from a place in the paper, "
        "recomputed by the note's companion, or both."
    ),
    questions_intro="Every question that the notes answer, the open ones first.",
    open_questions="Open",
    answered_questions="Answered",
    no_open_questions="No question is open.",
    tags_intro="The notes by subject.",
    nothing_yet="Nothing here yet.",
    untranslated="",
    outdated="",
    english_page="",
    and_others="et al.",
    comma=", ",
    colon=": ",
)

_ZH = Words(
    site="论文笔记",
    home="首页",
    notes="论文",
    concepts="概念",
    guide="指南",
    reference="索引",
    bibliography="参考文献",
    glossary="术语表",
    numbers="数字",
    questions="问题",
    tags="标签",
    rules="检查规则",
    version="所读版本：{}",
    depth="已读 {} 遍（共 3 遍）",
    official_code="官方代码",
    companion="配套代码",
    draft="本篇笔记仍是草稿：内容尚不完整，也未全部核对。",
    what="内容",
    value="数值",
    source="来源",
    quoted="引自 {}",
    recomputed="由 {} 重新计算",
    recomputed_page="重新计算",
    both="{0}，并{1}",
    unverified="未核实（{}）",
    note="笔记",
    references="参考文献",
    in_bibliography="条目",
    cited_by="引用者",
    our_note="我们的笔记",
    bibliography_intro="各篇笔记引用的全部文献，按年份从新到旧排列。",
    glossary_intro="笔记中的术语，中英对照。",
    introduced="首次提出：",
    also="又称{}。",
    numbers_intro="各篇笔记所依据的全部数字及其来源：引自论文某处，由笔记的配套代码重新计算，或两者兼有。",
    questions_intro="各篇笔记回答的全部问题，尚未解决的排在前面。",
    open_questions="尚未解决",
    answered_questions="已有回答",
    no_open_questions="目前没有未解决的问题。",
    tags_intro="按主题查找笔记。",
    nothing_yet="暂无内容。",
    untranslated="本页尚无中文版，以下为英文原文。",
    outdated="本页翻译之后，英文原文有过改动。",
    english_page="查看英文版",
    and_others="等",
    comma="、",
    colon="：",
)

WORDING: Mapping[str, Words] = MappingProxyType({"en": _EN, "zh": _ZH})
"""Phrases by edition."""

LANGUAGE_NAMES: Mapping[str, str] = MappingProxyType({"en": "English", "zh": "中文"})
"""What the language switch calls each edition."""

_TAGS_ZH: Mapping[str, str] = MappingProxyType(
    {
        "vision": "视觉",
        "language": "语言",
        "detection": "目标检测",
        "generative": "生成模型",
        "architecture": "网络结构",
        "training": "训练",
        "attention": "注意力",
        "diffusion": "扩散模型",
        "optimisation": "优化",
        "method": "方法",
    }
)


def words(edition: str) -> Words:
    """The phrases of an edition; English for an edition that has none."""
    return WORDING.get(edition, _EN)


def tag_name(tag: str, edition: str) -> str:
    """What an edition calls a tag: a tag without a translation keeps its own name."""
    return _TAGS_ZH.get(tag, tag) if edition == "zh" else tag
