// Along which arrows a finding reaches the outcome: the shortest trail that is open [shachter1998].
//
// [shachter1998] Shachter, R. (1998). Bayes-Ball: the rational pastime. UAI.

/** Arrows by node, in both directions; those into a node that is set are cut. */
function linked(content, findings) {
  const set = new Set(findings.filter(({kind}) => kind === "do").map(({node}) => node));
  const parents = {}, children = {};
  for (const {id} of content.nodes) [parents[id], children[id]] = [[], []];
  for (const {parent, child} of content.arrows) {
    if (set.has(child)) continue;
    parents[child].push(parent);
    children[parent].push(child);
  }
  return {parents, children, set};
}

/**
 * The trail from a node that a finding is about to the outcome, as [[parent, child], ...]; [] where there is
 * none. A trail that goes into what was seen may turn there, as one that goes into its causes does.
 */
export function trail(content, findings, from) {
  const goal = content.outcome?.node;
  const {parents, children, set} = linked(content, findings);
  const known = new Set(findings.filter(({node, kind}) => node !== from && (kind === "observed" || kind === "do")).map(({node}) => node));
  // What a likelihood or an exclusion tells also opens the way between causes.
  const told = new Set(findings.filter(({node, kind}) => node !== from && kind !== "do").map(({node}) => node));
  const start = {node: from, up: !set.has(from), before: null, link: null};
  const queue = [start], seen = new Set();
  // Along the arrows first: among trails of the same length the causal one is shown.
  for (let at = 0; at < queue.length; at++) {
    const step = queue[at];
    if (step.node === goal && step.before) return links(step);
    const ways = [];
    const isStart = step === start;
    if (isStart || !known.has(step.node)) {
      ways.push(...children[step.node].map((node) => [node, false, [step.node, node]]));
      if (step.up) ways.push(...parents[step.node].map((node) => [node, true, [node, step.node]]));
    }
    if (!isStart && !step.up && told.has(step.node)) {
      ways.push(...parents[step.node].map((node) => [node, true, [node, step.node]]));
    }
    for (const [node, up, link] of ways) {
      const key = `${up}${node}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({node, up, before: step, link});
    }
  }
  return [];
}

function links(step) {
  const found = [];
  for (let at = step; at.before; at = at.before) found.unshift(at.link);
  return found;
}
