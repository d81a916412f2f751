"""Sentences to put a misspelt name into."""

ENGLISH = (
    "who made {}?", "when was {} released", "what is {}", "tell me about {} please", "how much did {} cost",
    "{} context length", "is {} any good", "give me some facts on {}", "what's the latest on {}",
    "hi bot, do you know {}?", "explain {} to me", "which company is behind {}", "I want to learn about {}",
    "what does {} do", "could you describe {}?", "show me {}",
)  # fmt: skip
CHINESE = (
    "{}是什么", "{}是谁发布的", "请问{}什么时候发布", "介绍一下{}", "{}怎么样", "什么是{}", "帮我查一下{}",
    "{}有哪些应用",
    "谁开发了{}", "{}的特点是什么", "想了解{}", "说说{}吧", "{}支持多长的上下文", "{}是哪家公司的", "你知道{}吗",
    "给我讲讲{}",
)  # fmt: skip
