// The drawn graph: bars, numbers, classes and ARIA follow the answer; no box ever moves with it.

import {s} from "./dom.js";
import {fixed, say, textOf} from "./words.js";

const NUMBER = (element, name) => Number(element.getAttribute(name));
const MARKS = {observed: "● ", do: "■ "};

// How far the drawing may shrink and grow.
const LEGIBLE = 0.58, LEGIBLE_NARROW = 0.93, LARGEST = 1.15;

/** "41.2"; "100" */
export const percent = (p) => { const shown = fixed(100 * p, 1); return shown === "100.0" ? "100" : shown; };

/** Take a drawn graph over. `act` has choose(node, state, kind), clear(node), select(node) and enter(node). */
export function graphView(svg, content, act) {
  svg.removeAttribute("role");
  svg.setAttribute("role", "group");
  const boxes = new Map(), arrows = [];
  for (const node of content.nodes) {
    const group = [...svg.querySelectorAll(".node")].find(({dataset}) => dataset.node === node.id);
    if (group) boxes.set(node.id, boxOf(group, node, act));
  }
  for (const group of svg.querySelectorAll(".arrow")) {
    const {parent, child, x, y} = group.dataset;
    const cross = s("path", {class: "cross", d: "M-5,-5L5,5M-5,5L5,-5", transform: `translate(${x},${y})`});
    const sign = [...group.querySelectorAll(".sign")], [line, head] = group.querySelectorAll("path");
    const halo = s("path", {class: "halo", d: line.getAttribute("d")});
    line.before(halo);
    group.append(cross);
    arrows.push({group, parent, child, cross, sign, line, halo, head, across: [line.getAttribute("d"), head.getAttribute("d"), x, y]});
  }
  const across = svg.getAttribute("viewBox");

  return {
    /** Stand as on a wide screen, or as on a narrow one. */
    arrange(narrow) {
      const {viewBox, nodes, arrows: places} = content.figure.downwards;
      const box = narrow ? viewBox : across, [, , width, height] = box.split(" ");
      svg.setAttribute("viewBox", box);
      svg.setAttribute("width", width);
      svg.setAttribute("height", height);
      // As wide as the page, within what can be read; beyond that the pane scrolls.
      svg.style.minWidth = `${(narrow ? LEGIBLE_NARROW : LEGIBLE) * width}px`;
      svg.style.maxWidth = `${LARGEST * width}px`;
      for (const group of svg.querySelectorAll(".node")) {
        if (narrow) group.setAttribute("transform", `translate(${nodes[group.dataset.node].join(",")})`);
        else group.removeAttribute("transform");
      }
      arrows.forEach(({line, halo, head, sign, cross, across: wide}, at) => {
        const [d, tip, dx, dy, x, y] = narrow ? places[at] : [wide[0], wide[1], 0, 0, wide[2], wide[3]];
        for (const each of [line, halo]) each.setAttribute("d", d);
        head.setAttribute("d", tip);
        cross.setAttribute("transform", `translate(${x},${y})`);
        for (const each of sign) each.setAttribute("transform", `translate(${dx},${dy})`);
      });
    },

    /** Which node the panel is about: drawn at once, before any answer. */
    select(id) {
      for (const [name, {group}] of boxes) group.classList.toggle("selected", name === id);
    },

    /** What was found, said and marked, before its answer is there. */
    mark(findings, lang, live) {
      svg.setAttribute("aria-label", say(lang, "graph"));
      for (const [id, box] of boxes) markBox(box, findings.filter(({node}) => node === id), lang, live);
      const set = new Set(findings.filter(({kind}) => kind === "do").map(({node}) => node));
      for (const {group, child} of arrows) group.classList.toggle("cut", set.has(child));
    },

    /** Bars and numbers; `reference` are the outlines. */
    show(now, reference, lang) {
      for (const [id, {node, rows}] of boxes) {
        for (const row of rows) {
          const p = now[id][row.state.id];
          row.bar.setAttribute("width", (row.room * p).toFixed(2));
          const before = reference[id][row.state.id];
          row.ghost.setAttribute("width", (row.room * before + 1).toFixed(2));
          // Where nothing has moved, an outline says nothing.
          row.ghost.classList.toggle("same", Math.abs(p - before) < 1e-9);
          row.percent.textContent = percent(p);
          row.told = {p: percent(p)};
          nameRow(row, node, lang);
        }
      }
    },

    /** The trails to the outcome, as lists of [parent, child]. */
    trails(trails) {
      const on = new Set(trails.flat().map((pair) => JSON.stringify(pair)));
      const nodes = new Set(trails.flat(2));
      for (const {group, parent, child} of arrows) group.classList.toggle("active", on.has(JSON.stringify([parent, child])));
      for (const [id, {group}] of boxes) group.classList.toggle("on-path", nodes.has(id));
      svg.classList.toggle("has-path", on.size > 0);
    },
  };
}

function boxOf(group, node, act) {
  const [paper, border] = [group.querySelector(".paper"), group.querySelector(".border")];
  const frame = Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, NUMBER(paper, name)]));
  group.setAttribute("role", "radiogroup");
  // A second line around what is only made more or less likely.
  border.after(s("rect", {class: "outer", x: frame.x - 3, y: frame.y - 3, width: frame.width + 6, height: frame.height + 6, rx: 7}));
  const tag = s("g", {class: "tag", "aria-hidden": "true"}, s("rect", {y: frame.y - 15, height: 15.5, rx: 3}), s("text", {y: frame.y - 3.7}));
  group.append(tag);
  const heads = [...group.querySelectorAll(".label")];
  const box = {group, node, frame, tag, heads, rows: []};
  for (const element of group.querySelectorAll(".state")) {
    const at = box.rows.length, state = node.states[at];
    const [track, bar, label, percentage] = ["track", "bar", "state-label", "percent"].map((name) => element.querySelector(`.${name}`));
    const [x, y, room] = ["x", "y", "width"].map((name) => NUMBER(track, name));
    const scale = NUMBER(label, "font-size") / 12;
    const ghost = s("rect", {class: "ghost", x: x - 0.5, y: y - 1.4, width: 1, height: NUMBER(track, "height") + 2.8, rx: 1.5});
    bar.after(ghost);
    element.prepend(s("rect", {class: "hit", x: frame.x + 1, y: y - 16 * scale, width: frame.width - 2, height: 23.5 * scale}));
    element.setAttribute("role", "radio");
    element.setAttribute("id", `state-${node.id}-${at}`.replace(/\s/g, "_"));
    const row = {element, state, bar, ghost, label, percent: percentage, room, told: {p: percentage.textContent}};
    element.addEventListener("click", (event) => { act.choose(node.id, state.id); event.stopPropagation(); });
    element.addEventListener("focus", () => roving(box, at));
    element.addEventListener("keydown", (event) => pressed(event, box, at, act));
    box.rows.push(row);
  }
  group.addEventListener("click", () => act.select(node.id));
  roving(box, 0);
  return box;
}

/** One stop of the Tab key for a node; arrow keys go on from there. */
function roving(box, at) {
  box.rows.forEach(({element}, other) => element.setAttribute("tabindex", other === at ? 0 : -1));
}

function pressed(event, box, at, act) {
  const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
  const {node, rows} = box;
  if (event.altKey || event.metaKey) return;
  if (step) {
    const next = (at + step + rows.length) % rows.length;
    rows[next].element.focus();
    // With Ctrl one looks around without choosing.
    if (!event.ctrlKey) act.choose(node.id, rows[next].state.id, undefined, true);
  } else if (event.key === " ") {
    act.choose(node.id, rows[at].state.id);
  } else if (event.key === "Enter") {
    act.enter(node.id);
  } else if (event.key === "d" || event.key === "D") {
    act.choose(node.id, rows[at].state.id, "do");
  } else if (event.key === "Escape" || event.key === "Delete") {
    act.clear(node.id);
  } else {
    return;
  }
  event.preventDefault();
}

function markBox(box, findings, lang, live) {
  const {group, node, frame, tag, heads, rows} = box;
  const kind = findings[0]?.kind ?? "";
  for (const each of ["observed", "excluded", "likelihood", "belief", "do"]) group.classList.toggle(each, each === kind);
  const name = textOf(node.label, lang);
  group.setAttribute("aria-label", kind ? `${name}, ${say(lang, `tag${kind}`)}` : name);
  inLines(heads, name, frame.width - 14);
  const [paper, word] = tag.children;
  word.textContent = kind ? say(lang, `tag${kind}`) : "";
  const room = [...word.textContent].reduce((sum, each) => sum + (each.charCodeAt(0) > 255 ? 11 : 7), 12);
  paper.setAttribute("x", frame.x + frame.width - room - 7);
  paper.setAttribute("width", room);
  word.setAttribute("x", frame.x + frame.width - 7 - room / 2);
  const hit = rows.findIndex(({state}) => findings.some((each) => (each.kind === "observed" || each.kind === "do") && each.state === state.id));
  if (hit >= 0 && !group.contains(document.activeElement)) roving(box, hit);
  rows.forEach((row, at) => {
    const out = findings.some((each) => each.kind === "excluded" && each.state === row.state.id);
    row.element.setAttribute("aria-checked", at === hit);
    if (live) row.element.removeAttribute("aria-disabled");
    else row.element.setAttribute("aria-disabled", "true");
    row.element.classList.toggle("out", out);
    row.out = out;
    const shown = (at === hit ? MARKS[kind] ?? "" : "") + textOf(row.state.label, lang);
    if (row.label.textContent !== shown) {
      row.label.textContent = shown;
      // The boxes have room for the language in which they were drawn; measuring others takes time.
      if (lang !== document.documentElement.dataset.lang) squeezed(row.label, row.room - 38);
      else row.label.removeAttribute("textLength");
    }
    nameRow(row, node, lang);
  });
}

function nameRow({element, state, told, out}, node, lang) {
  const name = say(lang, "percent", {state: textOf(state.label, lang), p: told.p, node: textOf(node.label, lang)});
  element.setAttribute("aria-label", out ? `${name}, ${say(lang, "ruledOut")}` : name);
}

/** A text on the lines that there are. */
function inLines(lines, text, room) {
  if (lines[0].dataset.whole === text) return;
  lines[0].dataset.whole = text;
  for (const line of lines) { line.textContent = ""; line.removeAttribute("textLength"); }
  lines[0].textContent = text;
  if (lines.length > 1 && lengthOf(lines[0]) > room) {
    const words = text.includes(" ") ? text.split(/(?<= )/) : [...text];
    let first = "";
    while (words.length > 1) {
      lines[0].textContent = first + words[0];
      if (lengthOf(lines[0]) > room && first) break;
      first += words.shift();
    }
    lines[0].textContent = first.trim();
    lines[1].textContent = words.join("");
  }
  for (const line of lines) squeezed(line, room);
}

/** Narrower letters where there is no room. */
function squeezed(element, room) {
  element.removeAttribute("textLength");
  if (lengthOf(element) <= room) return;
  element.setAttribute("textLength", room);
  element.setAttribute("lengthAdjust", "spacingAndGlyphs");
}

const lengthOf = (element) => element.getComputedTextLength?.() ?? 0;
