"""The words that headings of notebooks use, in Chinese and English."""

from __future__ import annotations

PROBLEM, IDEA, HOW, EVIDENCE, LIMITS, QUESTIONS, MISREADINGS, ERRATA, EXERCISES = range(9)
ABOUT = -1
"""The part above the sections: title, authors, links of the paper."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


EXACT = {
    ABOUT: _listed("""
        题目, 标题, 论文题目, 论文标题, 论文名称, 论文信息, 论文链接, 论文地址, 论文作者, 作者,
        基本信息, 论文基本信息, 元信息, 来源, 出处, 链接, title, paper, authors, author, metadata,
        paper info, info, links, link, citation, bibliographic information, tags, keywords, 关键词
    """),
    PROBLEM: _listed("""
        bg, related,
        背景, 研究背景, 问题背景, 背景介绍, 动机, 研究动机, 引言, 简介, 介绍, 绪论, 问题定义,
        研究问题, 任务, 要解决的问题, 解决的问题, 解决什么问题, 现有问题, 存在的问题, 痛点,
        相关工作, problem, background, motivation, introduction, intro, related work,
        related works, problem statement, problem definition, preliminaries, context, why, task,
        预备知识
    """),
    IDEA: _listed("""
        摘要, 概述, 概要, 总览, 核心思想, 主要思想, 思想, 思路, 创新点, 创新, 贡献, 主要贡献,
        论文贡献, 核心贡献, 一句话总结, 核心, 亮点, abstract, summary, overview, idea, key idea,
        main idea, core idea, contribution, contributions, tldr, tl;dr, tl dr, novelty,
        key insight, insight, highlights
    """),
    HOW: _listed("""
        方法, 算法, 模型, 网络结构, 模型结构, 模型架构, 网络架构, 架构, 结构, 原理, 工作原理,
        具体方法, 实现, 实现细节, 训练, 训练细节, 损失函数, 推导, 公式推导, 数学原理, method,
        methods, methodology, approach, model, architecture, algorithm, how it works,
        model details, setup, details,
        training,
        loss, loss function, implementation, technical details, network architecture,
        model architecture, proposed method, theory, derivation, 细节, 代码, 代码实现, code
    """),
    EVIDENCE: _listed("""
        exp, exps, exp setup, experimental setup, experiment setup, evaluations, eval,
        实验, 实验结果, 实验分析, 实验设置, 实验部分, 实验证据, 结果, 结果分析, 消融实验, 消融,
        数据集, 评估, 评价指标, 性能, experiment, experiments, results, result, evaluation,
        evidence, ablation, ablations, ablation study, ablation studies, experimental results,
        experiments and results, dataset, datasets, analysis, findings, benchmarks
    """),
    LIMITS: _listed("""
        结论, 总结, 讨论, 小结, 局限, 局限性, 不足, 缺点, 优缺点, 优点, 优势, 劣势, 局限与影响,
        未来工作, 展望, 启发, 启示, 思考, 个人思考, 评价, 个人评价, 总结与展望, 影响, conclusion,
        conclusions, discussion, limitations, limitation, future work, limits and legacy,
        takeaways, takeaway, pros and cons, strengths, weaknesses, my thoughts, thoughts, impact,
        legacy, critique, 参考文献, 参考, 参考资料, references, reference, further reading
    """),
    QUESTIONS: _listed("""
        问题, 疑问, 疑惑, 问答, 待解决问题, 待办, 待补充, 遗留问题, 我的问题, 不懂的地方, 读者常问,
        提问, 待读, todo, todos, to do, to-do, questions, question, open questions, q&a, qa, faq,
        unclear, questions readers ask
    """),
    MISREADINGS: _listed("""
        误区, 常见误区, 常见误读, 误解, misreadings, misconceptions, common mistakes
    """),
    ERRATA: _listed("""
        勘误, 勘误与差异, 差异, errata, errata and differences, differences, corrections,
        与原文的差异
    """),
    EXERCISES: _listed("""
        练习, 习题, 思考题, 自测, exercises, check yourself, quiz
    """),
}
"""What a heading says, word for word, when it means a section."""
VAGUE = frozenset(
    _listed("""
        why, how, model, info, code, 代码, 结构, 任务, 影响, 思想, 核心, 参考, analysis, context,
        模型, 算法, 原理, result, loss, theory, impact, 评价, 性能, 细节, 介绍, task, 训练,
        training, 结果
    """)
)
"""Words that mean a section when they are the whole heading, and nothing certain in a longer one."""
GENERIC = frozenset(
    _listed("""
        appendix, contents, inbox, index, new, note, notes, paper, paper notes, paper reading,
        papers, reading notes, readme, table of contents, untitled, 目录, 笔记, 论文, 论文笔记,
        论文精读, 论文阅读, 论文阅读笔记, 读书笔记, 阅读笔记, 附录
    """)
)
"""Headings and file names that name neither a paper nor a section."""
WORDS = {word: section for section, words in EXACT.items() for word in words}
PART = {
    word: section
    for word, section in WORDS.items()
    if section not in {ABOUT, QUESTIONS} and len(word) > 1 and word not in VAGUE
}
"""Words that mean a section also inside a short heading."""
