"""What the words around a name say: questions, politeness, attributes, units and the qualifiers of versions."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from aibot.core.matching.normalise import Token

# Words that ask, point or connect. They never begin or end a misspelt name inside a sentence.
FUNCTION_WORDS: Final = frozenset(
    """
    a about after all also am an and any anyone anything are as at be been before being between but by can could did do
    does doing done dont else ever for from get give gives got had has have hello help hey hi how hows i id if im in info
    information into is isnt it its just kindly know latest lately let like look looking made make makes making many may
    me might more most much my need no not now of off ok okay on one only or other our over please pls plz question quick
    quickly re really regarding say search see should show so some somebody someone something tell than thank thanks that
    thats the their them then there these they thing things this those thx to up us use used uses using vs versus want
    wanna wanted was we were what whats when whens where wheres which who whod whom whos whose why will with would yes you
    your anybody bot aibot explain describe compare comparison define definition mean means meaning difference differences
    overview summary summarise summarize details detail facts fact find lookup list name named called answer curious
    wondering wonder interested learn understand here today right actually basically exactly again still yet am ya u r ur
    """.split()
)
# Words an attribute question is made of: who, when, how much, how long, where used.
ATTRIBUTE_WORDS: Final = frozenset(
    """
    accuracy announce announced announcement announces architecture available based belong belongs benefit benefits best
    better bigger build builder building builds built businesses buy ceo cheap cheaper companies company compared context
    contex length cost costs country create created creates creator date dates debut debuted design designed developed
    developer developers develops do does domain domains example examples expensive feature features field fields firm
    first founded founder founders founding good great happen happened head industry invent invented investment
    kind known large latest launch launched launches launching leader leads length lengths limit limits linked located
    long made maker makers makes manufacturer method model models money month new news nice open organisation
    organization origin owned owner owns paper parameters people performance person popular powered price prices pricing
    product products project projects public publish published publisher publishes purpose release released releases
    releasing report role run runs scenario scenarios sector sectors serve serves size source sources speed start started
    strengths supply support supported supports technique techniques technology token tokens tool tools train trained
    training type types unveil unveiled used user users version versions weaknesses window windows work working works
    world worse year years day days time big fast faster strong stronger compare compares relation related
    relationship say said visit visited visits ceo capability capabilities advantage advantages disadvantage
    disadvantages useful usage application applications apply applied deploy deployed case cases behind
    """.split()
)
# Words that tell the talk is of AI; alone they name nothing.
FIELD_WORDS: Final = frozenset(
    "ai llm llms model models chatbot algorithm algorithms artificial intelligence neural agent agents".split()
)
AROUND: Final = FUNCTION_WORDS | ATTRIBUTE_WORDS | FIELD_WORDS

# Chinese phrases of the same three sorts, matched longest first.
PHRASES: Final = """
请问 请教 请 你知道 知道 知道吗 你认识 认识 听说过 听过 说一说 讲一讲 看一下 查查看 搜一下 搜索 你好 您好 我想知道 我想了解 我想问 想知道 想了解 想问 想问一下 帮我查一下 帮我查查 帮我查 帮忙查 帮我 查一下 查查 查询 麻烦
介绍一下 介绍下 介绍 说说 说一下 说下 讲讲 讲一下 讲下 谈谈 聊聊 解释一下 解释下 解释 告诉我 给我 看看 了解一下 了解 科普一下 科普
是什么意思 什么意思 是什么 是啥 啥是 什么是 是谁 谁 谁家的 哪家公司 哪家公司的 哪家的 哪家 哪个公司 哪个公司的 哪个 哪些 哪年 哪一年 哪天 哪一天
哪国 哪里 哪儿 哪 什么时候 什么时间 什么 啥时候 啥 何时 何 为什么 为何 怎么样 怎么 怎样 如何 咋样 咋 多少 多少钱 多长 多久 多大 多高 多
几月 几号 几年 几 吗 呢 吧 呀 啊 嘛 了 的 地 得 和 跟 与 及 或 还是 还有 以及 vs 比 对比 比较 相比 区别 不同 关系 有关 关于 方面 相关
是 有 有没有 有哪些 在 用在 用于 用来 用 被 把 对 从 到 由 给 让 会 能 能不能 可以 可 要 想 我 你 它 他 她 我们 你们 他们 大家 这 那 这个 那个
哪种 一种 一个 个 种 款 家 项 只 条 位 名 次 都 也 还 又 就 才 很 更 最 不 没 没有 之 为 于 以 所 其 里 中 上 下 吗 一下 下
发布 发布的 推出 开发 研发 研制 制作 打造 提出 创立 创办 成立 创始人 创造 训练 训练的 做 做的 做什么的 做什么 干什么 干嘛 出品 生产 支持
上线 面世 问世 出来 公布 开源 闭源 收费 免费 费用 成本 价格 价钱 钱 贵 便宜 花费 花了 花 准确率 参数 参数量 上下文 上下文长度 长度 窗口 语言 文本
时间 日期 年份 年 月 日 号 公司 企业 机构 团队 作者 产品 项目 模型 大模型 版本 技术 方法 领域 行业 产业 应用 应用场景 场景 案例 例子 举例 优点 缺点
优势 劣势 特点 功能 作用 用途 意义 原理 定义 概念 信息 资料 消息 情况 内容 新闻 最新 好处 来源 背景 所属 属于 国家 中国 美国 国内 国外 人工智能
使用 有什么用 怎么用 谁做的 谁发布的 谁开发的 谁研发的 好用 好不好 厉害 强 快 新 旧 大 小 长 短 高 低 好 坏 主席 总裁 CEO 负责人 参观 调研 访问
""".split()
_PHRASES: Final = frozenset(PHRASES)
_LONGEST_PHRASE: Final = max(map(len, _PHRASES))

SIZES: Final = frozenset(
    """
    b bn billion m mn million k t trillion x gb mb tb hz ghz fps s sec secs second seconds min mins minute minutes h hr
    hour hours day days week weeks month months year years token tokens params parameters param percent pct dollars usd
    yuan rmb people times facts things examples words languages pages points steps layers experts characters chars am pm
    st nd rd th of or and companies models questions reasons
    万 亿 千 百 十 年 月 日 号 倍 元 美 种 个 字 家 次 秒 分 小 时 天 岁 名 位 条 项 层 款 步 点 人 块 张 页 门 轮 周 多
    """.split()
)
# Names of versions wherever they stand behind a model's name …
QUALIFIERS: Final = frozenset(
    """
    mini nano pro plus ultra max turbo flash lite haiku sonnet opus instruct coder coding vl omni preview exp experimental
    thinking reasoner distill distilled zero beta alpha instant guard vision realtime micro tiny premium advanced hd xl xxl
    medium air foundation reasoning scout maverick nemotron codex multimodal standard fold flip enterprise embedding
    guanaco lora gguf awq gptq int4 int8 fp8 rc dev nightly v r1 k2 moe math
    """.split()
)
# … and those that are ordinary words too: only where nothing follows.
WEAK_QUALIFIERS: Final = frozenset(
    "large small base chat code audio image video voice research next light edge cloud speed character team home "
    "fast deep search edition mobile tts ocr asr live family".split()
) - frozenset({"family"})
HAN_QUALIFIERS: Final = (
    "迷你", "专业版", "标准版", "旗舰版", "轻量版", "高级版", "极速版", "增强版", "升级版", "青春版", "精简版", "预览版", "超大杯",
    "二代", "三代", "四代", "五代", "第二代", "第三代", "第四代", "第五代", "下一代", "新版", "极致版", "家庭版", "测试版", "加强版",
)  # fmt: skip
# What may hang on a name by a hyphen without making it another one.
HANGING: Final = frozenset(
    "model models based powered like style type related family series bot app api made style vs and or only generated "
    "level class native driven ready compatible trained size sized".split()
)
FRONT: Final = frozenset("non pre post anti pro like vs and or open de the a on ex".split())


@cache
def _phrase_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_PHRASES, key=len, reverse=True)))


def around(words: Sequence[Token], taken: Sequence[bool]) -> list[bool]:
    """For each token, whether it only asks, points or connects. Chinese phrases never reach into a name."""
    found = [word.kind == "a" and word.text in AROUND for word in words]
    at = 0
    while at < len(words):
        if words[at].kind != "字" or taken[at]:
            at += 1
            continue
        end = at
        while end < len(words) and words[end].kind == "字" and not taken[end]:
            end += 1
        run = "".join(word.text for word in words[at:end])
        for match in _phrase_pattern().finditer(run):
            for place in range(match.start(), match.end()):
                found[at + place] = True
        at = end
    return found
