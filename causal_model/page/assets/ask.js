// Who answers: the engine in the page, or a server. Both give the same shapes.
//
// `query` tells of all nodes; null where the findings cannot be. What a back end cannot answer is `undefined`,
// and the page says so.

import {compile, met, posterior} from "./engine.js";
import {same} from "./state.js";

const ROUNDING = 1e-12;
// Findings whose shares are computed in the page; every subset of them is asked.
const MOST_SHARED = 7;

/** What was answered before: for nothing given and for every scenario. */
function before(content, findings) {
  if (!findings.length) return content.answers[""];
  const scenario = content.scenarios.find((each) => same(each.findings, findings));
  return scenario && content.answers[scenario.id];
}

/** P(the counted states of the outcome). */
export function counted(content, distributions) {
  const {node, states} = content.outcome;
  return states.reduce((sum, state) => sum + distributions[node][state], 0);
}

/** Answers by the engine in the page; where the graph is too wide for it, those made before only. */
export function byEngine(content) {
  const states = Object.fromEntries(content.nodes.map(({id, states}) => [id, states.map((state) => state.id)]));
  const parents = Object.fromEntries(content.nodes.map(({id, parents}) => [id, parents]));
  const plan = content.tables && compile({
    nodes: content.order.map((id) => ({id, states: states[id], parents: parents[id], table: content.tables[id]})),
  });
  const answer = (findings) => (plan ? posterior(plan, findings) : before(content, findings)?.query);
  const value = (findings) => {
    const found = posterior(plan, findings);
    return found && counted(content, found.posterior);
  };

  function varied(findings, kind) {
    const hard = (each) => each.kind !== "likelihood" && each.kind !== "excluded";
    const taken = new Set(findings.filter((each) => kind === "do" || hard(each)).map(({node}) => node));
    taken.add(content.outcome.node);
    const found = [];
    for (const node of content.nodes) {
      if (taken.has(node.id) || (kind === "observed" && node.decision)) continue;
      const answers = {};
      for (const {id: state} of node.states) answers[state] = value([...findings, {node: node.id, kind, state}]);
      found.push({node: node.id, ...spread(answers)});
    }
    return found.sort((a, b) => b.range - a.range);
  }

  return {
    live: Boolean(plan),
    query: async (findings) => answer(findings),
    async sensitivity(findings) {
      if (!plan || !content.outcome || fixes(content, findings)) return undefined;
      const probability = value(findings);
      if (probability === null) return undefined;
      return {
        probability, observe: varied(findings, "observed"), do: varied(findings, "do"),
        rows: before(content, findings)?.rows?.rows,
      };
    },
    async watch(findings) {
      if (!plan || !content.outcome || fixes(content, findings)) return undefined;
      const base = met(plan, findings), now = base && posterior(plan, base);
      return now ? {nodes: watched(content, now.posterior, (more) => posterior(plan, [...base, more])?.posterior)} : undefined;
    },
    async explain(findings) {
      const made = before(content, findings)?.explain;
      if (made || !plan || !content.outcome || findings.length > MOST_SHARED) return made;
      const parts = shapley(findings.length, (kept) => value(findings.filter((_, at) => kept & (1 << at))));
      return parts && {shares: findings.map((finding, at) => ({finding, shapley_pp: 100 * parts[at], paths: []}))};
    },
    effects: async (findings) => before(content, findings)?.effects,
    interval: async (findings) => before(content, findings)?.interval,
  };
}

const fixes = (content, findings) =>
  findings.some(({node, kind}) => node === content.outcome.node && (kind === "observed" || kind === "do"));

/**
 * The Shapley value of each of some players [shapley1953]; undefined where a set of them is impossible.
 *
 * [shapley1953] Shapley, L.S. (1953). A value for n-person games. Contributions to the Theory of Games II.
 */
function shapley(count, worth) {
  const values = Array.from({length: 1 << count}, (_, kept) => worth(kept));
  if (values.includes(null)) return undefined;
  // The share of the orders in which exactly so many come before a player.
  const weights = [];
  for (let size = 0; size < count; size++) {
    let ways = count;
    for (let at = 1; at <= size; at++) ways *= (count - at) / at;
    weights.push(1 / ways);
  }
  const found = new Array(count).fill(0);
  values.forEach((value, kept) => {
    const size = kept.toString(2).replaceAll("0", "").length;
    for (let player = 0; player < count; player++) {
      if (!(kept & (1 << player))) found[player] += weights[size] * (values[kept | (1 << player)] - value);
    }
  });
  return found;
}

/** The least and the most that an answer comes to, over the states of a node. */
function spread(answers) {
  const possible = Object.keys(answers).filter((state) => answers[state] !== null);
  const sorted = possible.sort((a, b) => answers[a] - answers[b]);
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  return {answers, lowest, highest, range: sorted.length ? answers[highest] - answers[lowest] : 0};
}

/** I(outcome; node | findings) in bits, and by how much a reading is expected to move the answer. */
function watched(content, now, given) {
  const goal = content.outcome.node, before = counted(content, now);
  const found = [];
  for (const {id, role, states} of content.nodes) {
    const open = states.filter((state) => now[id][state.id] > 0);
    if (id === goal || open.length < 2) continue;
    let information_bits = 0, change = 0;
    for (const state of open) {
      const then = given({node: id, kind: "observed", state: state.id});
      if (!then) continue;
      const weight = now[id][state.id];
      for (const [key, p] of Object.entries(then[goal])) {
        if (p > 0) information_bits += weight * p * Math.log2(p / now[goal][key]);
      }
      change += weight * Math.abs(counted(content, then) - before);
    }
    if (information_bits < ROUNDING) information_bits = 0;
    found.push({node: id, role, information_bits, expected_change_pp: 100 * change});
  }
  const indicator = ({role}) => role === "indicator";
  return found.sort((a, b) => indicator(b) - indicator(a) || b.information_bits - a.information_bits);
}

function descendants(content, node) {
  const found = new Set(), queue = [node];
  while (queue.length) {
    const from = queue.pop();
    for (const {parent, child} of content.arrows) {
      if (parent === from && !found.has(child)) {
        found.add(child);
        queue.push(child);
      }
    }
  }
  return found;
}

/** Answers by a server; a newer question ends an older one. */
export function byServer(content, name) {
  const base = `/api/graphs/${encodeURIComponent(name)}/`;
  const running = {};
  let revision;
  async function post(question, body, lane = question) {
    running[lane]?.abort();
    const own = running[lane] = new AbortController();
    const response = await fetch(base + question, {
      method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(body), signal: own.signal,
    });
    const told = await response.json();
    // The file of the graph has changed: the whole page is drawn anew, in the same state.
    const latest = response.headers.get("graph-revision");
    if (latest && revision && latest !== revision) location.reload();
    revision ??= latest;
    if (response.ok) return told;
    throw Object.assign(new Error(told.detail ?? told.title ?? response.statusText), {status: response.status});
  }
  const about = (findings) => [...new Set(findings.filter(({node, kind}) =>
    (kind === "observed" || kind === "do") && node !== content.outcome?.node).map(({node}) => node))];
  return {
    live: true,
    query: (findings) => post("query", {findings}),
    sensitivity: (findings) => post("sensitivity", {
      findings, top: 12,
      // A belief is fitted anew whenever a table changes, so no row can be varied.
      ...(findings.some(({kind}) => kind === "belief") ? {kinds: ["observe", "do"]} : {}),
    }),
    watch: (findings) => post("watch", {findings}),
    async explain(findings, lang) {
      const {narrative, shares} = await post("explain", {findings, lang});
      return {
        narrative: {[lang]: narrative.sentences.map(({text}) => text)}, shares,
      };
    },
    async effects(findings) {
      const found = [];
      for (const node of about(findings)) {
        const {state} = findings.find((each) => each.node === node && each.state);
        // Setting it moves what lies below, and a sign of that cannot be split by channel.
        const below = descendants(content, node);
        const others = findings.filter((each) => each.node !== node && (each.kind === "do" || !below.has(each.node)));
        const told = await post("effects", {of: [node], channels: true, findings: others});
        const setting = told.settings.find((each) => each.setting[node] === state && each.channels);
        if (setting) found.push({node, state, baseline: told.baseline[node], ...setting.channels});
      }
      return found;
    },
    async interval(findings) {
      const {node} = content.outcome;
      const {interval} = await post("query", {findings, target: node, interval: 0.9}, "interval");
      const own = ["prior", "posterior", "change_pp"].map((key) => [key, interval[key][node]]);
      return {level: interval.level, draws: interval.draws, ...Object.fromEntries(own)};
    },
  };
}
