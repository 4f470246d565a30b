// Everything below the graph: the chosen node, the table, and what explains the answer.

import {counted} from "./ask.js";
import {h, replaced} from "./dom.js";
import {numbersOf, scenarioOf} from "./state.js";
import {fixed, listed, points, say, share, textOf} from "./words.js";

// A bar that moves the answer less than this cannot be seen, and more bars than this are not read.
const SEEN = 5e-5, MOST_BARS = 10;
// Findings that the sentence at the top names, so that it stays one.
const NAMED = 2;

/** Words of a graph in the language of the reader. */
export function names(content, lang) {
  const nodes = new Map(content.nodes.map((node) => [node.id, node]));
  const node = (id) => textOf(nodes.get(id)?.label, lang) || id;
  const state = (id, own) => textOf(nodes.get(id)?.states.find((each) => each.id === own)?.label, lang) || own;
  const outcome = () => listed(lang, content.outcome.states.map((each) => say(lang, "quote").replace("{}", state(content.outcome.node, each))));
  return {
    node, state, outcome,
    finding(finding) {
      const numbers = numbersOf(finding);
      const best = numbers ? Object.keys(numbers).reduce((a, b) => (numbers[b] > numbers[a] ? b : a)) : finding.state;
      // A sign may fit several states best; the probability that is told of a belief is that of one.
      const told = finding.weights ? Object.keys(numbers).filter((id) => numbers[id] === numbers[best]) : [best];
      const states = listed(lang, told.map((id) => say(lang, "quote").replace("{}", state(finding.node, id))));
      return say(lang, finding.kind, {node: node(finding.node), state: states, p: numbers ? share(numbers[best]) : ""});
    },
    event: () => `${node(content.outcome.node)}: ${listed(lang, content.outcome.states.map((each) => state(content.outcome.node, each)))}`,
  };
}

/** The sentence at the top. */
export function headline(content, lang, findings, now, reference, referenceName) {
  const name = names(content, lang);
  const named = findings.slice(0, findings.length > NAMED ? 1 : NAMED).map(name.finding);
  const others = findings.length - named.length;
  const told = listed(lang, others ? [...named, say(lang, "others", {n: others})] : named, "and");
  if (!content.outcome) return findings.length ? say(lang, "plain", {findings: told}) : say(lang, "nothing");
  const common = {outcome: name.node(content.outcome.node), states: name.outcome()};
  const p = counted(content, now);
  if (!findings.length && referenceName === say(lang, "base")) {
    const strongest = mostMoving(content);
    if (!strongest) return say(lang, "rest", {...common, now: share(p)});
    const then = counted(content, content.answers[strongest.id].query.posterior);
    return say(lang, "restScenario", {
      ...common, now: share(p), then: share(then), change: points(100 * (then - p)),
      scenario: say(lang, "quote").replace("{}", textOf(strongest.title, lang)),
    });
  }
  const before = counted(content, reference), scenario = scenarioOf(content, findings);
  const parts = {...common, now: share(p), before: share(before), change: points(100 * (p - before)), reference: referenceName};
  if (scenario) return say(lang, "under", {...parts, scenario: say(lang, "quote").replace("{}", textOf(scenario.title, lang))});
  return say(lang, "given", {...parts, findings: told || say(lang, "base")});
}

/** The scenario that moves the outcome most, from nothing given. */
export function mostMoving(content) {
  if (!content.outcome) return undefined;
  const base = counted(content, content.answers[""].query.posterior);
  const move = ({id}) => Math.abs(counted(content, content.answers[id].query.posterior) - base);
  return content.scenarios.reduce((best, each) => (!best || move(each) > move(best) ? each : best), undefined);
}

/** The chosen node: do, sliders, exclusions, and where its numbers come from. */
export function nodePanel(parent, {content, lang, state, now, mode, act, live}) {
  const node = content.nodes.find(({id}) => id === state.node);
  if (!node) return replaced(parent, h("p", {class: "hint"}, say(lang, "choose")));
  const name = names(content, lang), own = state.findings.filter((each) => each.node === node.id);
  const kind = own[0]?.kind, isDo = kind === "do";
  const soft = kind === "likelihood" || kind === "belief" ? kind : mode;
  const numbers = own.map(numbersOf).find(Boolean);
  const value = (id) => {
    if (kind === soft) return numbers[id] ?? 0;
    return soft === "likelihood" ? 1 : now?.[node.id][id] ?? 0;
  };
  const rows = node.states.map(({id}, at) => {
    const x = value(id), label = name.state(node.id, id);
    const out = own.some((each) => each.kind === "excluded" && each.state === id);
    const slider = `soft-${node.id}-${at}`.replace(/\s/g, "_");
    return h("div", {class: "slider"},
      h("label", {for: slider}, label),
      h("input", {
        id: slider, type: "range", min: 0, max: 1000, step: 1, value: Math.round(1000 * x), disabled: !live || node.decision,
        "aria-label": `${label}: ${say(lang, soft === "likelihood" ? "likelihoodSlider" : "beliefSlider", {state: label})}`,
        "aria-valuetext": soft === "likelihood" ? fixed(x, 2) : share(x),
        oninput: (event) => act.weigh(node.id, id, soft, Number(event.target.value), node.states.map((each) => Math.round(1000 * value(each.id)))),
      }),
      h("output", {for: slider}, soft === "likelihood" ? `× ${fixed(x, 2)}` : share(x)),
      h("button", {
        id: `not-${slider}`, type: "button", class: "small", "aria-pressed": String(out), disabled: !live || node.decision,
        "aria-label": say(lang, "not", {state: label}), title: say(lang, "not", {state: label}),
        onclick: () => act.exclude(node.id, id),
      }, say(lang, "notShort")));
  });
  const radio = (value, key) => h("label", {class: "choice"},
    h("input", {id: `mode-${value}`, type: "radio", name: "mode", value, checked: soft === value, onchange: () => act.mode(value)}), say(lang, key));
  return replaced(parent,
    h("h2", {}, name.node(node.id), " ", h("small", {}, say(lang, node.decision ? "decision" : node.role))),
    h("div", {class: "row"},
      h("button", {id: "do-switch", type: "button", role: "switch", "aria-checked": String(isDo), title: say(lang, "doHelp"), disabled: !live, onclick: () => act.toggleDo(node.id)}, say(lang, "doSwitch")),
      h("button", {id: "clear-node", type: "button", "aria-disabled": String(!own.length), onclick: () => act.clear(node.id)}, say(lang, "clearNode"))),
    h("fieldset", {}, h("legend", {}, say(lang, "soft")), radio("likelihood", "likelihoodMode"), radio("belief", "beliefMode")),
    ...rows);
}

/** What supports the chosen node, its arrows and its numbers. */
export function sources(parent, {content, lang, state}) {
  const node = content.nodes.find(({id}) => id === state.node);
  if (!node) return replaced(parent);
  const cited = node.citations ?? [];
  const item = ({supports, source, quote, gloss, note}) => h("li", {},
    quote && h("q", {lang: "zh-Hant"}, quote), gloss && h("span", {class: "gloss"}, ` ${gloss}`),
    textOf(note, lang) && h("span", {}, ` ${textOf(note, lang)}`),
    h("cite", {}, ` ${content.sources[source]?.publisher ?? source}`), h("code", {}, supports));
  return replaced(parent,
    h("h2", {}, textOf(node.label, lang), " ", h("small", {}, say(lang, "sources"))),
    textOf(node.description, lang) && h("p", {}, textOf(node.description, lang)),
    node.form && h("p", {class: "small"}, say(lang, "form", {form: node.form, confidence: node.confidence ? say(lang, "confidence", {n: node.confidence}) : ""}), ". ", say(lang, "elicited")),
    cited.length ? h("ul", {class: "sources"}, cited.map(item)) : h("p", {}, say(lang, "noSources")));
}

/** The outcome now against what it is compared with. */
export function comparison(parent, {content, lang, now, reference, referenceName, node}) {
  const name = names(content, lang), about = content.outcome?.node ?? (node || content.nodes[0].id);
  const own = content.nodes.find(({id}) => id === about);
  const row = ({id}) => {
    const [p, before] = [now[about][id], reference[about][id]];
    return h("tr", {}, h("th", {scope: "row"}, name.state(about, id)), h("td", {}, share(before)), h("td", {}, share(p)), h("td", {}, points(100 * (p - before))));
  };
  return replaced(parent,
    h("h2", {}, say(lang, "table", {outcome: name.node(about), reference: referenceName})),
    table([say(lang, "state"), referenceName, say(lang, "now"), say(lang, "change")], own.states.map(row)));
}

const table = (heads, rows) => h("table", {}, h("thead", {}, h("tr", {}, heads.map((each, at) => (each ? h("th", {scope: "col", class: at ? "number" : ""}, each) : h("td"))))), h("tbody", {}, rows));
const cell = (text, number = true) => h("td", {class: number ? "number" : ""}, text);
const head = (text) => h("th", {scope: "row"}, text);

/** The command that asks the same where the page cannot. */
function command(content, name, findings) {
  const quote = (text) => (/^[\w.=:,!-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const numbers = (finding) => Object.entries(numbersOf(finding)).map(([state, x]) => `${state}:${x}`).join(",");
  const options = findings.map((each) => {
    if (each.kind === "observed") return `--given ${quote(`${each.node}=${each.state}`)}`;
    if (each.kind === "excluded") return `--given ${quote(`${each.node}!=${each.state}`)}`;
    if (each.kind === "do") return `--do ${quote(`${each.node}=${each.state}`)}`;
    return `--${each.kind} ${quote(`${each.node}=${numbers(each)}`)}`;
  });
  return ["causal-model", name, `-g ${quote(content.graph.id)}`, ...options].join(" ");
}

const commandOf = (context, question) => h("pre", {}, h("code", {}, command(context.content, question, context.state.findings)));

const missing = (context, question) => [
  h("p", {}, say(context.lang, "notMade")), commandOf(context, question),
];
const told = (lang, key) => h("p", {class: "small"}, say(lang, key));

/** A path, each arrow as it points in the graph. */
const along = ({nodes, forwards}, name) => nodes.map((id, at) => (at ? (forwards[at - 1] ? " → " : " ← ") : "") + name.node(id)).join("");

export const PANELS = {
  async why(context) {
    const {content, lang, state, ask} = context, name = names(content, lang);
    if (!state.findings.length) return [h("p", {}, say(lang, "whyNothing"))];
    const found = await ask.explain(state.findings, lang);
    if (!found) return missing(context, "explain");
    const sentences = found.narrative && (found.narrative[lang] ?? found.narrative.en);
    const most = Math.max(...found.shares.map((each) => Math.abs(each.shapley_pp)), 0.05);
    return [
      sentences && h("p", {class: "narrative"}, sentences.join(lang === "en" ? " " : "")),
      !sentences && h("h3", {}, say(lang, "sharesTitle")),
      h("table", {}, h("tbody", {}, found.shares.map((each) => h("tr", {}, head(name.finding(each.finding)), bar(each.shapley_pp / most), cell(points(each.shapley_pp)))))),
      ...found.shares.flatMap(({paths}) => paths.slice(0, 3)).map((path) => h("p", {class: "small"}, along(path, name))),
      ...(sentences ? [] : [told(lang, "live"), h("p", {}, say(lang, "inWords")), commandOf(context, "explain --words")]),
      sentences && !context.server && told(lang, "made"),
    ];
  },

  async channels(context) {
    const {content, lang, state, ask} = context, name = names(content, lang);
    if (state.findings.length && !Object.keys(content.channels).length) return [h("p", {}, say(lang, "channelsNone"))];
    if (!state.findings.length) return [h("p", {}, say(lang, "whyNothing"))];
    const found = await ask.effects(state.findings);
    if (!found) return missing(context, "effects --channels");
    if (!found.length) return [h("p", {}, say(lang, "channelsNone"))];
    return [...found.flatMap((each) => {
      const parts = [...Object.entries(each.shares_pp).map(([id, pp]) => [textOf(content.channels[id], lang) || id, pp]), [say(lang, "other"), each.other_pp]];
      const most = Math.max(...parts.map(([, pp]) => Math.abs(pp)), 0.05);
      return [
        h("p", {}, say(lang, "channelsTitle", {
          node: name.node(each.node), state: name.state(each.node, each.state), baseline: name.state(each.node, each.baseline), states: name.event(), total: points(each.total_pp),
        })),
        h("table", {}, h("tbody", {}, parts.map(([label, pp]) => h("tr", {}, head(label), bar(pp / most), cell(points(pp)))))),
      ];
    }), told(lang, "channelsNote"), !context.server && told(lang, "made")];
  },

  async hangs(context) {
    const {content, lang, state, ask, act} = context, name = names(content, lang);
    const found = await ask.sensitivity(state.findings);
    if (!found) return content.outcome && !context.live ? missing(context, "sensitivity") : [h("p", {}, say(lang, "nothingMoves"))];
    const rows = found.rows && entries(name, found.rows);
    const bars = {observe: effects(name, found.observe), do: effects(name, found.do), rows};
    const kind = Object.hasOwn(bars, state.kind) ? state.kind : "observe", own = bars[kind];
    const ends = [found.probability, ...(own ?? []).flatMap(({from, to}) => [from, to])];
    const scale = [Math.min(...ends), Math.max(...ends)];
    const title = say(lang, `${kind}Title`, {states: name.event(), level: Math.round(100 * (found.level ?? 0.9))});
    return [
      h("div", {class: "row"}, Object.keys(bars).map((each) => h("button", {
        id: `kind-${each}`, type: "button", "aria-pressed": String(each === kind), onclick: () => act.kind(each),
      }, say(lang, `${each}Kind`)))),
      h("h3", {}, title), told(lang, `${kind}Note`),
      !own ? missing(context, "sensitivity --kind rows") : own.length ? tornado(own, found.probability, scale, kind) : h("p", {}, say(lang, "nothingMoves")),
      !context.server && own && told(lang, kind === "rows" ? "made" : "live"),
    ];
  },

  async watch(context) {
    const {content, lang, state, ask} = context, name = names(content, lang);
    const found = await ask.watch(state.findings);
    if (!found) return content.outcome && !context.live ? missing(context, "watch") : [h("p", {}, say(lang, "nothingMoves"))];
    const nodes = found.nodes.slice(0, 12), most = Math.max(...nodes.map((each) => each.information_bits), 1e-9);
    return [
      h("h3", {}, say(lang, "watchTitle")),
      table([say(lang, "node"), "", say(lang, "bits"), say(lang, "expected")], nodes.map((each) => h("tr", {},
        h("th", {scope: "row"}, name.node(each.node), each.role === "indicator" && h("small", {}, ` ${say(lang, "indicator")}`)), bar(each.information_bits / most), cell(each.information_bits < 1e-12 ? "0" : each.information_bits.toPrecision(2)), cell(`${fixed(each.expected_change_pp, 1)} pp`)))),
      !context.server && told(lang, "live"),
    ];
  },

  async sure(context) {
    const {content, lang, state, ask} = context, name = names(content, lang);
    const found = content.outcome && await ask.interval(state.findings);
    if (!found) return missing(context, "query --interval 0.9");
    const {node} = content.outcome, own = content.nodes.find(({id}) => id === node);
    const span = ([low, high], shown) => `${shown(low)} – ${shown(high)}`;
    return [
      h("h3", {}, say(lang, "sureTitle", {level: 100 * found.level, draws: found.draws.toLocaleString("en")})),
      table([name.node(node), say(lang, "now"), say(lang, "interval"), say(lang, "changeInterval")], own.states.map(({id}) => h("tr", {},
        head(name.state(node, id)), cell(share(context.now[node][id])), cell(span(found.posterior[id], share)), cell(span(found.change_pp[id], points))))),
      !context.server && told(lang, "made"),
    ];
  },

  async claims({content, lang}) {
    const all = content.claims;
    if (!all?.length) return [h("p", {}, say(lang, "noClaims"))];
    return [
      h("h3", {}, say(lang, "claimsTitle", {pass: all.filter(({verdict}) => verdict === "pass").length, all: all.length})),
      h("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": say(lang, "claims")}, table([say(lang, "verdict"), say(lang, "claim"), say(lang, "measured")], all.map((each) => h("tr", {},
        h("td", {class: `verdict ${each.verdict}`}, say(lang, each.verdict)), h("th", {scope: "row", title: each.statement}, textOf(each.title, lang)), cell(each.told, false))))),
    ];
  },
};

/** A bar from the middle, to the left where it is negative. */
function bar(part) {
  const inner = h("span", {class: part < 0 ? "fall" : "rise"});
  inner.style.width = `${Math.min(50, 50 * Math.abs(part))}%`;
  inner.style[part < 0 ? "right" : "left"] = "50%";
  return h("td", {class: "bars"}, h("span", {class: "axis", "aria-hidden": "true"}, inner));
}

/** Nodes that move the answer visibly, as bars of a tornado. */
const effects = (name, found) => found.filter(({range}) => range > SEEN).slice(0, MOST_BARS).map((each) => ({
  label: name.node(each.node), from: each.answers[each.lowest], to: each.answers[each.highest],
  low: name.state(each.node, each.lowest), high: name.state(each.node, each.highest),
}));

/** Entries of tables likewise. */
const entries = (name, found) => found.filter(({answers}) => answers && Math.abs(answers[1] - answers[0]) > SEEN).slice(0, MOST_BARS).map((each) => {
  const [at, to] = each.answers[0] <= each.answers[1] ? [0, 1] : [1, 0];
  const given = Object.entries(each.given).map(([node, state]) => `${name.node(node)}: ${name.state(node, state)}`).join(", ");
  return {
    label: `${name.node(each.node)}: ${name.state(each.node, each.state)}`, given,
    from: each.answers[at], to: each.answers[to], low: `P = ${fixed(each.interval[at], 2)}`, high: `P = ${fixed(each.interval[to], 2)}`,
  };
});

/** Bars on one scale; an entry of a table has a line for its name. */
function tornado(bars, now, scale, kind) {
  const low = (each) => h("td", {class: "number end"}, `${each.low}`, h("br"), share(each.from));
  const high = (each) => h("td", {class: "end"}, `${each.high}`, h("br"), share(each.to));
  const cells = (each) => [low(each), h("td", {class: "span"}, range(each, now, scale)), high(each)];
  const rows = kind === "rows"
    ? bars.flatMap((each) => [h("tr", {}, h("th", {scope: "rowgroup", colspan: 3}, each.label, each.given && h("small", {}, ` | ${each.given}`))), h("tr", {}, cells(each))])
    : bars.map((each) => h("tr", {}, head(each.label), cells(each)));
  return h("table", {class: `tornado ${kind}`}, h("tbody", {}, rows));
}

/** From the lowest to the highest answer, on both sides of the answer now. */
function range({from, to}, now, [least, most]) {
  const at = (p) => 100 * (p - least) / (most - least || 1);
  const part = (kind, start, end) => {
    const inner = h("span", {class: kind});
    inner.style.left = `${at(start)}%`;
    inner.style.width = `${Math.max(0, at(end) - at(start))}%`;
    return inner;
  };
  const axis = h("span", {class: "axis", "aria-hidden": "true"}, part("fall", Math.min(from, now), now), part("rise", now, Math.max(to, now)));
  axis.style.setProperty("--now", `${at(now)}%`);
  return axis;
}

/** What the signs in the graph mean. */
export function legend(parent, {content, lang, referenceName}) {
  const roles = [...new Set(content.nodes.map(({role}) => role))].filter((role) => role !== "outcome");
  const signs = new Set(content.arrows.map(({sign}) => sign));
  const key = (kind, text) => h("li", {}, h("span", {class: `key ${kind}`, "aria-hidden": "true"}), text);
  return replaced(parent,
    key("bar", say(lang, "bar")), key("ghost", `${say(lang, "ghost")}: ${referenceName}`), key("path", say(lang, "path")), key("cut", say(lang, "cut")),
    roles.length > 1 ? roles.map((role) => key(role, say(lang, role))) : [],
    Object.entries(content.channels).map(([, texts], at) => key(`channel channel-${at % 5}`, textOf(texts, lang))),
    [["positive", "+"], ["negative", "−"], ["mixed", "±"]].filter(([sign]) => signs.has(sign)).map(([sign, mark]) => h("li", {}, h("span", {class: "key sign", "aria-hidden": "true"}, mark), say(lang, sign))),
    key("wedge", say(lang, "width")));
}
