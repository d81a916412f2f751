"""Whole lines that mean one thing: the fixed half of the grammar, in both languages."""

from __future__ import annotations

import re

from aibot.core.daily.requests import (
    ListSubscriptions,
    Pause,
    Preview,
    Request,
    Resume,
    SendTest,
    SetPolicy,
    ShowPolicy,
    SkipNext,
    Subscribe,
    Swap,
    Unskip,
    Unsubscribe,
)

_POST = r"(?:daily )?(?:posts?|facts?|one)"
_POSTS = r"(?:the )?(?:daily )?(?:posts?|facts?|posting|subscription)"
_HERE = r"(?: (?:here|now|please|in (?:this|the) channel|for (?:this|the) channel))?"
_WHO = r"daily (?:polic(?:y|ies))?[\s:]*(?:for )?"
_WHO_HAN = r"每日知识\s*(?:权限)?[\s:]*"

_LINES: tuple[tuple[str, Request], ...] = (
    (rf"(?:daily )?preview(?: (?:the )?(?:next|daily)(?: {_POST})?)?", Preview()),
    (rf"(?:show (?:me )?(?:the )?)?next {_POST}|show (?:the )?next", Preview()),
    (r"(?:每日)?预览(?:下一条|一下)?|看看下一条", Preview()),
    (r"(?:看看)?下一条是什么", Preview()),
    (r"send (?:me )?a test(?: post| message)?|(?:send )?test(?: post| me)?|daily test", SendTest()),
    (r"(?:发送?|来)?一?[条个]?测试(?:消息|一下)?(?:给我)?|推送测试|测试推送", SendTest()),
    (rf"(?:daily )?skip(?: (?:the )?next(?: {_POST})?)?", SkipNext()),
    (r"跳过(?:下一[条次个篇])?|跳过一次", SkipNext()),
    (rf"(?:daily )?swap(?: (?:the )?(?:next|it|fact)(?: {_POST})?)?|(?:another|(?:a )?different) fact", Swap()),
    (r"换一?[条个]|换掉(?:下一条|这条)?", Swap()),
    (rf"(?:daily )?(?:resume|unpause|un-pause)(?: {_POSTS})?{_HERE}", Resume()),
    (r"恢复(?:订阅|推送|发送|每日知识)?|继续(?:推送|发送)", Resume()),
    (rf"(?:un-?skip|(?:don'?t|do not) skip)(?: (?:it|that|the next(?: {_POST})?|next))?", Unskip()),
    (r"(?:取消|撤销|恢复)跳过|(?:不|不要|别)跳过(?:了)?", Unskip()),
    (r"skip (?:off|none|nothing|clear|no days|no more)", Unskip(everything=True)),
    (r"(?:un-?skip|(?:don'?t|do not) skip) (?:all|everything|any(?:thing)?)", Unskip(everything=True)),
    (r"跳过\s*(?:关闭|取消|清除|无)", Unskip(everything=True)),
    (r"(?:取消|撤销)(?:所有|全部)(?:的)?跳过|(?:取消|撤销)跳过\s*(?:所有|全部)", Unskip(everything=True)),
    (rf"(?:daily )?pause(?: it| {_POSTS})?{_HERE}|暂停(?:订阅|推送|发送|每日知识)?", Pause()),
    (rf"(?:stop|cancel|end|disable|(?:turn|switch) off) {_POSTS}{_HERE}|daily (?:off|stop)", Unsubscribe()),
    (rf"(?:turn|switch) {_POSTS} off{_HERE}", Unsubscribe()),
    (r"(?:停止|关闭|取消|关掉)(?:订阅|推送|每日推送|每日知识)|每日(?:知识|推送)\s*(?:关闭|停止)", Unsubscribe()),
    (r"daily on|每日知识\s*(?:开启|打开)|(?:开启|打开)每日(?:知识|推送)", Subscribe()),
    (r"daily (?:facts?|posts?)|每日知识|(?:show )?(?:me )?(?:the |my |our )subscription", ListSubscriptions()),
    (r"show subscription|本频道订阅了什么|谁(?:订阅|设置)的", ListSubscriptions()),
    (rf"(?:when is|when does|what time is) (?:the |our )?(?:next|daily) {_POST}(?: come| due)?", ListSubscriptions()),
    (r"(?:下一条|下次)(?:推送)?(?:是)?(?:什么时候|几点)(?:发|推送)?", ListSubscriptions()),
    (r"who (?:has )?(?:created|changed|paused|stopped) (?:it|this|the (?:post|fact)s?)", ListSubscriptions()),
    (r"why is (?:it|this) paused", ListSubscriptions()),
    (r"谁(?:修改|改|暂停|停)(?:的|了)(?:订阅|推送)?|为什么暂停了?", ListSubscriptions()),
    (r"who (?:subscribed|set (?:it|this) up)(?: (?:us|this channel|here))?", ListSubscriptions()),
    (rf"{_WHO}(?:anyone|everyone|anybody|everybody)|{_WHO_HAN}(?:所有人|任何人|每个人|谁都可以)", SetPolicy("anyone")),
    (rf"{_WHO}(?:channel )?members?|{_WHO_HAN}(?:频道)?成员", SetPolicy("members")),
    (rf"{_WHO}creators?|{_WHO_HAN}设置者", SetPolicy("creator")),
    (r"daily unknown leave(?: it| them)?(?: alone)?|每日知识\s*未知\s*(?:不重发|不管)", SetPolicy(on_unknown="leave")),
    (r"daily unknown (?:repost|post again)|每日知识\s*未知\s*(?:重发|补发)", SetPolicy(on_unknown="repost")),
    (r"daily unknown|每日知识\s*未知", ShowPolicy()),
    (rf"{_WHO}admins?|{_WHO_HAN}管理员", SetPolicy("admins")),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), request) for pattern, request in _LINES)


def whole_line(line: str) -> Request | None:
    """What a line asks for (cleaned, in small letters), where nothing in it has to be read further."""
    return next((request for pattern, request in _PATTERNS if pattern.fullmatch(line)), None)
