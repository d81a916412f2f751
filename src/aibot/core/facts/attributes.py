"""The closed list of what a fact can be about, with its label in both languages.

A fact base that says `about: released` in one file and `about: launch` in another could not answer
"when?"; so the list is closed. A relation is stored once, on one of its two entries, and carries a
second label for reading it from the other end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ValueKind: TypeAlias = Literal["date", "quantity", "entry", "list", "text", "url"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a fact can be about. `takes` lists the typed values it accepts; none means a sentence only."""

    en: str
    zh: str
    takes: frozenset[ValueKind] = frozenset()
    inverse_en: str = ""  # for relations: the label read from the other entry
    inverse_zh: str = ""


def _said(en: str, zh: str, *takes: ValueKind) -> Attribute:
    return Attribute(en, zh, frozenset({"list", "text", *takes}))


def _measured(en: str, zh: str) -> Attribute:
    return Attribute(en, zh, frozenset({"quantity", "text"}))


def _relation(en: str, zh: str, inverse_en: str, inverse_zh: str) -> Attribute:
    return Attribute(en, zh, frozenset({"entry"}), inverse_en, inverse_zh)


ATTRIBUTES: dict[str, Attribute] = {
    # when
    "released": Attribute("Released", "发布时间", frozenset({"date"})),
    "date": Attribute("Date", "日期", frozenset({"date"})),
    "founded": Attribute("Founded", "成立时间", frozenset({"date"})),
    "born": Attribute("Born", "出生", frozenset({"date"})),
    # relations between entries
    "developer": _relation("Developer", "开发者", "Developed", "开发了"),
    "proposed by": _relation("Proposed by", "提出者", "Proposed", "提出了"),
    "published by": _relation("Published by", "发布者", "Published", "发布了"),
    "author": _relation("Author", "作者", "Wrote", "撰写了"),
    "maker": _relation("Made by", "制造者", "Makes", "制造"),
    "works at": _relation("Works at", "任职于", "People", "相关人物"),
    "founder": _relation("Founder", "创始人", "Founded", "创立了"),
    "part of": _relation("Part of", "属于", "Has part", "包含"),
    "uses": _relation("Uses", "采用技术", "Used by", "应用于"),
    "applied in": _relation("Applied in", "应用领域", "Examples", "应用实例"),
    "partner": _relation("Partner", "合作方", "Partner", "合作方"),
    "compared with": _relation("Compared with", "对比对象", "Compared with", "对比对象"),
    "claimed better than": _relation(
        "Claimed better than", "据称优于", "Claimed to be beaten by", "据称不及"
    ),
    "visited": _relation("Visited", "调研对象", "Visited by", "到访者"),
    "took part in": _relation("Took part in", "参与", "Participants", "参与者"),
    "example of": _relation("Example of", "例子属于", "Examples", "例子"),
    "led by": _relation("Carried out by", "进行者", "Carried out", "进行了"),
    "event of": _relation("Event of", "所属对象", "Events", "事件"),
    # how much
    "context": _measured("Context length", "上下文长度"),
    "parameters": _measured("Parameters", "参数规模"),
    "cost": _measured("Training cost", "训练成本"),
    "cost ratio": _measured("Cost ratio", "成本比例"),
    "accuracy": _measured("Accuracy", "准确率"),
    "length": _measured("Length", "时长"),
    "languages": _measured("Programming languages", "编程语言数"),
    "efficiency": _measured("Efficiency", "效率"),
    "binding": _measured("Molecular binding", "分子结合能力"),
    "training data": _measured("Training data", "训练数据"),
    # what it is
    "definition": _said("What it is", "定义"),
    "type": _said("Type", "类型"),
    "name": _said("Name", "名称"),
    "input": _said("Input", "输入"),
    "output": _said("Output", "输出"),
    "modality": _said("Modality", "模态"),
    "licence": _said("Licence", "许可"),
    "weights": _said("Weights", "权重"),
    "page": Attribute("Page", "网页", frozenset({"url"})),
    "architecture": _said("Architecture", "架构"),
    "training": _said("Training", "训练方法"),
    "focus": _said("Focus", "侧重"),
    "scope": _said("Scope", "范围"),
    # what it does
    "ability": _said("Abilities", "能力"),
    "performance": _said("Performance", "性能"),
    "mechanism": _said("How it works", "原理"),
    "method": _said("Methods", "方法"),
    "step": _said("Steps", "步骤"),
    "module": _said("Modules", "模块"),
    "effect": _said("Effect", "效果"),
    "benefit": _said("Benefits", "优点"),
    "use": _said("Uses", "用途"),
    "service": _said("Services", "服务"),
    "task": _said("Tasks", "任务"),
    "example": _said("Examples", "例子"),
    # how it stands
    "role": _said("Role", "身份"),
    "statement": _said("Statement", "观点"),
    "status": _said("Status", "状况"),
    "strategy": _said("Strategies", "策略"),
    "trend": _said("Trend", "趋势"),
    "outlook": _said("Outlook", "展望"),
    "need": _said("Needs", "需求"),
    "challenge": _said("Challenges", "挑战"),
    "measure": _said("Measures", "措施"),
    "principle": _said("Principles", "原则"),
    "criterion": _said("Criteria", "标准"),
    "aspect": _said("Aspects", "方面"),
    "significance": _said("Significance", "意义"),
    "business": _said("Business models", "商业模式"),
    "history": _said("History", "历史"),
    "rank": _said("Rank", "名次"),
    "basis": _said("Basis", "依据"),
}

AttributeName = Literal[
    "released", "date", "founded", "born", "developer", "proposed by", "published by", "author", "maker",
    "works at", "founder",
    "part of", "uses", "applied in", "partner", "compared with", "claimed better than", "visited",
    "took part in", "example of", "led by", "event of", "context", "parameters", "cost", "cost ratio",
    "accuracy", "length", "languages", "efficiency", "binding", "training data", "definition", "type", "name",
    "input", "output", "modality", "licence", "weights", "page", "architecture", "training", "focus", "scope",
    "ability", "performance", "mechanism", "method", "step", "module", "effect", "benefit", "use", "service",
    "task", "example", "role", "statement", "status", "strategy", "trend", "outlook", "need", "challenge",
    "measure", "principle", "criterion", "aspect", "significance", "business", "history", "rank", "basis",
]  # fmt: skip  # the same words once more, because the schema needs them as a type; a test holds the two together
