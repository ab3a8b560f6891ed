const byId = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

async function ask(address, options) {
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Error("The engine does not answer. Is symelbo serve still running?");
  }
  const data = await answer.json().catch(() => ({ error: `the engine answered ${answer.status}` }));
  if (!answer.ok) throw new Error(data.error);
  return data;
}

/* ---- a derivation ---- */

const text = byId("text"), form = byId("check-form"), tally = byId("tally"), claims = byId("claims");
const KINDS = { md: "md", tex: "tex", txt: "txt" };
text.value = String.raw`$$
\begin{aligned}
\log p(x) &\ge \mathbb{E}_{q(z \mid x)}\left[\log p(x, z) - \log q(z \mid x)\right] \\
  &= \mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] + \mathrm{KL}(q(z \mid x) \,\|\, p(z))
\end{aligned}
$$
`;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  tally.textContent = "Judging…";
  claims.replaceChildren();
  try {
    const body = JSON.stringify({ text: text.value, kind: byId("kind").value });
    show(await ask("api/check", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
  } catch (error) {
    tally.replaceChildren(make("span", { class: "error" }, error.message));
  } finally {
    button.disabled = false;
  }
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

byId("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  text.value = await file.text();
  byId("kind").value = KINDS[file.name.split(".").pop()] ?? "md";
  form.requestSubmit();
});

function show(report) {
  const counts = Object.entries(report.summary).filter(([name, count]) => name !== "seconds" && count > 0);
  const words = counts.map(([name, count]) => `${count} ${name}`).join(", ");
  tally.textContent = words || "There is no claim in this text: a claim is a relation sign in a formula.";
  for (const file of report.files) {
    for (const problem of file.problems) claims.append(problemItem(problem));
    for (const claim of file.claims) claims.append(claimItem(claim));
  }
}

function problemItem(problem) {
  const item = make("li", { class: "claim problem" }, make("span", { class: "badge" }, "problem"), " ");
  if (problem.line) item.append(where(problem.line, problem.column, problem.column));
  item.append(make("p", {}, problem.message));
  return item;
}

function claimItem(claim) {
  const item = make("li", { class: `claim ${claim.verdict}` });
  const reason = claim.explanation || claim.rules.join(", ");
  const rules = reason ? ` by ${reason}` : "";
  item.append(make("span", { class: "badge" }, claim.verdict), rules + " ", where(claim.line, claim.column, claim.end_column));
  const formula = make("div", { class: "formula", tabindex: "0", role: "group", "aria-label": "the claim as read" });
  if (claim.mathml) {
    // The engine writes this MathML from terms it has read; no markup of the text gets into it.
    formula.innerHTML = claim.mathml[0] + `<math><mo>${SIGNS[claim.relation] ?? "="}</mo></math>` + claim.mathml[1];
  } else {
    formula.append(make("code", {}, `${claim.lhs} ${claim.relation} ${claim.rhs}`));
  }
  item.append(formula);
  if (claim.note) item.append(make("p", {}, claim.note));
  if (claim.lines.length) {
    item.append(make("p", {}, "In this model the two sides differ:"), make("pre", { tabindex: "0" }, claim.lines.join("\n")));
  }
  if (claim.repair) item.append(repair(claim));
  return item;
}

const SIGNS = {
  "=": "=", "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥", "<": "&lt;", ">": "&gt;", "\\approx": "≈",
  "\\propto": "∝", "\\equiv": "≡", "\\neq": "≠", "≤": "≤", "≥": "≥", "≈": "≈", "∝": "∝", "<=": "≤", ">=": "≥",
};

function where(line, column, end) {
  const button = make("button", { class: "where", type: "button" }, `line ${line}`);
  button.addEventListener("click", () => {
    const start = offset(line, column);
    text.focus();
    text.setSelectionRange(start, start + Math.max(1, end - column));
  });
  return button;
}

function offset(line, column) {
  const lines = text.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  // Columns count characters, the text area counts code units.
  return before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
}

function repair(claim) {
  const line = make("p", {}, "This would be proved: ", make("code", {}, claim.repair), " ");
  if (claim.fix) {
    const button = make("button", { class: "plain", type: "button" }, "Use it");
    button.addEventListener("click", () => {
      // From the last place to the first: a change does not move those before it.
      const places = claim.fix.changes.map((change) => [
        offset(change.line, change.column), offset(change.end_line, change.end_column), change.new,
      ]).sort((one, other) => other[0] - one[0]);
      for (const [start, end, mended] of places) text.setRangeText(mended, start, end, "end");
      form.requestSubmit();
    });
    line.append(button);
  }
  return line;
}

/* ---- the explorer ---- */

const SLIDERS = [
  ["prior", "Prior p(z=1)", 0.5], ["like0", "Likelihood p(x=1 | z=0)", 0.2],
  ["like1", "Likelihood p(x=1 | z=1)", 0.8], ["q", "Variational q(z=1)", 0.7],
];
const model = byId("model");
for (const [name, words, value] of SLIDERS) {
  const output = make("output", { for: name }, value.toFixed(2));
  model.append(make("label", { for: name }, `${words}: `, output,
    make("input", { id: name, name, type: "range", min: 0.01, max: 0.99, step: 0.01, value })));
}
for (const [name, words, options] of [["x", "Observed x", ["1", "0"]], ["unit", "Unit", ["nats", "bits"]]]) {
  model.append(make("label", {}, `${words} `, make("select", { name, id: `model-${name}` }, ...options.map((o) => make("option", {}, o)))));
}
model.addEventListener("submit", (event) => event.preventDefault());
model.addEventListener("input", () => {
  for (const [name] of SLIDERS) model.querySelector(`output[for=${name}]`).textContent = Number(byId(name).value).toFixed(2);
  explore();
});

let latest = 0;
async function explore() {
  const number = ++latest;
  const error = byId("model-error");
  try {
    const data = await ask(`api/table?${new URLSearchParams(new FormData(model))}`);
    if (number !== latest) return;
    error.hidden = true;
    drawCurve(data);
    drawBars(data);
    drawNumbers(data);
  } catch (problem) {
    error.textContent = problem.message;
    error.hidden = false;
  }
}

function draw(svg, shapes) {
  const space = "http://www.w3.org/2000/svg";
  svg.replaceChildren(...shapes.map(([tag, attributes, words]) => {
    const shape = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    if (words) shape.textContent = words;
    return shape;
  }));
}

function drawCurve({ curve, quantities, unit }) {
  const evidence = curve.log_evidence, q = Number(byId("q").value), elbo = quantities.elbo.value;
  const low = Math.min(...curve.elbo), high = evidence + 0.08 * (evidence - low);
  const x = (value) => 40 + 345 * value, y = (value) => 215 - 195 * ((value - low) / (high - low || 1));
  const points = curve.q.map((position, k) => `${x(position).toFixed(1)},${y(curve.elbo[k]).toFixed(1)}`).join(" ");
  draw(byId("curve"), [
    ["line", { class: "axis", x1: 40, y1: 215, x2: 385, y2: 215 }], ["line", { class: "axis", x1: 40, y1: 15, x2: 40, y2: 215 }],
    ["line", { class: "evidence", x1: 40, x2: 385, y1: y(evidence), y2: y(evidence) }],
    ["polyline", { class: "elbo", points }],
    ["line", { class: "gap", x1: x(q), x2: x(q), y1: y(evidence), y2: y(elbo) }],
    ["circle", { class: "mark", cx: x(q), cy: y(elbo), r: 5 }],
    ["text", { x: 40, y: 232 }, "q(z=1) = 0"], ["text", { x: 385, y: 232, "text-anchor": "end" }, "1"],
    ["text", { x: 45, y: y(evidence) - 5 }, "log p(x)"], ["text", { x: 36, y: 213, "text-anchor": "end" }, low.toFixed(2)],
    ["text", { x: 36, y: y(evidence) + 4, "text-anchor": "end" }, evidence.toFixed(2)],
  ]);
  byId("curve-words").textContent =
    `ELBO ${quantities.elbo.text} below log-evidence ${quantities.log_evidence.text}; gap ${quantities.gap.text} ${unit}.`;
}

function drawBars({ quantities, unit }) {
  const names = ["log_evidence", "elbo", "reconstruction", "kl_prior", "gap"];
  const values = names.map((name) => quantities[name].value);
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const x = (value) => 130 + 250 * ((value - low) / (high - low || 1));
  draw(byId("bars"), names.flatMap((name, k) => {
    const top = 14 + 44 * k, [left, right] = [x(Math.min(0, values[k])), x(Math.max(0, values[k]))];
    return [
      ["text", { x: 122, y: top + 18, "text-anchor": "end" }, quantities[name].words],
      ["rect", { class: `bar-${name}`, x: left, y: top, width: Math.max(1, right - left), height: 26, rx: 3 }],
    ];
  }).concat([["line", { class: "axis", x1: x(0), x2: x(0), y1: 8, y2: 228 }]]));
  byId("bars-words").textContent =
    `Reconstruction ${quantities.reconstruction.text} less KL to the prior ${quantities.kl_prior.text} is the ELBO, in ${unit}.`;
}

function drawNumbers({ quantities, evidence, posterior, unit, tight }) {
  const rows = [["evidence p(x)", evidence, ""]];
  if (posterior) rows.push(["posterior p(z=1 | x)", posterior[1], ""]);
  for (const item of Object.values(quantities)) rows.push([item.words, item.text, unit]);
  rows.push(["the bound is tight", tight ? "yes" : "no", ""]);
  byId("numbers").tBodies[0].replaceChildren(...rows.map(([words, value, of]) =>
    make("tr", {}, make("th", { scope: "row" }, words), make("td", {}, value), make("td", {}, of))));
}

explore();

/* ---- practice ---- */

const KINDS_OF_EXERCISE = {
  evidence: "evidence and posterior", elbo: "the bound and its terms", gap: "the gap", tight: "the tight case",
  "wrong-line": "find the wrong line", order: "put lines in order", direction: "which direction",
};
const practice = byId("practice-form"), place = byId("exercise");
byId("practice-kind").append(...Object.entries(KINDS_OF_EXERCISE).map(([kind, words]) => make("option", { value: kind }, words)));

practice.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const made = await ask(`api/practice?${new URLSearchParams(new FormData(practice))}`);
    place.replaceChildren(make("h3", {}, made.title), make("pre", { tabindex: "0" }, made.given),
      ...made.questions.map((question, number) => questionForm(made, question, number)));
  } catch (error) {
    place.replaceChildren(make("p", { class: "error" }, error.message));
  }
});

function questionForm(made, question, number) {
  const id = `answer-${number}`, said = make("p", { role: "status" }), solution = make("pre", { hidden: "" });
  const input = make("input", { id, autocomplete: "off", inputmode: question.kind === "number" ? "decimal" : "text", maxlength: "60" });
  const buttons = ["Answer", "Hint", "Solution"].map((words, k) =>
    make("button", { type: k ? "button" : "submit", class: k ? "plain" : "" }, words));
  const box = make("form", { class: "claim" }, make("label", { for: id }, question.ask));
  if (question.options.length) box.append(make("ol", {}, ...question.options.map((option) => make("li", {}, make("pre", {}, option)))));
  box.append(make("div", { class: "controls" }, input, ...buttons), said, solution);

  async function send(answer) {
    try {
      const body = JSON.stringify({ kind: made.kind, seed: made.seed, question: number, answer });
      const found = await ask("api/practice", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      said.textContent = found.words;
      box.className = `claim ${found.right ? "proved" : found.counted ? "refuted" : ""}`;
      solution.textContent = found.solution ?? "";
      solution.hidden = !found.solution;
    } catch (error) {
      said.textContent = error.message;
    }
  }
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    send(input.value);
  });
  buttons[1].addEventListener("click", () => { said.textContent = question.hint; });
  buttons[2].addEventListener("click", () => send(null));
  return box;
}
