"""The words of follow-ups: how they begin and end, what points back, what asks, what tells the bot to go on or stop.

Without a mention, a message is answered only where eword of it is accounted for by these lists, by a name or by
an attribute. So the lists are closed on purpose: a word that is missing costs a mention, one too many a wrong reply.
"""

from __future__ import annotations

import re

OPENERS = re.compile(
    r"^(?:(?:and|ok(?:ay)?|so|also|then|but|or|plus|hm+|well|cool|great|nice|perfect|thanks?(?: you)?|thx|ty|right"
    r"|alright|all right|got it|interesting|aha|ah|oh|wow|now|good|sure|yes|yeah|yep|hey|hi|hello|please|pls|sorry"
    r"|actually|wait|i meant?|not that(?: one)?|go on|one more(?: thing| question)?|quick question|oops|no|nope)"
    r"(?![\w'-])[\s,.!;:…–—-]*"
    r"|(?:那么?|哦+|嗯+|噢|好的?|行|对了|请问|再问(?:一下|下)?|然后|还有|以及|另外|谢谢|顺便问(?:一下|下)?|所以|麻烦|请|不是|不对|我(?:是)?说的?是)"
    r"[\s,，。!！、]*)+",
    re.IGNORECASE,
)
CLOSERS = re.compile(
    r"[\s,，]*(?:(?<![\w'])(?:please|pls|plz|thanks|thank you|thx|btw|by the way|then|though|again|exactly|now|too)"
    r"|谢谢|啊|呀|吧)(?=[\s?？!！.。]*$)",
    re.IGNORECASE,
)
#  "and R1?": what was asked before is asked of another
JOINS = re.compile(r"^(?:and|or|plus|also|then|so|那么?|还有|以及|另外|然后)(?![\w'-])", re.IGNORECASE)
#  "no, I meant GPT-4 Turbo"
CORRECTS = re.compile(
    r"^(?:(?:oh|oops|ah|no|nope|sorry|actually|wait)[\s,.!—–-]+)*(?:no|sorry|i meant?|not that(?: one)?)(?![\w'-])"
    r"|^(?:不是|不对|抱歉|我(?:是)?说的?是)",
    re.IGNORECASE,
)
WHAT_ABOUT = re.compile(r"^(?:what|how) about\b|^(?:what|how)'?s about\b", re.IGNORECASE)

IT = re.compile(
    r"\b(?:its?|it's|itself|(?:this|that|the) (?:model|one|product|technique))\b"
    r"|它们?|(?<![尤与])其(?![中他它余实次])|该(?:模型|产品|技术)|这个?(?:模型|产品|技术)",
    re.IGNORECASE,
)
HE = re.compile(r"\b(?:he|him|his|she|her|hers)\b|(?<!其)他们?(?!们)|她们?", re.IGNORECASE)
THEY = re.compile(
    r"\b(?:they|them|their|theirs|(?:this|that|the) (?:company|lab|firm|organi[sz]ation|maker|developer))\b"
    r"|他们|它们|[它他]俩|该公司|这家公司|这公司",
    re.IGNORECASE,
)
#  Only where the bot is spoken to: among people, "this" may be anything
THIS = re.compile(r"\b(?:this|that)\b|这个|那个|这|那(?=个|是)", re.IGNORECASE)

COMPARES = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|vs|versus|differ(?:s|ent|ence|ences)?|side by side|against)\b"
    r"|对比|比较|相比|比一比|区别|差别|差异|不同|比(?!如)",
    re.IGNORECASE,
)
WHICH = re.compile(
    r"\b(?:which|who)\b.*\b(?:cheap|bigg?|larg|small|new|old|earli|lat|long)(?:er|ger|est|gest)\b"
    r"|\bwhich\b.*\b(?:more|most|first|less)\b|哪个|谁更|哪款",
    re.IGNORECASE,
)
#  "how much cheaper is DeepSeek?"
HOW_MUCH_MORE = re.compile(
    r"\bhow (?:much|many times) (?P<en>cheaper|bigger|larger|smaller|newer|older|more expensive)\b(?: (?:is|was))?"
    r"|(?P<zh>便宜|贵|大|小|早|晚)了?(?:多少|几倍)",
    re.IGNORECASE,
)
COMPARATIVES = re.compile(
    r"\b(?:cheaper|cheapest|bigger|biggest|larger|largest|smaller|smallest|newer|newest|older|oldest|earlier|earliest"
    r"|later|latest|longer|longest|more|most|less|first|expensive|both|one)\b"
    r"|更?(?:便宜|贵|早|晚|新|大|小|长)|哪个|哪款|谁|更|最|先",
    re.IGNORECASE,
)
#  "different?", "vs?": among people, not worth a comparison
BARELY_COMPARES = re.compile(r"\W*(?:vs|versus|different|compared?|区别|不同|对比)?\W*", re.IGNORECASE)
#  Asked of all that there are, whatever the thread is about: "which model has the longest context?", "哪个模型最便宜"
OF_ALL = re.compile(
    r"(?=.*(?:\b(?:models?|compan(?:y|ies)|products?)\b|模型|公司|产品))"
    r"(?=.*(?:\b(?:cheap|bigg|larg|small|new|old|earli|lat|long|short|fast)est\b|\b(?:most|best|least)\b|最))",
    re.IGNORECASE | re.DOTALL,
)
#  … unless it points at those of the thread: "which of them …", "its newest model"
OF_THESE = re.compile(
    r"\b(?:of|from|by) (?:them|these|those|the (?:two|three|four))\b|其中|这(?:两|三|几)个", re.IGNORECASE
)
#  What people say of their own work as well: "when is the release?"
OF_THEIR_OWN = re.compile(
    r"\b(?:when|where|what time)(?:'s| is| are| will) (?:the|our|my|your)? ?(?:next )?"
    r"(?:training|release|launch|rollout|demo|update|deadline|review)\b"
    r"|\b(?:the|our|my|your) (?:training|rollout|demo|deadline)\b(?! (?:data|cost|set|tokens))"
    r"|这个?功能|我们的?|咱们|^\W*(?:谁的|哪个|哪家|一共?多少钱?|which (?:one|company|model)|whose)\W*$"
    r"|^\W*什么时候(?:上线|发布|开始)\W*[啊呀呢吗]?\W*$",
    re.IGNORECASE,
)
MERE_PLURAL = re.compile(r"谁(?=更|最)|\bboth\b|两个|[它他]俩|都", re.IGNORECASE)
BOTH = re.compile(
    r"^(?:compare )?(?:them|both|the two|these two)(?: two)?(?: side by side)?$|^(?:把?它们|[它他]俩|两个|这两个|两者)",
    re.IGNORECASE,
)

STOP = re.compile(
    r"(?:(?:please|ok(?:ay)?|hey|hi)[ ,]+)?(?:(?:@?(?:ai)?bot)[ ,:]+)?"
    r"(?:stop(?: it| now| here| that| talking| answering| replying| responding)*|(?:be |stay )?(?:quiet|silent)|silence"
    r"|shut up|shush|hush|mute|go away|leave us alone|(?:that'?s )?enough|no more|unfollow)"
    r"(?:[ ,]+(?:please|now|(?:ai)?bot|thanks|thank you))*"
    r"|(?:请|麻烦)?(?:闭嘴|住嘴|安静(?:点|一下)?|停(?:下|止|一下|吧)?|够了|别(?:再)?(?:说|回|回复|吵|插嘴|讲)(?:话|了|答)*"
    r"|不要(?:再)?(?:说|回复|回答|说话)了?|静音|退下|消停(?:点|会儿)?)(?:吧|了|谢谢)*",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:(?:and|ok(?:ay)?|please|yes|tell me|show me|give me|say|anything|what|something)[ ,]+)*(?:some )?"
    r"(?:more|go on|continue|keep going|the rest|more details?|else)"
    r"(?: (?:about|on) (?:it|this|that|them))?(?:[ ,]+(?:please|pls|details?))*"
    r"|(?:请)?(?:更多|还有(?:呢|吗|别的吗|什么)|还有其他的?吗|继续(?:说|讲)?|接着(?:说|讲)?|展开(?:说说|讲讲)?"
    r"|(?:再)?详细(?:点|一点|些|说说|介绍)?|多说(?:点|一点|些)|剩下的|下一页|说(?:得)?详细(?:点|些))(?:吧|呢|一下|吗)*",
    re.IGNORECASE,
)
#  Of these, what is said for "more" alone; "go on" is said among people too
CLEARLY_MORE = re.compile(r"\bmore\b|\brest\b|更多|还有|详细|剩下", re.IGNORECASE)
#  Nothing in the fact base says these, so nothing is guessed either
BEFORE_AND_AFTER = re.compile(
    r"\b(?:successors?|predecessors?|next (?:version|model|generation)|previous (?:version|model|generation)"
    r"|what (?:came|comes) (?:next|after|before)|replace(?:d|ment)?)\b"
    r"|后继|继任|接班|下一?[代版](?:本|模型)?|上一?[代版](?:本|模型)?|前身|前代",
    re.IGNORECASE,
)
#  What models and products have, and companies and people have not
OF_THINGS = frozenset(
    [
        "cost",
        "context",
        "length",
        "accuracy",
        "languages",
        "parameters",
        "weights",
        "licence",
        "training data",
        "modality",
    ]
)
RELEASED = re.compile(r"\b(?:releas|launch|c[oa]me? out)|发布|推出|上线", re.IGNORECASE)
#  A part of a name that only its family tells: "and V2?" after DeepSeek-V3
VERSION = re.compile(
    r"(?:[vrok]\s?)?\d{1,3}(?:\.\d+)*[a-z]{0,2}"
    r"|opus|sonnet|haiku|mini|pro|turbo|flash|ultra|max|plus|lite|nano|coder|reasoner",
    re.IGNORECASE,
)

ASKS = re.compile(
    r"^(?:what|who|whose|when|where|which|how|is|are|was|were|does|do|did|has|have|can)(?:'?s|'?re)?(?![\w'])"
    r"|呢|吗|什么|谁|多少|多[长大久贵高]|何时|几|哪|怎么|如何|是否|是不是|有没有|啥|[?？]\s*$",
    re.IGNORECASE,
)
#  Attributes that ask by themselves, with no question mark
BARE = re.compile(
    r"(?:the |its )?(?:price|(?:training )?costs?|context(?: window| length| size)?|parameters?|params|parameter count"
    r"|release date|licen[cs]e|developer|maker|training data|architecture|benchmarks?|ceo|founders?)"
    r"|(?:它的|其|的)?(?:上下文(?:长度|窗口)?|参数(?:量|规模)?|价格|(?:训练)?成本|发布(?:时间|日期)|开发者|开发商|许可证?"
    r"|训练数据|架构|创始人|权重)",
    re.IGNORECASE,
)
NAMES_ONLY = re.compile(
    r"(?:(?:what|who)(?:'?s| is| are| was)?|tell (?:me|us) (?:more )?about|show (?:me|us)|describe|explain"
    r"|define|look up)?"
    r"|是(?:什么|谁|啥)|(?:什么|啥|谁)是|(?:介绍|解释|说说|讲讲|查)(?:一下|下)?",
    re.IGNORECASE,
)
NEUTRAL = frozenset([
    "a", "about", "ai", "all", "also", "an", "and", "any", "are", "as", "at", "been", "build", "built", "by",
    "came", "can", "come", "costs", "cost", "count", "create", "created", "date", "develop", "developed", "did",
    "do", "does", "exact", "exactly", "first", "for", "from", "get", "handle", "has", "have", "how", "if", "in",
    "initial", "initially", "input", "is", "it", "it's", "its", "itself", "large", "largest", "launch", "launched",
    "length", "limit", "long", "made", "make", "makes", "many", "max", "maximum", "model", "models", "much", "name",
    "number", "of", "official", "officially", "on", "open", "or", "original", "originally", "other", "else", "out",
    "output", "public", "published", "release", "released", "run", "size", "still", "support", "supports", "take",
    "takes", "text", "the", "their", "them", "then", "there", "they", "to", "token", "tokens", "total", "train",
    "trained", "training", "type", "use", "used", "uses", "version", "video", "videos", "was", "were", "what",
    "what's", "whats", "when", "when's", "whens", "where", "where's", "which", "who", "who's", "whos", "whose",
    "window", "with", "year", "years", "he", "him", "his", "she", "her"
])  # fmt: skip
#  What is said to a bot around a question: only where the bot is spoken to
POLITE = frozenset([
    "i", "i'd", "i'm", "me", "we", "us", "you", "your", "can", "could", "would", "will", "please", "pls", "know",
    "tell", "show", "give", "find", "want", "like", "wonder", "wondering", "hi", "hello", "hey", "thanks", "thank",
    "one", "this", "that", "these", "those", "just", "also", "need", "question", "quick", "look", "up", "same",
    "again", "so", "latest", "newest"
])  # fmt: skip
NEUTRAL_HAN = re.compile(
    r"什么时候|视频|多少|什么|时候|大概|具体|到底|一共|总共|发布|推出|上线|公布|训练|开发|研发|支持|处理|可以|出来|大小|长度|规模"
    r"|最大|最多|最长|怎么样|怎么|如何|这个|那个|一下|请问|是否|还是|模型|有没有|是不是|[它其的是了呢吗啊呀么嘛几哪谁多有在会能做用要花"
    r"又还也都长大高低为被由对和跟与同比来过拿把给就更最吧出上里中个些款家久]"
)

POLITE_HAN = re.compile(r"知道|告诉|请|帮|我|你|您|想|看看|查|说|问|麻烦|一下|这|那|呗|哈")

#  Attributes whose words people use among themselves as well ("works", "problem", "team"): asked only in these words
EXPLICIT: dict[str, re.Pattern[str]] = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "length": r"how long (?:is|are|can|may)|duration|seconds|length|时长|多少秒|几秒|最长|多长",
        "who": r"^(?:who\b.*\b(?:ma[dk]e|buil|develop|creat|releas|launch|propos|produc|sell|train|own|publish|invent"
        r"|wrote|behind)|whose)|(?:made|built|developed|created) by|(?:which|what) company|developer|maker|creator"
        r"|author|owner"
        r"|谁(?:开发|做|研发|发布|推出|提出|写|造|训练|家)|谁的|哪家|哪个?公司|出自|开发|研发方|厂商|作者",
        "efficiency": r"efficien|效率|提升",
        "visited": r"\bvisit|调研|考察|走访|访问",
        "people": r"who works|who(?:'s| is) at|employees|员工|谁在",
        "participants": r"took part|participa|参加|参与",
        "rank": r"\brank|排名|名次|第几",
        "ceo": r"\bceo\b|chief executive|president|chair|head of|who (?:runs|leads)|首席|老板|主席|负责人|总裁|掌门",
        "company": r"compan|employer|work|affiliat|\brole\b|公司|任职|就职|单位|职务|职位|工作",
        "uses": r"techni|technolog|architect|trained|built|based on|\buses?\b|用了|采用|架构|技术|训练",
        "performance": r"performance|benchmark|how good|性能|跑分|表现",
        "statement": r"what (?:did|does|do)|\bquotes?\b|opinion|\bviews?\b|说|观点|看法|认为|怎么看",
        "mechanism": r"how (?:does|do|did|is)\b.*work|how it works|mechanism|原理|机制|工作|实现",
        "step": r"steps|stages|步骤|阶段",
        "benefit": r"benefits?|advantages?|strengths|优点|好处|优势",
        "challenge": r"challenges?|limitations?|drawbacks?|risks?|挑战|难点|缺点|局限|风险",
        "measure": r"measures|principles|措施|原则",
        "aspect": r"aspects|方面",
        "use": r"used? (?:for|in)|use cases?|applications?|abilit|capabilit|what can|用途|应用|做什么|能力|功能|用在",
        "outlook": r"outlook|prospects|前景|展望|趋势",
        "page": r"\bpage\b|\burl\b|link to|website|homepage|官网|网址|链接|主页",
        "owner": r"owns|owner|parent|subsidiary|母公司|属于|旗下|隶属",
        "partner": r"partner|合作|伙伴",
    }.items()
}
