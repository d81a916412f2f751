// What Slack itself says around messages, in the language of whoever is acted as.

const WORDS = {
  en: {
    only: "Only visible to you",
    reply: "reply", replies: "replies", thread: "Thread", last: "Last reply",
    edited: "(edited)", more: "See more", less: "See less",
    message: "Message", beginning: "This is the very beginning of", replyHere: "Reply…",
    channels: "Channels", apps: "Apps", home: "Home", messages: "Messages", noHome: "This app has drawn no Home tab.", noResults: "No results",
    cancel: "Cancel", submit: "Submit", optional: "(optional)", choose: "Choose an option", today: "Today",
    archived: "This channel is archived.", absent: "is not in this channel",
    typed: "Typed for you:", gone: "Messages only you could see are gone after a reload, as in Slack.",
    also: "replied to a thread", rows: "rows", filter: "Filter rows", previous: "Previous", next: "Next",
    try: "Try", typo: "A typo", version: "A version that does not exist", chinese: "A question in Chinese",
    mention: "A mention, in a thread", subscribe: "Subscribe the channel",
  },
  zh: {
    only: "仅对你可见",
    reply: "条回复", replies: "条回复", thread: "消息列", last: "最后回复",
    edited: "（已编辑）", more: "查看更多", less: "收起",
    message: "发送消息至", beginning: "这里是频道的开头：", replyHere: "回复…",
    channels: "频道", apps: "应用", home: "主页", messages: "消息", noHome: "此应用还没有主页内容。", noResults: "没有结果",
    cancel: "取消", submit: "提交", optional: "（选填）", choose: "请选择", today: "今天",
    archived: "此频道已存档。", absent: "不在此频道",
    typed: "已为你输入：", gone: "与 Slack 一样，仅对你可见的消息在刷新后会消失。",
    also: "回复了消息列", rows: "行", filter: "筛选", previous: "上一页", next: "下一页",
    try: "试试", typo: "打错的名字", version: "不存在的版本", chinese: "中文问题",
    mention: "在消息列里提及", subscribe: "订阅此频道",
  },
};

export const words = { ...WORDS.en };

export function speak(locale) {
  const language = locale.startsWith("zh") ? "zh" : "en";
  Object.assign(words, WORDS[language]);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
