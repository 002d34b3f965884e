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
    map: str
    paths: str
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
    # the map of papers, the surroundings of a page, reading paths
    map_intro: str
    map_list: str
    map_wanted: str
    map_invite: str
    add_note: str
    no_note: str
    builds_on: str
    continued_by: str
    around: str
    local_map: str
    local_caption: str
    more_on_map: str
    mentioned: str
    read_next: str
    next_on_path: str
    next_builds: str
    next_base: str
    next_mentions: str
    paths_intro: str
    step: str
    previous: str
    following: str
    # the index of notes, misreadings, flashcards, files
    library: str
    library_intro: str
    title: str
    authors: str
    year: str
    venue: str
    status: str
    status_complete: str
    status_draft: str
    passes: str
    by_year: str
    misreadings: str
    misreadings_intro: str
    in_note: str
    share: str
    flashcards: str
    flashcards_intro: str
    flashcards_anki: str
    deck_questions: str
    deck_terms: str
    deck_numbers: str
    card_show: str
    card_again: str
    card_good: str
    card_left: str
    card_done: str
    card_read: str
    data: str
    data_intro: str
    data_notes: str
    data_schema: str
    data_ledger: str
    data_references: str
    data_cards: str
    data_feed: str
    data_by_note: str
    as_files: str
    feed_subtitle: str
    # banners and the language switch
    untranslated: str
    outdated: str
    english_page: str
    and_others: str
    comma: str
    colon: str
    stop: str
    again: str


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
    map="Map of papers",
    paths="Reading paths",
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
    map_intro=(
        "Who builds on whom: years run downwards, and a line leads from a work to one that builds on it. A "
        "filled box is a note. A hollow one is a work that has none yet; it leads to the bibliography. Point "
        "at a box, or reach it with the Tab key, to see its own lines. [The same as a list](#list)."
    ),
    map_list="The map as a list",
    map_wanted="Works without a note",
    map_invite=(
        "Notes build on these works, and nobody has written one about them; those that most notes build on "
        "come first."
    ),
    add_note="Add a note",
    no_note="No note yet",
    builds_on="Builds on",
    continued_by="Continued by",
    around="Around this page",
    local_map="What this paper builds on, and the notes that build on it",
    local_caption=(
        "Above: what this paper builds on. Below: the notes that build on it. Hollow boxes have no note "
        "yet. {}"
    ),
    more_on_map="The whole map",
    mentioned="Notes that mention this",
    read_next="Read next",
    next_on_path="next on the path {}",
    next_builds="builds on this paper",
    next_base="this paper builds on it",
    next_mentions="mentions this page",
    paths_intro="Ways through the notes, each for a question; every step says what to take along from it.",
    step="{0}, step {1} of {2}",
    previous="Previous: {}",
    following="Next: {}",
    library="All notes",
    library_intro="Every note; with scripts the table can be filtered and sorted.",
    title="Title",
    authors="Authors",
    year="Year",
    venue="Venue",
    status="Status",
    status_complete="complete",
    status_draft="draft",
    passes="Pass",
    by_year="By year",
    misreadings="Misreadings",
    misreadings_intro="What is often said about these papers and is not so, with what they say.",
    in_note="In the note",
    share="Link to this misreading",
    flashcards="Flashcards",
    flashcards_intro=(
        "Cards made from the questions, the glossary and the ledgers. What you knew comes back "
        "later, what you did not know comes back today. Your progress stays in this browser."
    ),
    flashcards_anki="Get the cards for Anki",
    deck_questions="Questions",
    deck_terms="Terms",
    deck_numbers="Numbers",
    card_show="Show the answer (space)",
    card_again="Again (1)",
    card_good="Knew it (2)",
    card_left="cards left today",
    card_done="Nothing left for today.",
    card_read="Read more",
    data="Take away",
    data_intro=(
        "The notes as files. A newer set of flashcards updates the cards that Anki has. "
        "The figures and texts are under CC BY 4.0."
    ),
    data_notes="all notes with their works and numbers",
    data_schema="what notes.json holds, as a JSON Schema",
    data_ledger="every number with its source",
    data_references="the bibliography as BibTeX",
    data_cards="the flashcards as a package for Anki",
    data_feed="new and changed notes as an Atom feed",
    data_by_note="Each note",
    as_files="This note and its numbers as files",
    feed_subtitle="New and changed notes on papers.",
    untranslated="",
    outdated="",
    english_page="",
    and_others="et al.",
    comma=", ",
    colon=": ",
    stop=". ",
    again="Tap again to open",
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
    map="论文地图",
    paths="阅读路径",
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
    map_intro=(
        "谁建立在谁之上：年份自上而下，连线从一项工作通向以它为基础的工作。实心框是笔记；空心框是还没有笔记的工作，"
        "链接到参考文献。把指针移到框上，或用 Tab 键选中它，就能看清它自己的连线。[以列表查看](#list)。"
    ),
    map_list="地图的文字列表",
    map_wanted="还没有笔记的工作",
    map_invite=("已有笔记以这些工作为基础，但还没有人为它们写笔记；被最多笔记引为基础的排在前面。"),
    add_note="添加一篇笔记",
    no_note="尚无笔记",
    builds_on="基于",
    continued_by="后续",
    around="与本页相关",
    local_map="这篇论文的基础，以及以它为基础的笔记",
    local_caption="上方是这篇论文的基础，下方是以它为基础的笔记。空心框尚无笔记。{}",
    more_on_map="完整地图",
    mentioned="提到本页的笔记",
    read_next="接下来读",
    next_on_path="路径“{}”的下一步",
    next_builds="以本文为基础",
    next_base="本文的基础",
    next_mentions="提到了本页",
    paths_intro="贯穿各篇笔记的阅读路线，每条回答一个问题；每一步都写明该从中带走什么。",
    step="{0}，第 {1} 步，共 {2} 步",
    previous="上一步：{}",
    following="下一步：{}",
    library="全部笔记",
    library_intro="所有笔记一览。启用脚本后可以按各列筛选和排序。",
    title="标题",
    authors="作者",
    year="年份",
    venue="发表处",
    status="状态",
    status_complete="完成",
    status_draft="草稿",
    passes="遍数",
    by_year="按年份",
    misreadings="常见误读",
    misreadings_intro="这些论文常被说成的样子，以及它们实际说了什么。",
    in_note="见原笔记",
    share="指向这一条的链接",
    flashcards="记忆卡片",
    flashcards_intro="卡片取自问题、术语表和数字账本。答对的过些天再出现，答错的当天还会出现。学习进度只保存在本浏览器里。",
    flashcards_anki="下载 Anki 卡片包",
    deck_questions="问题",
    deck_terms="术语",
    deck_numbers="数字",
    card_show="显示答案（空格键）",
    card_again="再来一次（1）",
    card_good="记住了（2）",
    card_left="张今日待学",
    card_done="今天的卡片学完了。",
    card_read="阅读原文",
    data="下载",
    data_intro=(
        "以文件形式提供的笔记。重新导入新版卡片包时，Anki 会更新已有卡片。文字与图采用 CC BY 4.0 许可。"
    ),
    data_notes="全部笔记，连同所评论文和数字",
    data_schema="notes.json 的内容说明（JSON Schema）",
    data_ledger="全部数字及其来源",
    data_references="BibTeX 格式的参考文献",
    data_cards="供 Anki 导入的卡片包",
    data_feed="新增和修改过的笔记（Atom 订阅）",
    data_by_note="逐篇下载",
    as_files="本篇笔记与数字的文件",
    feed_subtitle="新增和修改过的论文笔记。",
    untranslated="本页尚无中文版，以下为英文原文。",
    outdated="本页翻译之后，英文原文有过改动。",
    english_page="查看英文版",
    and_others="等",
    comma="、",
    colon="：",
    stop="。",
    again="再点一次即可打开",
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
