"use strict";

/*
 * The table of the summary. The data stand in the page (dashboard.py, summarize): rows of a function, a dtype, a size
 * and a number of threads; their cells, by column, the values of the last commits, the newest last, null where there is
 * none. A ratio is fastact's time over that of the reference: smaller is better.
 */

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);

const KINDS = { forward: "forward", inplace: "in place", backward: "backward", backward_y: "backward, from y" };
const AGAINST = {
  numpy: { head: "NumPy", name: "NumPy" },
  scipy: { head: "SciPy", name: "SciPy" },
  memory: { head: "memory", name: "an in-place multiply" },
  bytes: { head: "bytes" },
  ulp: { head: "ULP" },
};
const EVEN = 1.05; // within this factor neither is faster
const WORSE = 1.15; // and beyond this one a cell is slower than before
const LABELS = { size: "size", dtype: "dtype", threads: "threads" };

// --- values -----------------------------------------------------------------------------------------------------------

const columns = data.columns.map((column) => ({
  ...column,
  isRatio: column.against === "numpy" || column.against === "scipy",
  isTime: ["numpy", "scipy", "memory"].includes(column.against),
}));

/** The newest value; it may be older than the last commit. */
const last = (cell) => cell?.findLast((v) => v !== null) ?? null;

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The newest value over the median of up to five before it. */
function change(cell) {
  const known = cell.filter((v) => v !== null);
  const now = known.pop();
  return known.length === 0 ? 1 : now / median(known.slice(-5));
}

const digits = (v) => (v === 0 ? "0" : v.toFixed(v >= 99.5 ? 0 : v >= 9.95 ? 1 : v >= 0.0995 ? 2 : 3));

function written(column, v) {
  if (column.against === "bytes") return v >= 1024 ? `${digits(v / 1024)} KiB` : v.toFixed(0);
  if (column.isTime && $("unit").value === "speed") return `${digits(1 / v)}×`;
  return digits(v);
}

function sentence(column, v) {
  if (column.against === "bytes") return `${written(column, v)} bytes allocated`;
  if (column.against === "ulp") return `${digits(v)} ULP, the largest error of the sample`;
  const name = AGAINST[column.against].name;
  const times = v < 1 ? `${digits(1 / v)} times as fast` : `${digits(v)} times its time`;
  return `${digits(v)} of the time of ${name}: ${times}`;
}

const date = (time) => new Date(time).toISOString().slice(0, 10);
const minus = (text) => String(text).replace(/^['"]|['"]$/g, "").replace("-", "\u2212");
const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const threadsOf = (row) => (row.threads === "1" ? "1 thread" : `${row.threads} threads`);

/** Faster f1 to f4, slower s1 to s4, in powers of two; SCALE says where they begin. */
function shade(v) {
  if (v < EVEN && v > 1 / EVEN) return "even";
  const steps = v < 1 ? Math.floor(-Math.log2(v)) + 1 : Math.ceil(Math.log2(v));
  return (v < 1 ? "f" : "s") + Math.min(4, steps);
}

// --- rows -------------------------------------------------------------------------------------------------------------

for (const environment of data.environments) {
  for (const row of environment.rows) {
    row.dtype = minus(row.given.dtype);
    row.threads = minus(row.given.threads);
    if (row.given.axis !== undefined) row.size += `, axis\u00a0${minus(row.given.axis)}`;
    row.lost = columns.some((c) => c.isRatio && last(row.cells[c.id]) > EVEN);
    row.worse = columns.some((c) => c.isTime && row.cells[c.id] && change(row.cells[c.id]) > WORSE);
  }
}

let sort = { by: "function", up: true };
let environment = data.environments[0];

const shownColumns = () =>
  columns.filter((c) => {
    const wanted = $("against").value;
    return (!wanted || !c.isTime || c.against === wanted) && environment.rows.some((row) => last(row.cells[c.id]) !== null);
  });

/** Of dtype, size and threads those in which the rows differ. */
const shownLabels = (rows) => Object.keys(LABELS).filter((l) => l === "size" || new Set(rows.map((r) => r[l])).size > 1);

function shownRows() {
  const words = $("text").value.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const only = $("only").value;
  return environment.rows.filter(
    (row) =>
      (words.length === 0 || words.some((word) => row.function.includes(word))) &&
      Object.keys(LABELS).every((label) => !$(label).value || row[label] === $(label).value) &&
      (!only || row[only]),
  );
}

function key(row) {
  if (sort.by === "function") return row.function;
  if (sort.by === "size") return row.elements;
  if (sort.by === "threads") return Number(row.threads);
  if (sort.by === "dtype") return row.dtype;
  return last(row.cells[sort.by]);
}

function sorted(rows) {
  const keyed = rows.map((row, i) => ({ row, i, k: key(row) }));
  const up = sort.up ? 1 : -1;
  keyed.sort((a, b) => {
    if (a.k === null || b.k === null) return (a.k === null) - (b.k === null) || a.i - b.i; // empty cells last
    return up * (a.k < b.k ? -1 : a.k > b.k ? 1 : 0) || a.i - b.i;
  });
  return keyed.map((item) => item.row);
}

// --- drawing ----------------------------------------------------------------------------------------------------------

/** A line of the values on a logarithmic scale that is never narrower than 25 %, so that noise stays small. */
function line(cell, width, height, at = cell.findLastIndex((v) => v !== null)) {
  const values = cell.map((v) => (v === null ? null : Math.log(Math.max(v, 1e-9))));
  const known = values.filter((v) => v !== null);
  const middle = (Math.max(...known) + Math.min(...known)) / 2;
  const span = Math.max(Math.max(...known) - Math.min(...known), Math.log(1.25));
  const x = (i) => (cell.length > 1 ? (i / (cell.length - 1)) * width : width);
  const y = (v) => height / 2 - ((v - middle) / span) * (height - 3);
  let path = "";
  let pen = "M";
  values.forEach((v, i) => {
    if (v !== null) path += `${pen}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = v === null ? "M" : "L";
  });
  const dot = values[at] === null ? "" : `<circle cx="${x(at).toFixed(1)}" cy="${y(values[at]).toFixed(1)}" r="2"/>`;
  return `<svg width="${width}" height="${height}" aria-hidden="true"><path d="${path}"/>${dot}</svg>`;
}

/** asv's graph of the benchmark, with this row's parameters chosen. */
function graph(row, column) {
  const place = {
    bytes: `memory.${row.function}.track_bytes_`,
    ulp: `accuracy.${row.function}.track_ulp_`,
  }[column.against];
  const benchmark = (place ?? `ratio.${row.function}.track_ratio_${column.against}_`) + column.kind;
  const params = [
    ...Object.entries(environment.where),
    ...Object.entries(row.given).filter(([name]) => column.params.includes(name)).map(([name, v]) => [`p-${name}`, v]),
  ];
  return `index.html#${benchmark}?${params.map((p) => p.map(encodeURIComponent).join("=")).join("&")}`;
}

function drawCell(row, column, r, starts) {
  const cell = row.cells[column.id];
  const v = last(cell);
  if (v === null) return `<td class="none${starts}">\u2013</td>`;
  let kind = "";
  let mark = "";
  let style = "";
  if (column.isRatio) {
    kind = shade(v);
    if (kind[0] === "s") {
      kind += " lost";
      mark = "▲";
    } else if (kind === "even") mark = "≈";
  } else if (column.against === "memory") {
    kind = "share";
    style = ` style="--part: ${Math.min(100, 100 / v).toFixed(0)}%"`;
  }
  const worse = column.isTime && change(cell) > WORSE ? '<span class="worse">↗</span>' : "";
  const old = cell[cell.length - 1] === null ? " old" : "";
  const history = cell.filter((x) => x !== null).length > 1 && column.isTime ? line(cell, 40, 15) : "";
  return (
    `<td class="cell ${kind}${old}${starts}"${style}><a href="${escaped(graph(row, column))}" tabindex="-1" data-row="${r}"` +
    ` data-column="${column.id}"><span class="value"><span class="mark">${mark}</span><span>${written(column, v)}${worse}` +
    `</span></span>${history}</a></td>`
  );
}

function drawHead(shown, labels) {
  const first = (c, i) => i === 0 || shown[i - 1].kind !== c.kind;
  const groups = Object.keys(KINDS)
    .map((kind) => [kind, shown.filter((c) => c.kind === kind).length])
    .filter(([, n]) => n > 0);
  const button = (id, text, starts = "") => {
    const state = sort.by !== id ? "none" : sort.up ? "ascending" : "descending";
    return `<th scope="col" class="${starts}" aria-sort="${state}"><button type="button" data-by="${id}">${text}</button></th>`;
  };
  return (
    `<tr><th class="kind"></th>${'<th class="kind label"></th>'.repeat(labels.length)}` +
    groups.map(([kind, n]) => `<th class="kind starts" scope="colgroup" colspan="${n}">${KINDS[kind]}</th>`).join("") +
    "</tr><tr>" +
    button("function", "function") +
    labels.map((label) => button(label, LABELS[label], "label")).join("") +
    shown.map((c, i) => button(c.id, AGAINST[c.against].head, first(c, i) ? "of-cells starts" : "of-cells")).join("") +
    "</tr>"
  );
}

function drawRow(row, r, shown, labels) {
  const next = sort.by === "function" && r > 0 && rows[r - 1].function !== row.function ? ' class="next"' : "";
  const name = row.function.replaceAll("_", "_<wbr>");
  const folded = labels.map((label) => (label === "threads" ? threadsOf(row) : row[label])).join(", ");
  return (
    `<tr${next}><th scope="row">${name}<small>${folded}</small></th>` +
    labels.map((label) => `<td class="label">${row[label]}</td>`).join("") +
    shown.map((c, i) => drawCell(row, c, r, i === 0 || shown[i - 1].kind !== c.kind ? " starts" : "")).join("") +
    "</tr>"
  );
}

const AT_ONCE = 100; // rows; the others follow while the reader reads
let rows = [];
let following = 0;

function drawRows(from, shown, labels) {
  const some = rows.slice(from, from + AT_ONCE).map((row, i) => drawRow(row, from + i, shown, labels));
  document.querySelector("tbody").insertAdjacentHTML("beforeend", some.join(""));
  if (from + AT_ONCE < rows.length) following = setTimeout(drawRows, 0, from + AT_ONCE, shown, labels);
}

function draw() {
  const shown = shownColumns();
  rows = sorted(shownRows());
  const labels = shownLabels(rows);
  const focus = document.activeElement?.dataset?.by;
  document.querySelector("thead").innerHTML = drawHead(shown, labels);
  if (focus) document.querySelector(`[data-by="${focus}"]`)?.focus();
  clearTimeout(following);
  document.querySelector("tbody").replaceChildren();
  drawRows(0, shown, labels);
  document.querySelector("tbody a")?.setAttribute("tabindex", "0");
  const head = columns.find((c) => c.id === sort.by);
  const by = head ? `${KINDS[head.kind]}, ${AGAINST[head.against].head}` : sort.by;
  const all = rows.length && !labels.includes("dtype") ? `${rows[0].dtype}, ` : "";
  const threads = rows.length && !labels.includes("threads") ? `${threadsOf(rows[0])}, ` : "";
  const order = `by ${by}, ${sort.up ? "ascending" : "descending"}`;
  $("status").textContent = `${rows.length} of ${environment.rows.length} rows, ${all}${threads}${order}`;
  drawCards();
  drawScale();
  remember();
}

function drawCards() {
  const values = (against) =>
    columns.filter((c) => c.against === against).flatMap((c) => rows.map((row) => last(row.cells[c.id])).filter((v) => v !== null));
  const cards = [];
  for (const against of ["numpy", "scipy"]) {
    const all = values(against);
    if (all.length === 0) continue;
    const mean = Math.exp(all.reduce((sum, v) => sum + Math.log(v), 0) / all.length);
    const faster = all.filter((v) => v <= 1 / EVEN).length;
    const slower = all.filter((v) => v >= EVEN).length;
    const even = all.length - faster - slower;
    const part = (n, kind) => (n ? `<i class="${kind}" style="flex: ${n}"></i>` : "");
    cards.push([
      `Against ${AGAINST[against].name}`,
      mean < 1 ? `${digits(1 / mean)}× as fast` : `${digits(mean)}× its time`,
      `<div class="split" aria-hidden="true">${part(faster, "faster")}${part(even, "even")}${part(slower, "slower")}</div>` +
        `<p>in the geometric mean of ${all.length}: ${faster} faster, ${even} even, ${slower} slower</p>`,
    ]);
  }
  const limit = values("memory");
  if (limit.length) {
    const near = limit.filter((v) => v < 1.25).length;
    cards.push([
      "Against the limit of memory",
      `${digits(median(limit))}× its time`,
      `<p>in the median of ${limit.length} in-place passes; ${near} within 25 % of an in-place multiply</p>`,
    ]);
  }
  const bytes = values("bytes");
  const ulp = values("ulp");
  if (bytes.length || ulp.length) {
    const said = [
      ulp.length ? "the largest error" : "",
      bytes.length ? `${bytes.filter((v) => v === 0).length} of ${bytes.length} passes allocate nothing` : "",
    ];
    const big = ulp.length ? `${digits(Math.max(...ulp))} ULP` : `${Math.max(...bytes)} bytes`;
    cards.push(["Accuracy and memory", big, `<p>${said.filter(Boolean).join("; ")}</p>`]);
  }
  if (environment.commits.length > 1) {
    const worse = rows.flatMap((row) => columns.filter((c) => c.isTime && row.cells[c.id] && change(row.cells[c.id]) > WORSE));
    cards.push([
      "Against the commits before",
      worse.length ? `<a href="#only=worse">↗ ${worse.length} slower</a>` : "none slower",
      `<p>by more than 15 %, of ${rows.length} rows in ${environment.commits.length} commits</p>`,
    ]);
  }
  $("cards").innerHTML = cards
    .map(([head, big, rest]) => `<div class="card"><h2>${head}</h2><p class="big">${big}</p>${rest}</div>`)
    .join("");
}

/** The bounds of the shades, from much faster to much slower. */
const SCALE = {
  ratio: { f4: "≤ 1/8", f3: "≤ 1/4", f2: "≤ 1/2", f1: "< 1", even: "≈ 1", s1: "≤ 2", s2: "≤ 4", s3: "≤ 8", s4: "> 8" },
  speed: { f4: "≥ 8", f3: "≥ 4", f2: "≥ 2", f1: "> 1", even: "≈ 1", s1: "≥ 1/2", s2: "≥ 1/4", s3: "≥ 1/8", s4: "< 1/8" },
};

function drawScale() {
  const unit = $("unit").value;
  const head = unit === "speed" ? "How many times as fast as the reference" : "Time over that of the reference, smaller is better";
  const steps = Object.entries(SCALE[unit]).map(([name, bound]) => `<span class="${name}">${bound}</span>`);
  $("scale").innerHTML = `<em>${head}:</em>${steps.join("")}`;
}

// --- what a cell says -------------------------------------------------------------------------------------------------

function tip(link, at) {
  const row = rows[link.dataset.row];
  const column = columns.find((c) => c.id === link.dataset.column);
  const cell = row.cells[column.id];
  const known = cell.map((v, i) => i).filter((i) => cell[i] !== null);
  const near = at === undefined ? known[known.length - 1] : known.reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a));
  const from = Math.max(0, Math.min(known.indexOf(near) - 2, known.length - 5));
  const listed = known.slice(from, from + 5);
  $("tip").innerHTML =
    `<h3>${escaped(row.function)}, ${KINDS[column.kind]}</h3><p>${escaped(row.dtype)}, ${escaped(row.size)}, ${threadsOf(row)}</p>` +
    `<p>${sentence(column, cell[near])}</p>` +
    (known.length > 1 ? line(cell, 270, 48, near) : "") +
    "<table>" +
    listed
      .map((i) => {
        const [hash, time] = environment.commits[i];
        const mark = i === near ? ' class="at"' : "";
        return `<tr${mark}><td><code>${hash}</code> ${date(time)}</td><td>${written(column, cell[i])}</td></tr>`;
      })
      .join("") +
    "</table>";
  const tipBox = $("tip");
  tipBox.hidden = false;
  link.setAttribute("aria-describedby", "tip");
  const box = link.getBoundingClientRect();
  const size = tipBox.getBoundingClientRect();
  const below = box.bottom + 6 + size.height < innerHeight;
  tipBox.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
  tipBox.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - 6 - size.height)}px`;
}

function hideTip() {
  $("tip").hidden = true;
  document.querySelector("[aria-describedby=tip]")?.removeAttribute("aria-describedby");
}

const body = document.querySelector("tbody");
body.addEventListener("mousemove", (event) => {
  const link = event.target.closest("a");
  if (!link) return hideTip();
  const svg = link.querySelector("svg")?.getBoundingClientRect();
  const inside = svg && svg.width && event.clientX >= svg.left - 4;
  tip(link, inside ? ((event.clientX - svg.left) / svg.width) * (environment.commits.length - 1) : undefined);
});
body.addEventListener("mouseleave", hideTip);
body.addEventListener("focusin", (event) => event.target.closest("a") && tip(event.target.closest("a")));
body.addEventListener("focusout", hideTip);
$("scroll").addEventListener("scroll", hideTip);

/** One cell is in the order of the Tab key, the arrows move on from it. */
body.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (event.key === "Escape") hideTip();
  if (!step || !event.target.matches("td a")) return;
  event.preventDefault();
  const cell = event.target.parentElement;
  let [r, c] = [cell.parentElement.rowIndex - 2, cell.cellIndex];
  for (;;) {
    [r, c] = [r + step[0], c + step[1]];
    const there = body.rows[r]?.cells[c];
    if (!there) return;
    const link = there.querySelector("a");
    if (link) {
      body.querySelector('a[tabindex="0"]').tabIndex = -1;
      link.tabIndex = 0;
      link.focus();
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
  }
});

document.querySelector("thead").addEventListener("click", (event) => {
  const by = event.target.dataset.by;
  if (!by) return;
  sort = { by, up: sort.by === by ? !sort.up : true };
  draw();
});

// --- choices ----------------------------------------------------------------------------------------------------------

const CHOICES = ["environment", "text", "dtype", "size", "threads", "against", "only", "unit"];

/** What is chosen stands in the address, so that it can be passed on. */
function remember() {
  const chosen = new URLSearchParams();
  for (const id of CHOICES) if ($(id).value !== $(id).dataset.usual) chosen.set(id, $(id).value);
  if (sort.by !== "function" || !sort.up) chosen.set("sort", (sort.up ? "" : "-") + sort.by);
  const address = chosen.size ? `#${chosen}` : location.pathname + location.search;
  history.replaceState(null, "", address);
}

/** The page as its address says. */
function enter() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  const set = (id) => {
    const value = chosen.get(id) ?? $(id).dataset.usual;
    if ($(id).tagName !== "SELECT" || [...$(id).options].some((o) => o.value === value)) $(id).value = value;
  };
  set("environment");
  offer();
  CHOICES.forEach(set);
  const by = chosen.get("sort");
  sort = by ? { by: by.replace(/^-/, ""), up: !by.startsWith("-") } : { by: "function", up: true };
  draw();
}

/** The environment that is chosen, and its dtypes, sizes and threads; of many rows the first of them are shown. */
function offer() {
  environment = data.environments[Number($("environment").value)];
  const [hash, time] = environment.commits[environment.commits.length - 1];
  const where = environment.about.map(escaped).join(", ");
  $("about").innerHTML = `Commit <code>${hash}</code> of ${date(time)}, measured on ${where}`;
  for (const label of Object.keys(LABELS)) {
    const select = $(label);
    const values = [...new Map(environment.rows.map((row) => [row[label], row])).entries()];
    if (label === "size") values.sort((a, b) => a[1].elements - b[1].elements);
    if (label === "threads") values.sort((a, b) => a[0] - b[0]);
    const chosen = select.value;
    select.replaceChildren(new Option("all", ""), ...values.map(([value]) => new Option(value, value)));
    select.dataset.usual = environment.rows.length > 400 && label !== "size" ? values[0][0] : "";
    select.value = values.some(([value]) => value === chosen) ? chosen : select.dataset.usual;
    select.parentElement.hidden = values.length < 2;
  }
}

function begin() {
  $("project").textContent = data.project;
  document.title = `${data.project}: summary of the benchmarks`;
  const named = data.environments.map((e, i) => {
    const until = date(e.commits[e.commits.length - 1][1]);
    return new Option(`${e.about.filter((item, k) => k === 0 || item.startsWith("Python")).join(", ")}, ${until}`, i);
  });
  $("environment").replaceChildren(...named);
  $("environment").parentElement.hidden = named.length < 2;
  for (const id of CHOICES) $(id).dataset.usual = $(id).value;
  $("choices").open = !matchMedia("(max-width: 40rem)").matches;
  enter();
  $("text").addEventListener("input", draw);
  $("controls").addEventListener("change", (event) => {
    if (event.target === $("environment")) offer();
    draw();
  });
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", enter);
}

begin();
