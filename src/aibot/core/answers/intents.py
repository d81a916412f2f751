"""Which attribute of a thing a question asks for. An intent never makes a match by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aibot.core.facts import Kind


@dataclass(frozen=True, slots=True)
class Intent:
    """An attribute question: its name in logs, the attributes that answer it (best first), its words."""

    name: str
    attributes: tuple[str, ...]
    words: re.Pattern[str]


def _intent(name: str, attributes: str, english: str, chinese: str) -> Intent:
    pattern = rf"\b(?:{english})\b|(?:{chinese})"
    return Intent(name, tuple(attributes.split(", ")), re.compile(pattern, re.IGNORECASE))


# Order matters: the first whose words are found is the one asked; the narrow stand before the broad.
INTENTS: tuple[Intent, ...] = (
    _intent(
        "cost", "cost, cost ratio",
        r"costs?|price|how much(?: money)?|training budget|expens\w+|cheap\w*|dollars?|fees?",
        r"成本|多少钱|费用|花了|花费|造价|价格|多贵|美元|贵不贵|便宜",
    ),
    _intent(
        "context", "context",
        r"context(?: (?:window|length|size|limit))?|contex|tokens?|how long (?:an? )?(?:input|text|prompt)s?",
        r"上下文|长文本|多长的文本|文本长度|输入长度|无损输入|窗口|多少字|多少万字|token",
    ),
    _intent("length", "length", r"how long|duration|seconds|video length|max(?:imum)? length",
            r"多长时间|时长|多少秒|几秒|最长"),
    _intent("accuracy", "accuracy", r"accura\w+|how precise", r"准确率|精度|准不准|准确度"),
    _intent("efficiency", "efficiency, binding", r"efficien\w+|binding|how much (?:better|faster)",
            r"效率|结合能力|分子结合|提升多少|提升了多少"),
    _intent("languages", "languages", r"(?:programming |coding )?languages", r"编程语言|程序语言|种语言|哪些语言"),
    _intent("parameters", "parameters", r"parameters?|params?|how (?:big|large)|size",
            r"参数|多大|规模多大|体量"),
    _intent(
        "licence", "weights, licence",
        r"licen[cs]e\w*|open[- ]?source\w*|open[- ]?weights?|weights|free to use|closed[- ]source",
        r"开源|许可|协议|权重|闭源|授权",
    ),
    _intent("training data", "training data",
            r"training data|trained on|what data|datasets?", r"训练数据|数据集|什么数据"),
    _intent("founder", "founder, founded",
            r"who(?:'s| is| are| was| were)?(?: the)? (?:co-?)?(?:found(?:ed|ers?|ing)?|set up|started)"
            r"|(?:co-?)?founders?|(?:co-?)?founded by",
            r"创始人|创办人|创立者|谁(?:创办|创立|创建|成立)|(?:由|是)谁(?:创办|创立|创建|成立)"),
    _intent("founded", "founded",
            r"(?:co-?)?found(?:ed|ing)|set up|started|established|incorporated|how old",
            r"创办|创立|创建|成立|建立|多少年历史"),
    _intent("born", "born", r"born|birth\w*|how old|age", r"出生|生日|诞生|几岁|多大(?:年纪|岁数)?|年龄|哪年生"),
    _intent(
        "when", "released, date",
        r"when|release(?:d)? (?:date|day|year|time)|dates?|launch(?:ed)? (?:date|day)|which (?:year|month|day)"
        r"|what (?:year|month|day)|release day|came? out|release date",
        r"什么时候|何时|哪一?年|哪一?天|几月|几号|日期|发布时间|推出时间|上线时间|多久前|什么时间|啥时候",
    ),
    _intent("visited", "visited, date", r"visit\w*|survey\w*", r"调研|考察|走访|访问"),
    _intent("owner", "part of", r"own(?:s|ed|er)|parent(?: company)?|belongs? to|subsidiary|part of",
            r"母公司|属于|旗下|归谁|隶属"),
    _intent("people", "works at, founder", r"who works|who(?:'s| is) at|people|employees?|staff|team",
            r"谁在|员工|人员|有谁|哪些人"),
    _intent("partner", "partner",
            r"partner\w*|cooperat\w*|collaborat\w*|work(?:s|ing)? with|together with",
            r"合作|伙伴"),
    _intent("participants", "took part in", r"took part|take part|participa\w+|compet\w+", r"参加|参与|参赛"),
    _intent("rank", "rank", r"rank\w*|which place|what place|position", r"名次|排名|第几"),
    _intent(
        "who", "developer, maker, proposed by, published by, author, led by, founder",
        r"who(?:se| trained| owns| published| invented| wrote| writes| is behind)"
        r"|who(?: \w+){0,2} (?:ma[dk]e|buil[dt]|develop|create|release|launch|propose|manufacture|produce|sell)\w*"
        r"|made by|built by|developed by|created by"
        r"|developers?|makers?|creators?|which company|what company|by which|(?:parent|owner)|authors?",
        r"谁(?:开发|做|研发|发布|推出|提出|写|造|训练|家)|是谁的|谁的|哪(?:家|个)?公司|哪家|谁家|开发者|开发商|研发方|出自|厂商|作者|谁",
    ),
    _intent("ceo", "role, works at", r"ceo|chief executive|boss|president|chair(?:man)?|head of|runs|leads?",
            r"首席执行官|老板|主席|负责人|总裁|掌门"),
    _intent(
        "company", "works at, role",
        r"(?:which|what|whose) compan\w+|company|employer|where does (?:he |she )?work"
        r"|works? (?:at|for)|affiliat\w+|role|job",
        r"公司|任职|就职|单位|职务|身份|职位|在哪里?(?:工作|上班)",
    ),
    _intent(
        "uses", "uses, architecture, training",
        r"techni(?:que|cal|ques|cs)\w*|technolog\w+|architectures?|use[sd]? (?:what|which)|built on"
        r"|methods? (?:does|do|did)|what (?:does|do|did) (?:it )?use"
        r"|how (?:is|was) (?:it )?\w* ?(?:built|trained)|based on",
        r"用了(?:什么|哪些)|采用|架构|什么技术|哪些技术|技术路线|怎么训练|如何训练",
    ),
    _intent("modality", "modality, input, output", r"modalit\w+|inputs?|outputs?|multimodal", r"模态|输入|输出"),
    _intent("performance", "performance, claimed better than, compared with",
            r"performance|benchmarks?|how good|compared?|versus|vs|better than|beats?|strong\w*",
            r"性能|表现|跑分|对比|比较|超越|媲美|强吗"),
    _intent("statement", "statement",
            r"say|says|said|thinks?|thought|opinion|views?|quotes?|statements?|believes?|claims?",
            r"说|认为|观点|看法|指出|表示|怎么看"),
    _intent("mechanism", "mechanism, method, step, definition",
            r"how (?:does|do|did|is) (?:it )?work\w*|how it works|mechanism|works?",
            r"原理|机制|怎么工作|如何工作|怎么实现|如何实现|怎样工作"),
    _intent("step", "step, module", r"steps?|stages?|modules?|components?|parts", r"步骤|阶段|模块|组成"),
    _intent("benefit", "benefit, effect", r"benefits?|advantages?|good for|pros|strengths?|why use",
            r"优点|好处|优势|有什么用|价值|益处"),
    _intent("challenge", "challenge",
            r"challenges?|problems?|difficult\w+|limits?|limitations?|risks?|cons|drawbacks?",
            r"挑战|难点|困难|缺点|局限|风险|问题"),
    _intent("measure", "measure, principle, criterion", r"measures?|principles?|criteria|criterion|how to ensure",
            r"措施|原则|标准|怎么保障|如何保障"),
    _intent("aspect", "aspect", r"aspects?|covers?|covered|dimensions?", r"方面|涵盖|包括哪些|维度"),
    _intent("use", "use, task, service, applied in, ability, focus, example",
            r"used? (?:for|in)|uses|used|applications?|applied|where|what (?:can|does|do) (?:\w+ )?do"
            r"|capab\w+|abilit\w+|services?|tasks?",
            r"用在|用于|用途|应用|能做|做什么|干什么|干嘛|哪里用|场景|能力|功能|怎么用|哪个领域|什么领域|服务|任务"),
    _intent("outlook", "outlook, trend", r"outlook|future|trends?|prospects?", r"展望|未来|前景|趋势"),
    _intent("page", "page", r"(?:web ?)?page|url|links?|website|homepage", r"网页|链接|网址|官网|主页"),
)  # fmt: skip

#  Some attributes only make sense for some kinds; elsewhere the word is part of the small talk around it.
_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "company": (Kind.PERSON,),
    "ceo": (Kind.PERSON, Kind.ORGANISATION),
    "visited": (Kind.PERSON, Kind.EVENT, Kind.ORGANISATION),
    "founder": (Kind.ORGANISATION,),
    "founded": (Kind.ORGANISATION,),
    "born": (Kind.PERSON,),
    "partner": (Kind.ORGANISATION,),
    "participants": (Kind.EVENT, Kind.ORGANISATION),
    "rank": (Kind.ORGANISATION, Kind.EVENT, Kind.MODEL),
    "owner": (Kind.ORGANISATION, Kind.MODEL, Kind.PRODUCT),
    "people": (Kind.ORGANISATION,),
    "statement": (Kind.PERSON, Kind.ORGANISATION, Kind.PUBLICATION),
    "mechanism": (Kind.TECHNIQUE, Kind.MODEL, Kind.PRODUCT, Kind.THEME),
    "who": (Kind.MODEL, Kind.PRODUCT, Kind.TECHNIQUE, Kind.PUBLICATION, Kind.EVENT, Kind.THEME),
}


_SCRIPTS_MEET = re.compile(r"(?<=[㐀-鿿])(?=[A-Za-z])|(?<=[A-Za-z])(?=[㐀-鿿])")


def parted(text: str) -> str:
    """With a space where Chinese and Latin letters meet: "Kimi的context" has the word "context"."""
    return _SCRIPTS_MEET.sub(" ", text)


def intent_of(rest: str, kind: str) -> Intent | None:
    """The attribute a question asks of an entry of this kind; `rest` is the question without the entry's name."""
    if not rest.strip():  # a bare name asks for nothing in particular
        return None
    rest = parted(rest)
    for intent in INTENTS:
        if kind in _ONLY_FOR.get(intent.name, (kind,)) and intent.words.search(rest):
            return intent
    return None
