// What the reader has chosen, and the same as the query of a URL: a link is a whole state of the page.
//
// A state is {graph, lang, vs, node, tab, kind, findings}: the language, the scenario that is compared with, the
// node and the panel that are open, and the kind of tornado. Findings that are those of a scenario are written by its
// name, all others one by one: given.NODE=STATE, not.NODE=STATE, do.NODE=STATE, like.NODE=STATE:WEIGHT,...
// and belief.NODE=STATE:P,... Names are escaped, so they may hold anything.

const KINDS = {given: "observed", not: "excluded", do: "do", like: "likelihood", belief: "belief"};
const PREFIX = Object.fromEntries(Object.entries(KINDS).map(([prefix, kind]) => [kind, prefix]));
const PLAIN = ["graph", "lang", "vs", "node", "tab", "kind"];

/** The numbers of a soft finding by state. */
export const numbersOf = (finding) => finding.weights ?? finding.probabilities;

function valueOf(finding) {
  const numbers = numbersOf(finding);
  if (!numbers) return finding.state;
  return Object.entries(numbers).map(([state, x]) => `${encodeURIComponent(state)}:${x}`).join(",");
}

/** A finding as one text, the same for findings that say the same. */
export function keyOf(finding) {
  const numbers = numbersOf(finding);
  const sorted = numbers && Object.entries(numbers).filter(([, x]) => x > 0).sort();
  return JSON.stringify([finding.node, finding.kind, finding.state ?? sorted]);
}

/** Whether two lists of findings say the same, in whatever order. */
export function same(one, other) {
  const [a, b] = [one, other].map((findings) => findings.map(keyOf).sort().join("\n"));
  return a === b;
}

/** The scenario whose findings these are, if any. */
export const scenarioOf = (content, findings) =>
  findings.length ? content.scenarios.find((each) => same(each.findings, findings)) : undefined;

/** The query of the URL, without its question mark. */
export function write(state, content) {
  const parts = PLAIN.filter((name) => state[name]).map((name) => [name, state[name]]);
  const scenario = scenarioOf(content, state.findings);
  if (scenario) parts.push(["scenario", scenario.id]);
  else parts.push(...state.findings.map((each) => [`${PREFIX[each.kind]}.${each.node}`, valueOf(each)]));
  return parts.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
}

/** Read it back; what this graph does not have is left out and counted in `ignored`. */
export function read(query, content) {
  const state = {graph: "", lang: "", vs: "", node: "", tab: "", kind: "", findings: [], ignored: 0};
  for (const [name, value] of new URLSearchParams(query)) {
    if (PLAIN.includes(name)) {
      state[name] = value;
    } else if (name === "scenario") {
      const found = content.scenarios.find(({id}) => id === value);
      if (found) state.findings.push(...found.findings);
      else state.ignored++;
    } else {
      const finding = findingOf(name, value, content);
      if (finding) state.findings.push(finding);
      else state.ignored += /^(given|not|do|like|belief)\./.test(name);
    }
  }
  if (!content.nodes.some(({id}) => id === state.node)) state.node = "";
  if (!content.scenarios.some(({id}) => id === state.vs)) state.vs = "";
  return state;
}

function findingOf(name, value, content) {
  const dot = name.indexOf(".");
  const kind = Object.hasOwn(KINDS, name.slice(0, dot)) ? KINDS[name.slice(0, dot)] : undefined;
  const node = content.nodes.find(({id}) => id === name.slice(dot + 1));
  if (dot < 0 || !kind || !node) return null;
  const states = node.states.map(({id}) => id);
  if (kind !== "likelihood" && kind !== "belief") {
    return states.includes(value) ? {node: node.id, kind, state: value} : null;
  }
  const numbers = {};
  for (const part of value.split(",")) {
    const [state, number] = part.split(":");
    let named;
    try { named = decodeURIComponent(state); } catch { return null; }
    const x = Number(number);
    if (!states.includes(named) || number === undefined || number === "" || !(x >= 0 && x < Infinity)) return null;
    numbers[named] = x;
  }
  const total = Object.values(numbers).reduce((a, b) => a + b, 0);
  if (!(total > 0) || (kind === "belief" && Math.abs(total - 1) > 1e-6)) return null;
  return kind === "belief" ? {node: node.id, kind, probabilities: numbers} : {node: node.id, kind, weights: numbers};
}
