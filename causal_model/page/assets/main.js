// The page: a state, who answers, and what follows from a change of the state.

import {byEngine, byServer} from "./ask.js";
import {h, replaced} from "./dom.js";
import {PANELS, comparison, headline, legend, mostMoving, nodePanel, sources} from "./panels.js";
import {trail} from "./paths.js";
import {numbersOf, read, same, scenarioOf, write} from "./state.js";
import {graphView} from "./view.js";
import {say, textOf} from "./words.js";

const $ = (id) => document.getElementById(id);
const LANGUAGES = {en: "English", "zh-Hant": "繁體中文"};
const NARROW = matchMedia("(max-width: 860px)");

const content = JSON.parse($("content").textContent);
const server = document.documentElement.dataset.servedAs;
const ask = server ? byServer(content, server) : byEngine(content);
const view = graphView(document.querySelector("#graph svg"), content, {choose, clear, select, enter});

// Where the state is kept: a file has no server to send a query to, and a notebook has no address at all.
const place = {"http:": "search", "https:": "search"}[location.protocol] ?? "hash";
// The node whose panel is open until another is chosen.
const FIRST = mostMoving(content)?.findings[0]?.node ?? content.outcome?.node ?? content.nodes[0]?.id ?? "";
let state = here();
let mode = "likelihood";
let now = content.answers[""].query.posterior, reference = now, shown = content.answers[""].query;
let asked = 0;

function here() {
  const text = place === "search" ? location.search : location.hash;
  const found = read(text.slice(1), content);
  found.lang = Object.hasOwn(LANGUAGES, found.lang) ? found.lang : document.documentElement.dataset.lang ?? "en";
  if (!Object.hasOwn(PANELS, found.tab)) found.tab = "why";
  found.node ||= FIRST;
  return found;
}

/** The address of the state; what is as ever is left out. */
function address(own) {
  const usual = {lang: document.documentElement.dataset.lang ?? "en", tab: "why", node: FIRST};
  const plain = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, usual[name] === value ? "" : value]));
  const query = write(plain, content);
  if (place === "hash") return `${location.pathname}${location.search}${query ? `#${query}` : "#"}`;
  return `${location.pathname}${query ? `?${query}` : ""}`;
}

/** Go to another state: draw what is known of it at once, then ask. */
function go(change, {push = true} = {}) {
  state = {...state, ...change};
  if (location.protocol !== "about:") {
    try {
      history[push ? "pushState" : "replaceState"](null, "", address(state));
    } catch {
      // Some browsers limit how often an address may change; the page works on.
    }
  }
  refresh();
}

function choose(node, own, kind, keep = false) {
  if (!ask.live) return;
  const {decision} = content.nodes.find(({id}) => id === node);
  const before = state.findings.filter((each) => each.node === node);
  const hard = before.find((each) => each.kind === "observed" || each.kind === "do");
  const wanted = kind ?? (decision ? "do" : hard?.kind ?? "observed");
  const others = state.findings.filter((each) => each.node !== node);
  const again = hard && hard.state === own && hard.kind === wanted && !keep;
  go({node, findings: again ? others : inPlace(node, [{node, kind: wanted, state: own}])});
}

/** Other findings on a node, where the old ones were. */
function inPlace(node, found) {
  const at = state.findings.findIndex((each) => each.node === node);
  const others = state.findings.filter((each) => each.node !== node);
  others.splice(at < 0 ? others.length : at, 0, ...found);
  return others;
}

function clear(node) {
  if (state.findings.some((each) => each.node === node)) go({findings: state.findings.filter((each) => each.node !== node)});
}

function select(node) {
  if (state.node !== node) go({node}, {push: false});
}

/** From a box in the graph to its controls; Escape leads back. */
function enter(node) {
  select(node);
  drawNode();
  $("do-switch")?.focus();
}

$("node").addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(`[data-node="${CSS.escape(state.node)}"] [tabindex="0"]`)?.focus();
});

function toggleDo(node) {
  const own = state.findings.find((each) => each.node === node);
  if (own?.kind === "do") {
    const {decision} = content.nodes.find(({id}) => id === node);
    return go({findings: decision ? inPlace(node, []) : inPlace(node, [{...own, kind: "observed"}])});
  }
  const most = (numbers) => Object.keys(numbers).reduce((a, b) => (numbers[b] > numbers[a] ? b : a));
  const chosen = own?.kind === "observed" ? own.state : most(now[node]);
  return go({findings: inPlace(node, [{node, kind: "do", state: chosen}])});
}

function exclude(node, own) {
  const before = state.findings.filter((each) => each.node === node && each.kind === "excluded");
  const left = before.filter((each) => each.state !== own);
  go({findings: inPlace(node, left.length < before.length ? left : [...before, {node, kind: "excluded", state: own}])});
}

/** Move one slider; numbers are thousandths, so that those of a belief sum to one exactly. */
function weigh(node, own, kind, value, numbers) {
  const states = content.nodes.find(({id}) => id === node).states.map(({id}) => id), at = states.indexOf(own);
  numbers[at] = value;
  if (kind === "belief") {
    const rest = numbers.reduce((sum, x, other) => sum + (other === at ? 0 : x), 0), room = 1000 - value;
    let left = room;
    numbers.forEach((x, other) => {
      if (other === at) return;
      numbers[other] = Math.floor(rest ? room * x / rest : room / (numbers.length - 1));
      left -= numbers[other];
    });
    for (let other = 0; left > 0 && numbers.length > 1; other = (other + 1) % numbers.length) {
      if (other !== at) { numbers[other]++; left--; }
    }
  }
  if (!numbers.some((x) => x > 0)) numbers[at] = 1;
  const told = Object.fromEntries(states.map((id, other) => [id, numbers[other] / 1000]));
  mode = kind;
  const idle = kind === "likelihood" && numbers.every((x) => x === 1000);
  const finding = kind === "belief" ? {node, kind, probabilities: told} : {node, kind, weights: told};
  // A slider is moved step by step; the way back leads past all of them.
  const had = state.findings.some((each) => each.node === node && each.kind === kind);
  go({findings: inPlace(node, idle ? [] : [finding])}, {push: !had});
}

function setMode(kind) {
  mode = kind;
  const own = state.findings.find((each) => each.node === state.node);
  if (own && numbersOf(own) && own.kind !== kind) {
    const numbers = numbersOf(own), total = Object.values(numbers).reduce((a, b) => a + b, 0);
    const shares = Object.fromEntries(Object.entries(numbers).map(([id, x]) => [id, x / total]));
    go({findings: inPlace(state.node, [kind === "belief" ? {node: own.node, kind, probabilities: shares} : {node: own.node, kind, weights: shares}])});
  } else {
    drawNode();
  }
}

const act = {clear, toggleDo, exclude, weigh, mode: setMode, kind: (kind) => go({kind})};

/** What does not need an answer first, then the answer, then all that takes longer. */
async function refresh() {
  const own = ++asked, {lang} = state;
  document.body.dataset.settled = "no";
  document.documentElement.lang = lang;
  view.select(state.node);
  view.mark(state.findings, lang, ask.live);
  // A click must not meet the sliders of the node before.
  if ($("node").dataset.of !== state.node) drawNode();
  const scenario = content.scenarios.find(({id}) => id === state.vs);
  reference = content.answers[scenario?.id ?? ""].query.posterior;
  let found, fault = "";
  try {
    found = same(state.findings, []) ? content.answers[""].query : await ask.query(state.findings);
  } catch (error) {
    if (error.name === "AbortError") return;
    fault = error.status >= 400 && error.status < 500 ? error.message : say(lang, "fault", {reason: error.message});
  }
  if (own !== asked) return; // a later click has asked something else
  if (!found) {
    problem(fault || say(lang, ask.live ? "impossible" : "wide"));
  } else {
    problem(state.ignored ? say(lang, "broken", {count: state.ignored}) : ask.live ? "" : say(lang, "wide"));
    [shown, now] = [found, found.posterior];
  }
  document.body.classList.toggle("stale", !found);
  view.show(now, reference, lang);
  view.trails(trailsNow());
  const referenceName = scenario ? textOf(scenario.title, lang) : say(lang, "base");
  const quoted = scenario ? say(lang, "quote").replace("{}", referenceName) : referenceName;
  if (found) sentence(headline(content, lang, state.findings, now, reference, quoted));
  $("evidence").textContent = evidence(found);
  await painted();
  if (own !== asked) return;
  controls();
  comparison($("comparison"), {content, lang, now, reference, referenceName, node: state.node});
  legend($("legend"), {content, lang, referenceName});
  drawNode();
  await panel(own);
  if (own === asked) document.body.dataset.settled = "yes";
}

/** After the bars are on the screen; or soon, where the page is not looked at and nothing is drawn. */
const painted = () => new Promise((ok) => {
  requestAnimationFrame(() => setTimeout(ok));
  setTimeout(ok, 100);
});

function drawNode() {
  $("node").dataset.of = state.node;
  sources($("sources"), {content, lang: state.lang, state});
  nodePanel($("node"), {content, lang: state.lang, state, now, mode, act, live: ask.live});
}

/** The ways from what is given to the outcome; with nothing given, those of the scenario that moves most. */
function trailsNow() {
  const findings = state.findings.length ? state.findings : mostMoving(content)?.findings ?? [];
  const about = [...new Set(findings.map(({node}) => node))];
  return about.map((node) => trail(content, findings, node));
}

function evidence(found) {
  const counts = state.findings.some(({kind}) => kind !== "do" && kind !== "belief");
  if (!found || !counts) return "\u00a0";
  const p = found.evidence_probability ?? Math.exp(found.log_evidence_probability);
  const set = state.findings.some(({kind}) => kind === "do");
  return say(state.lang, set ? "evidenceDo" : "evidence", {p: String(Number(p.toPrecision(4)))});
}

/** The sentence at the top, in which no line ends between a number and its unit. */
function sentence(text) {
  const parts = text.split(/([+−]?\d[\d.]* (?:%|pp))/);
  if ($("headline").textContent !== text) {
    replaced($("headline"), parts.map((part, at) => (at % 2 ? h("span", {class: "amount"}, part) : part)));
  }
}

function problem(text) {
  const box = $("problem");
  if (box.textContent !== text) box.textContent = text;
  box.classList.toggle("shown", Boolean(text));
}

/** The open panel. */
async function panel(own) {
  const context = {content, lang: state.lang, state, now, ask, server, live: ask.live, act};
  const box = $("panel");
  try {
    const parts = content.outcome || state.tab === "claims" ? await PANELS[state.tab](context) : [h("p", {}, say(state.lang, "noOutcome"))];
    if (own !== asked) return;
    replaced(box, parts);
  } catch (error) {
    if (error.name === "AbortError" || own !== asked) return;
    replaced(box, h("p", {}, say(state.lang, "fault", {reason: error.message})));
  }
  box.setAttribute("aria-labelledby", `tab-${state.tab}`);
}

/** A row of buttons of which one is pressed. */
function buttons(parent, label, choices, chosen, onchoose) {
  replaced(parent, h("span", {class: "caption", id: `${parent.id}-caption`}, label), choices.map(([id, text]) => h("button", {
    id: `${parent.id}-${id || "none"}`, type: "button", "aria-pressed": String(id === chosen), onclick: () => onchoose(id),
  }, text)));
  parent.setAttribute("role", "group");
  parent.setAttribute("aria-labelledby", `${parent.id}-caption`);
}

function controls() {
  const {lang} = state;
  document.title = textOf(content.title, lang);
  $("title").textContent = textOf(content.title, lang);
  $("note").textContent = say(lang, "note");
  const listedScenarios = content.scenarios.map(({id, title}) => [id, textOf(title, lang)]);
  const base = ["", say(lang, "base")];
  const active = state.findings.length ? scenarioOf(content, state.findings)?.id : "";
  buttons($("scenarios"), say(lang, "scenario"), [base, ...listedScenarios], active, (id) =>
    go({findings: content.scenarios.find((each) => each.id === id)?.findings ?? [], ignored: 0}));
  if (content.scenarios.length) buttons($("versus"), say(lang, "compare"), [base, ...listedScenarios], state.vs, (id) => go({vs: id}));
  buttons($("languages"), say(lang, "language"), Object.entries(LANGUAGES), lang, (id) => go({lang: id}));
  const tabs = Object.keys(PANELS);
  replaced($("tabs"), tabs.map((tab) => h("button", {
    id: `tab-${tab}`, type: "button", role: "tab", "aria-selected": String(tab === state.tab), "aria-controls": "panel", tabindex: tab === state.tab ? 0 : -1,
    onclick: () => go({tab}),
    onkeydown: (event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (!step) return;
      event.preventDefault();
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      $(`tab-${next}`).focus();
      go({tab: next});
    },
  }, say(lang, tab))));
  $("tabs").setAttribute("aria-label", say(lang, "panels"));
  variants();
}

/** Other graphs of the server, with the same findings as far as they go. */
async function variants() {
  const box = $("variants");
  if (!server || box.dataset.ready) return;
  box.dataset.ready = "yes";
  try {
    const told = await (await fetch("/api/graphs")).json();
    const graphs = told.graphs ?? told;
    if (graphs.length < 2) return;
    buttons(box, say(state.lang, "variant"), graphs.map(({id}) => [id, id]), server, (graph) => {
      location.search = write({...state, graph}, content);
    });
  } catch {
    box.dataset.ready = "";
  }
}

addEventListener("popstate", () => { state = here(); refresh(); });
NARROW.addEventListener("change", () => view.arrange(NARROW.matches));
view.arrange(NARROW.matches);
document.body.classList.add("alive");
refresh();
