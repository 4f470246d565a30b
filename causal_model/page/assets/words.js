// What the page says, in its languages; {name} is filled in.

const WORDS = {
  en: {
    note: "A conditional scenario under this graph's assumptions, not a forecast.",
    wide: "This graph is too wide to be answered in the page: it shows the scenarios that were computed beforehand.",
    broken: "The page did not understand {count} part(s) of its address and left them out.",
    variant: "Variant", scenario: "Scenario", compare: "Compare with", language: "Language",
    base: "nothing given",
    or: " or ", and: " and ", comma: ", ", quote: "“{}”",
    rest: "With nothing given, the probability of {outcome} being {states} is {now}.",
    restScenario: "With nothing given, the probability of {outcome} being {states} is {now}; under {scenario} it is {then} ({change}), the largest move of all scenarios.",
    given: "Given {findings}, the probability of {outcome} being {states} is {now}: {change} against {before} with {reference}.",
    under: "Under {scenario}, the probability of {outcome} being {states} is {now}: {change} against {before} with {reference}.",
    others: "{n} more findings", plain: "Given {findings}.", nothing: "Nothing given.",
    observed: "{node} is {state}", excluded: "{node} is not {state}", do: "{node} is set to {state}",
    likelihood: "a sign of {node}: {state}", belief: "{node} is believed to be {state} with {p}",
    impossible: "These findings cannot hold together in this graph. Take one of them back.",
    fault: "No answer: {reason}",
    evidence: "P(evidence) = {p}", evidenceDo: "P(evidence) = {p}; what is set (do) is in force and does not count.",
    graph: "The graph. Tab goes from node to node, arrow keys choose a state, Space sets or clears it, D sets it by do, Enter leads to its sliders.",
    percent: "{state} {p} percent, {node}", ruledOut: "ruled out",
    tagobserved: "observed", tagexcluded: "excluded", taglikelihood: "likelihood", tagbelief: "belief", tagdo: "do",
    driver: "driver", mechanism: "mechanism", indicator: "indicator", outcome: "outcome", decision: "decision",
    bar: "probability now (%)", ghost: "compared with", cut: "cut by do", path: "path to the outcome", positive: "same direction", negative: "opposite", mixed: "depends",
    width: "width: effect on its child",
    choose: "Choose a node in the graph to set it, to weigh its states, and to read where it comes from.",
    doSwitch: "do: somebody sets it", clearNode: "Clear this node",
    doHelp: "Set it, and what usually decides it no longer does: the arrows into it are cut.",
    soft: "Sliders mean", likelihoodMode: "a sign (likelihood)", beliefMode: "make P = x (belief)",
    likelihoodSlider: "How well what was seen fits {state}", beliefSlider: "P({state}) shall be",
    not: "rule out {state}", notShort: "not",
    sources: "Where it comes from", noSources: "The file gives no source.", form: "Table: {form}{confidence}", confidence: ", confidence {n} (as if so many cases had been counted)",
    elicited: "Numbers without counts are elicited judgement.",
    table: "{outcome}: now against {reference}", state: "state", now: "now", change: "change",
    why: "Why", channels: "Channels", hangs: "What it hangs on", watch: "Watch next", sure: "How sure", claims: "Claims",
    live: "Computed in this page for what is chosen now.", made: "Computed when the page was made.",
    notMade: "The page has this for nothing given and for the scenarios. For what is chosen now, ask:",
    sharesTitle: "How much each finding moved the answer (Shapley value)", inWords: "The same in words, with paths and how surprising it is:",
    whyNothing: "Nothing is given, so there is nothing to explain. Choose a scenario, or click a state.",

    channelsTitle: "{node}: {state} instead of {baseline}, set by do, moves P({states}) by {total}:", other: "other ways",
    channelsNote: "Setting a node moves what lies below it, so findings there are left out.", channelsNone: "No finding puts a node into one state, or the graph names no channels.",
    observeTitle: "Seen: what a reading of each node would tell about P({states})",
    observeNote: "It tells, and need not move: an indicator tells much and moves nothing.",
    doTitle: "Set (do): what P({states}) would be if somebody set each node", doNote: "What is no cause of the outcome does nothing here.",
    rowsTitle: "Numbers in tables: P({states}) as one entry moves over its {level} % interval",
    rowsNote: "Numbers that are elicited, each moved as far as its confidence leaves it open.", observeKind: "seen", doKind: "set (do)", rowsKind: "numbers in tables",
    nothingMoves: "Nothing is left that would move it.",
    watchTitle: "What to watch next, indicators first", bits: "bits", expected: "expected move", node: "node",
    sureTitle: "{level} % intervals, from {draws} draws of the elicited tables", interval: "interval", changeInterval: "change, interval",
    claimsTitle: "{pass} of {all} claims hold", verdict: "verdict", claim: "claim", measured: "measured",
    pass: "✓ pass", warn: "! warn", fail: "✗ fail", unjudged: "? open", dropped: "– dropped", noClaims: "There are no claims beside this graph.",
    noOutcome: "This graph names no outcome, so there is no answer to look into.", panels: "More about the answer",
  },
  "zh-Hant": {
    note: "在本圖假設下的條件情景,並非預測。",
    wide: "本圖過寬,頁面無法即時作答,只顯示事先算好的情景。",
    broken: "網址中有 {count} 處頁面無法理解,已略去。",
    variant: "變體", scenario: "情景", compare: "對照", language: "語言",
    base: "未給定任何發現",
    or: "或", and: "且", comma: "、", quote: "「{}」",
    rest: "未給定任何發現時,{outcome}為{states}的機率是 {now}。",
    restScenario: "未給定任何發現時,{outcome}為{states}的機率是 {now};在{scenario}情景下為 {then}({change}),是各情景中變動最大者。",
    given: "給定{findings},{outcome}為{states}的機率是 {now},與{reference}時的 {before} 相比變動 {change}。",
    under: "在{scenario}情景下,{outcome}為{states}的機率是 {now},與{reference}時的 {before} 相比變動 {change}。",
    others: "另外 {n} 項發現", plain: "給定{findings}。", nothing: "未給定任何發現。",
    observed: "{node}為{state}", excluded: "{node}不為{state}", do: "{node}被設為{state}",
    likelihood: "{node}的跡象:{state}", belief: "認為{node}為{state}的機率是 {p}",
    impossible: "這些發現在本圖中不能同時成立,請撤回其中一項。",
    fault: "沒有答案:{reason}",
    evidence: "P(證據) = {p}", evidenceDo: "P(證據) = {p};被設定(do)者生效但不計入。",
    graph: "因果圖。Tab 鍵在節點間移動,方向鍵選擇狀態,空白鍵設定或清除,D 鍵以 do 設定,Enter 鍵前往其滑桿。",
    percent: "{state} 百分之 {p},{node}", ruledOut: "已排除",
    tagobserved: "觀察到", tagexcluded: "已排除", taglikelihood: "似然", tagbelief: "信念", tagdo: "do 干預",
    driver: "驅動因素", mechanism: "機制", indicator: "觀察指標", outcome: "結果", decision: "決策",
    bar: "目前機率(%)", ghost: "對照", cut: "被 do 切斷", path: "通往結果的路徑", positive: "同向", negative: "反向", mixed: "視情況",
    width: "粗細:對下游節點的影響",
    choose: "在圖中選一個節點,即可設定它、權衡其狀態,並查看其出處。",
    doSwitch: "do:由外力設定", clearNode: "清除此節點",
    doHelp: "設定之後,平時決定它的因素不再起作用:指向它的箭頭被切斷。",
    soft: "滑桿的意義", likelihoodMode: "跡象(似然)", beliefMode: "令 P = x(信念)",
    likelihoodSlider: "所見與{state}相符的程度", beliefSlider: "令 P({state}) 為",
    not: "排除{state}", notShort: "非",
    sources: "出處", noSources: "檔案沒有說明出處。", form: "機率表:{form}{confidence}", confidence: ",信心 {n}(相當於統計了這麼多例)",
    elicited: "沒有統計的數字均為主觀估計。",
    table: "{outcome}:目前與{reference}對照", state: "狀態", now: "目前", change: "變化",
    why: "原因", channels: "渠道", hangs: "取決於什麼", watch: "接下來觀察", sure: "有多確定", claims: "主張",
    live: "依目前選擇在本頁即時計算。", made: "製作頁面時算好。",
    notMade: "頁面只備有未給定任何發現時及各情景的結果。目前的選擇請用指令查詢:",
    sharesTitle: "各項發現使答案變動多少(夏普利值)", inWords: "以文字說明,並附路徑與意外程度:",
    whyNothing: "未給定任何發現,無需解釋。請選一個情景,或點選一個狀態。",

    channelsTitle: "以 do 將{node}設為{state}而非{baseline},P({states})變動 {total}:", other: "其他途徑",
    channelsNote: "設定一個節點也會推動其下游,故下游的發現略去不計。", channelsNone: "沒有發現令節點處於單一狀態,或本圖沒有列出渠道。",
    observeTitle: "觀察:各節點的讀數會透露多少關於 P({states}) 的資訊",
    observeNote: "透露資訊不等於推動:指標透露很多,卻不推動什麼。",
    doTitle: "設定(do):若有人設定各節點,P({states}) 會是多少", doNote: "不是結果之因的節點在此不起作用。",
    rowsTitle: "表中的數字:某一項在其 {level} % 區間內變動時的 P({states})",
    rowsNote: "主觀估計的數字,各在其信心所容許的範圍內變動。", observeKind: "觀察", doKind: "設定(do)", rowsKind: "表中的數字",
    nothingMoves: "已沒有什麼能令其變動。",
    watchTitle: "接下來觀察什麼(指標在先)", bits: "位元", expected: "預期變動", node: "節點",
    sureTitle: "{level} % 區間,由主觀估計的機率表抽樣 {draws} 次得出", interval: "區間", changeInterval: "變化的區間",
    claimsTitle: "{all} 項主張中 {pass} 項成立", verdict: "判定", claim: "主張", measured: "測得",
    pass: "✓ 成立", warn: "! 警告", fail: "✗ 不成立", unjudged: "? 未判定", dropped: "– 撤銷", noClaims: "本圖沒有主張。",
    noOutcome: "本圖沒有指明結果節點,因此沒有可供探究的答案。", panels: "關於答案的更多資訊",
  },
};

/** A word in a language, with its parts filled in. */
export function say(lang, key, parts = {}) {
  const words = (WORDS[lang] ?? WORDS.en)[key] ?? WORDS.en[key] ?? key;
  return words.replace(/\{(\w*)\}/g, (whole, name) => (name in parts ? parts[name] : whole));
}

/** A text of the graph file in a language. */
export const textOf = (texts, lang) => texts?.[lang] || texts?.en || "";

/** Rounded as Python prints it: a number that lies exactly between two goes to the even one. */
export function fixed(x, digits) {
  const shown = x.toFixed(digits);
  const rest = Math.abs(x).toFixed(80).slice(Math.abs(x).toFixed(80).indexOf(".") + 1 + digits);
  if (!/^50*$/.test(rest)) return shown;
  const step = 10 ** -digits, one = Math.abs(Number(shown));
  return Number(shown.at(-1)) % 2 ? ((one - step) * Math.sign(x)).toFixed(digits) : shown;
}

/** 41.2 % */
export const share = (p) => `${fixed(100 * p, 1)} %`;
/** +5.0 pp, with a sign of its own for less. */
export function points(pp) {
  const shown = fixed(pp, 1);
  return `${Number(shown) === 0 ? "+0.0" : pp > 0 ? `+${shown}` : shown.replace("-", "−")} pp`;
}

/** a, b and c */
export function listed(lang, texts, last = "or") {
  if (texts.length < 2) return texts.join("");
  return texts.slice(0, -1).join(say(lang, "comma")) + say(lang, last) + texts.at(-1);
}
