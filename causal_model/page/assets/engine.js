// Exact inference in the page: bucket elimination, forwards and backwards [dechter1999].
//
// A network is {nodes: [{id, states: [id], parents: [id], table: [number]}]} in topological order; a table
// is flat, the last axis is the node itself. Every variable has a bucket: the factors whose first variable
// in the elimination order it is. Summing the variable out of their product makes a message for a later
// bucket; a second pass sends messages back, and every bucket then holds P(its variables, evidence).
//
// [dechter1999] Dechter, R. (1999). Bucket elimination: a unifying framework for reasoning. Artificial
//     Intelligence 113.

const MOST_ROUNDS = 1000;
const EXACT = 1e-14;

/** The elimination order that keeps products small, and the entries of all of them. */
function order(sizes, scopes) {
  const near = sizes.map(() => new Set());
  for (const scope of scopes) for (const v of scope) for (const w of scope) if (v !== w) near[v].add(w);
  const left = new Set(sizes.keys());
  const found = [];
  let entries = 0;
  while (left.size) {
    let best = -1, cost = Infinity;
    for (const v of left) {
      let own = sizes[v];
      for (const w of near[v]) own *= sizes[w];
      if (own < cost) [best, cost] = [v, own];
    }
    for (const v of near[best]) {
      near[v].delete(best);
      for (const w of near[best]) if (v !== w) near[v].add(w);
    }
    left.delete(best);
    found.push(best);
    entries += cost;
  }
  return {found, entries};
}

/** Positions in a factor's data while one counts through the entries of a larger scope. */
function walk(scope, sizes, own) {
  const steps = new Array(scope.length).fill(0);
  let step = 1;
  for (let at = own.length - 1; at >= 0; at--) {
    steps[scope.indexOf(own[at])] = step;
    step *= sizes[own[at]];
  }
  let total = 1;
  for (const v of scope) total *= sizes[v];
  const places = new Int32Array(total);
  let period = 1;
  for (let axis = scope.length - 1; axis >= 0; axis--) {
    const size = sizes[scope[axis]];
    if (steps[axis]) {
      for (let entry = 0; entry < total; entry++) {
        places[entry] += steps[axis] * (Math.floor(entry / period) % size);
      }
    }
    period *= size;
  }
  return places;
}

/** Plan a network once: its order, the scopes of its buckets, and where every factor goes. */
export function compile(network) {
  const index = new Map(network.nodes.map((node, at) => [node.id, at]));
  const sizes = network.nodes.map((node) => node.states.length);
  const scopes = network.nodes.map((node, at) => [...node.parents.map((id) => index.get(id)), at]);
  const {found, entries} = order(sizes, scopes);
  const rank = new Array(found.length);
  found.forEach((v, at) => { rank[v] = at; });
  const first = (scope) => scope.reduce((v, w) => (rank[v] < rank[w] ? v : w));
  const buckets = found.map((v) => ({v, scope: [v], tables: [], children: [], parent: -1}));
  scopes.forEach((scope, at) => {
    const bucket = buckets[rank[first(scope)]];
    bucket.tables.push({at, scope});
  });
  for (const bucket of buckets) {
    const all = new Set([bucket.v]);
    for (const {scope} of bucket.tables) scope.forEach((v) => all.add(v));
    for (const child of bucket.children) buckets[child].rest.forEach((v) => all.add(v));
    all.delete(bucket.v);
    bucket.rest = [...all];
    bucket.scope = [bucket.v, ...bucket.rest]; // the eliminated variable counts slowest
    for (const table of bucket.tables) table.places = walk(bucket.scope, sizes, table.scope);
    bucket.down = walk(bucket.scope, sizes, bucket.rest);
    if (bucket.rest.length) {
      bucket.parent = rank[first(bucket.rest)];
      buckets[bucket.parent].children.push(rank[bucket.v]);
    }
  }
  for (const bucket of buckets) {
    bucket.up = bucket.children.map((child) => walk(bucket.scope, sizes, buckets[child].rest));
  }
  const tables = network.nodes.map((node) => Float64Array.from(node.table));
  return {network, index, sizes, rank, buckets, tables, entries};
}

/** Both passes, given a weight for every state of every node, and the nodes that are set. */
function pass(plan, weights, set) {
  const {sizes, buckets, tables} = plan;
  const products = [], messages = [];
  let log = 0;
  for (const [at, bucket] of buckets.entries()) {
    const size = sizes[bucket.v];
    const product = new Float64Array(bucket.down.length).fill(1);
    for (const table of bucket.tables) {
      const data = tables[table.at];
      if (set.has(table.at)) continue; // the arrows into a set node are cut, its table is gone
      for (let entry = 0; entry < product.length; entry++) product[entry] *= data[table.places[entry]];
    }
    bucket.children.forEach((child, which) => {
      const data = messages[child], places = bucket.up[which];
      for (let entry = 0; entry < product.length; entry++) product[entry] *= data[places[entry]];
    });
    const width = product.length / size;
    for (let state = 0; state < size; state++) {
      const weight = weights[bucket.v][state];
      for (let entry = state * width; entry < (state + 1) * width; entry++) product[entry] *= weight;
    }
    const message = new Float64Array(width);
    for (let entry = 0; entry < product.length; entry++) message[bucket.down[entry]] += product[entry];
    const top = message.reduce((a, b) => Math.max(a, b), 0);
    if (!(top > 0)) return null; // impossible
    for (let entry = 0; entry < width; entry++) message[entry] /= top;
    for (let entry = 0; entry < product.length; entry++) product[entry] /= top;
    log += Math.log(top);
    products[at] = product;
    messages[at] = message;
  }
  for (let at = buckets.length - 1; at >= 0; at--) {
    const bucket = buckets[at];
    bucket.children.forEach((child, which) => {
      // What the parent knows, without what this child told it.
      const whole = new Float64Array(messages[child].length), places = bucket.up[which];
      for (let entry = 0; entry < places.length; entry++) whole[places[entry]] += products[at][entry];
      const own = products[child], down = buckets[child].down;
      for (let entry = 0; entry < own.length; entry++) {
        const told = messages[child][down[entry]];
        own[entry] *= told > 0 ? whole[down[entry]] / told : 0;
      }
    });
  }
  const marginals = [];
  for (const [at, bucket] of buckets.entries()) {
    const size = sizes[bucket.v], width = products[at].length / size;
    const own = new Array(size).fill(0);
    for (let entry = 0; entry < products[at].length; entry++) own[Math.floor(entry / width)] += products[at][entry];
    const total = own.reduce((a, b) => a + b, 0);
    marginals[bucket.v] = own.map((p) => p / total);
  }
  return {log, marginals};
}

/** Findings as weights of states, nodes that are set, and beliefs; null where nothing is left of a node. */
function bound(plan, findings) {
  const {network, index, sizes} = plan;
  const weights = sizes.map((size) => new Float64Array(size).fill(1));
  const set = new Set();
  const beliefs = [];
  for (const finding of findings) {
    const at = index.get(finding.node);
    const states = network.nodes[at].states;
    const hit = states.indexOf(finding.state);
    if (finding.kind === "observed" || finding.kind === "do") {
      if (finding.kind === "do") set.add(at);
      weights[at].forEach((_, state) => { if (state !== hit) weights[at][state] = 0; });
    } else if (finding.kind === "excluded") {
      weights[at][hit] = 0;
    } else if (finding.kind === "likelihood") {
      const own = states.map((state) => finding.weights[state] ?? 0);
      const top = Math.max(...own);
      if (!(top > 0)) return null;
      own.forEach((weight, state) => { weights[at][state] *= weight / top; });
    } else {
      beliefs.push({at, wanted: states.map((state) => finding.probabilities[state] ?? 0)});
    }
  }
  return {weights, set, beliefs};
}

/** Both passes, and weights for which every belief holds; null where that cannot be. */
function fitted(plan, findings) {
  const found = bound(plan, findings);
  if (!found) return null;
  const {weights, set, beliefs} = found;
  const before = pass(plan, weights, set);
  if (!before) return null;
  let answer = before;
  // Beliefs: weights are fitted in turn until every one of them holds [jeffrey's rule, iterated].
  for (let round = 0; beliefs.length && round < MOST_ROUNDS; round++) {
    let off = 0;
    for (const {at, wanted} of beliefs) {
      const now = answer.marginals[at];
      if (wanted.some((p, state) => p > 0 && !(now[state] > 0))) return null;
      wanted.forEach((p, state) => {
        off = Math.max(off, Math.abs(p - now[state]));
        weights[at][state] *= now[state] > 0 ? p / now[state] : 0;
      });
      const top = weights[at].reduce((a, b) => Math.max(a, b), 0);
      weights[at].forEach((_, state) => { weights[at][state] /= top; });
      answer = pass(plan, weights, set);
      if (!answer) return null;
    }
    if (off < EXACT) break;
  }
  return {log: before.log, marginals: answer.marginals, weights, believed: beliefs.map(({at}) => at)};
}

/**
 * The same findings with every belief as the likelihood that makes it true: what else is learnt then
 * moves the node, instead of the belief being fitted anew. Null where the findings cannot be.
 */
export function met(plan, findings) {
  if (!findings.some(({kind}) => kind === "belief")) return findings;
  const found = fitted(plan, findings);
  if (!found) return null;
  const nodes = plan.network.nodes;
  const believed = new Set(found.believed.map((at) => nodes[at].id));
  const kept = findings.filter(({node, kind}) => !believed.has(node) || kind === "do");
  const weights = (at) => Object.fromEntries(nodes[at].states.map((state, s) => [state, found.weights[at][s]]));
  const told = [...new Set(found.believed)].map((at) => ({node: nodes[at].id, kind: "likelihood", weights: weights(at)}));
  return [...kept, ...told];
}

/**
 * The posterior of every node.
 *
 * Findings are {node, kind: "observed" | "excluded" | "do", state} or {node, kind: "likelihood" | "belief",
 * weights | probabilities: {state: number}}. Interventions do not count in P(evidence), beliefs
 * neither, and likelihood weights count relative to the largest.
 *
 * Returns {log_evidence_probability, posterior: {node: {state: number}}}, or null where the findings
 * contradict each other or have probability zero.
 */
export function posterior(plan, findings) {
  const found = fitted(plan, findings);
  if (!found) return null;
  const named = plan.network.nodes.map((node, at) => [
    node.id, Object.fromEntries(node.states.map((state, s) => [state, found.marginals[at][s]])),
  ]);
  return {log_evidence_probability: found.log, posterior: Object.fromEntries(named)};
}
