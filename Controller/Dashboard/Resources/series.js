"use strict";
// The graph of a series: draws the page's points with dygraphs, moves a cursor over them, and
// keeps zoom and cursor in the address. Without it the page shows the same points, drawn still.
(() => {
  const figure = document.getElementById("graph");
  const box = document.getElementById("chart");
  const still = document.getElementById("still");
  const source = document.getElementById("points");
  if (!figure || !box || !source || typeof Dygraph === "undefined") return;

  const points = source.textContent.split("\n").filter(Boolean).map((line, place) => {
    const field = line.split("\t");
    const number = (text) => (text === "" ? null : Number(text));
    return {
      place, run: field[0], commit: field[1], time: new Date(field[2]),
      median: number(field[3]), low: number(field[4]), high: number(field[5]),
      level: number(field[6]), kind: field[7], change: field[8], count: field[9],
      epoch: field[10], subject: field[11] || "", step: field[12] || "", size: field[13] || "",
    };
  });
  if (points.length < 2) return;
  const unit = figure.dataset.unit;
  const full = [-0.6, points.length - 0.4];
  const noise = Number(figure.dataset.noise) || 0;
  const isChange = (point) => point.step !== "";
  const breaksBefore = (place) =>
    place > 0 && points[place].epoch && points[place - 1].epoch &&
    points[place].epoch !== points[place - 1].epoch;

  // Stretches of one level, as the page computed them.
  const stretches = [];
  points.forEach((point, place) => {
    if (place === 0 || breaksBefore(place) || isChange(point)) {
      stretches.push({ first: place, last: place, level: point.level });
    }
    stretches[stretches.length - 1].last = place;
  });

  const rows = [];
  for (const point of points) {
    // Values on both sides of an epoch break are never joined.
    if (breaksBefore(point.place)) rows.push([point.place - 0.5, [null, null, null]]);
    const low = point.low ?? point.median;
    const high = point.high ?? point.median;
    rows.push([point.place, point.median === null ? [null, null, null] : [low, point.median, high]]);
  }

  // Tokens are written for both themes; the browser resolves them on an element only.
  const probe = document.createElement("span");
  probe.hidden = true;
  figure.append(probe);
  const token = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  let ink = {};
  const readTokens = () => {
    ink = {
      line: token("ink-2"), level: token("ink"), axis: token("axis"), rule: token("line"),
      faint: token("ink-3"), accent: token("accent"), surface: token("surface"),
      regressed: token("regressed-mark"), improved: token("improved-mark"),
      unclear: token("unclear-mark"),
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
    };
  };
  readTokens();

  const live = document.createElement("div");
  live.className = "chart-live";
  still.hidden = true;
  box.append(live);
  box.tabIndex = 0;
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", "Graph; arrow keys move from run to run");
  document.getElementById("hint").hidden = false;

  const query = new URLSearchParams(location.search);
  let cursor = points.findLastIndex((point) => point.run === query.get("run"));
  if (cursor < 0) cursor = Number(figure.dataset.last);
  const first = Number(figure.dataset.first);
  const last = Number(figure.dataset.last);
  const isWhole = first === 0 && last === points.length - 1;

  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const two = (number) => String(number).padStart(2, "0");
  const day = (time) => `${time.getUTCDate()}\u00a0${months[time.getUTCMonth()]}`;
  const moment = (time) =>
    `${day(time)} ${time.getUTCFullYear()}, ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
  const decimals = Number(figure.dataset.decimals);
  const digits = (value) => value.toFixed(decimals).replace("-", "\u2212");

  const ticker = (from, to, pixels) => {
    const count = Math.max(2, Math.floor(pixels / 90));
    const low = Math.max(0, Math.ceil(from));
    const high = Math.min(points.length - 1, Math.floor(to));
    const step = Math.max(1, Math.ceil((high - low + 1) / count));
    const ticks = [];
    let before = "";
    for (let place = low; place <= high; place += step) {
      const label = day(points[place].time);
      ticks.push({ v: place, label: label === before ? "" : label });
      before = label;
    }
    return ticks;
  };

  const shape = (canvas, kind, x, y) => {
    canvas.beginPath();
    if (kind === "regressed") {
      canvas.moveTo(x, y - 5);
      canvas.lineTo(x + 5, y + 4);
      canvas.lineTo(x - 5, y + 4);
      canvas.closePath();
    } else {
      canvas.arc(x, y, 4.5, 0, 7);
    }
    canvas.fillStyle = ink[kind];
    canvas.fill();
  };

  const drawUnder = (canvas, area, graph) => {
    canvas.save();
    canvas.lineWidth = 1;
    if (noise > 0) {
      canvas.save();
      canvas.beginPath();
      canvas.rect(area.x, area.y, area.w, area.h);
      canvas.clip();
      canvas.fillStyle = ink.accent;
      canvas.globalAlpha = 0.1;
      for (const stretch of stretches) {
        if (stretch.level === null || stretch.first === stretch.last) continue;
        const left = graph.toDomXCoord(stretch.first);
        const top = graph.toDomYCoord(stretch.level * (1 + noise));
        canvas.fillRect(left, top, graph.toDomXCoord(stretch.last) - left,
          graph.toDomYCoord(stretch.level * (1 - noise)) - top);
      }
      canvas.restore();
    }
    let labelled = -Infinity;
    for (const point of points) {
      const x = graph.toDomXCoord(point.place);
      if (breaksBefore(point.place)) {
        const middle = graph.toDomXCoord(point.place - 0.5);
        canvas.strokeStyle = ink.faint;
        canvas.setLineDash([3, 3]);
        canvas.beginPath();
        canvas.moveTo(middle, area.y);
        canvas.lineTo(middle, area.y + area.h);
        canvas.stroke();
        canvas.setLineDash([]);
      }
      if (!isChange(point) || x < area.x - 1 || x > area.x + area.w + 1) continue;
      canvas.strokeStyle = ink[point.step];
      canvas.globalAlpha = 0.55;
      canvas.beginPath();
      canvas.moveTo(x, area.y);
      canvas.lineTo(x, area.y + area.h - 14);
      canvas.stroke();
      canvas.globalAlpha = 1;
      shape(canvas, point.step, x, area.y + area.h - 8);
      const text = point.size;
      const isAtEnd = x > area.x + area.w - 70;
      // A label that would lie on the one before is left to the readout and the table.
      if (x - labelled < (isAtEnd ? 140 : 70)) continue;
      labelled = x;
      canvas.fillStyle = ink[point.step];
      canvas.font = ink.font;
      canvas.textBaseline = "middle";
      canvas.textAlign = isAtEnd ? "right" : "left";
      canvas.fillText(text, x + (isAtEnd ? -8 : 8), area.y + area.h - 8);
    }
    canvas.restore();
  };

  // After the band and the line, so that levels and the cursor lie over them.
  const drawOver = (graph) => {
    const canvas = graph.hidden_ctx_;
    const area = graph.getArea();
    canvas.save();
    canvas.beginPath();
    canvas.rect(area.x, area.y, area.w, area.h);
    canvas.clip();
    canvas.strokeStyle = ink.level;
    canvas.lineWidth = 2.5;
    for (const stretch of stretches) {
      if (stretch.level === null || stretch.first === stretch.last) continue;
      const y = graph.toDomYCoord(stretch.level);
      canvas.beginPath();
      canvas.moveTo(graph.toDomXCoord(stretch.first), y);
      canvas.lineTo(graph.toDomXCoord(stretch.last), y);
      canvas.stroke();
    }
    for (const point of points) {
      if (point.kind !== "invalid" || point.median === null) continue;
      canvas.beginPath();
      canvas.arc(graph.toDomXCoord(point.place), graph.toDomYCoord(point.median), 3.5, 0, 7);
      canvas.fillStyle = ink.surface;
      canvas.strokeStyle = ink.unclear;
      canvas.lineWidth = 1.5;
      canvas.fill();
      canvas.stroke();
    }
    canvas.restore();
    drawCursor(graph);
  };

  const drawCursor = (graph) => {
    const canvas = graph.canvas_ctx_;
    const area = graph.getArea();
    canvas.clearRect(0, 0, graph.width_, graph.height_);
    const point = points[cursor];
    const x = graph.toDomXCoord(point.place);
    if (x < area.x - 1 || x > area.x + area.w + 1) return;
    canvas.save();
    canvas.strokeStyle = ink.accent;
    canvas.lineWidth = 1;
    canvas.beginPath();
    canvas.moveTo(x, area.y);
    canvas.lineTo(x, area.y + area.h);
    canvas.stroke();
    if (point.median !== null) {
      canvas.beginPath();
      canvas.arc(x, graph.toDomYCoord(point.median), 4.5, 0, 7);
      canvas.fillStyle = ink.surface;
      canvas.strokeStyle = ink.accent;
      canvas.lineWidth = 2;
      canvas.fill();
      canvas.stroke();
    }
    canvas.restore();
  };

  const readout = document.getElementById("cursor");
  const field = (name) => readout && readout.querySelector(`[data-f="${name}"]`);
  const bidi = (text) => {
    const node = document.createElement("bdi");
    node.textContent = text;
    return node;
  };
  const tell = () => {
    if (!readout) return;
    const point = points[cursor];
    const link = field("commit");
    link.textContent = point.commit;
    link.href = `/runs/${point.run}`;
    field("subject").replaceChildren(bidi(point.subject));
    const time = document.createElement("time");
    time.dateTime = point.time.toISOString();
    time.textContent = moment(point.time);
    field("time").replaceChildren(time);
    const sign = document.createElement("span");
    sign.className = "u";
    sign.textContent = unit;
    field("median").replaceChildren(point.median === null ? "none" : digits(point.median), sign);
    field("interval").textContent =
      point.low === null || point.high === null ? "" : `[${digits(point.low)}, ${digits(point.high)}]`;
    const share = point.level && point.median !== null ? (point.median / point.level - 1) * 100 : null;
    field("deviation").textContent =
      share === null ? "no level" :
        `${share > 0 ? "+" : ""}${share.toFixed(2).replace("-", "\u2212")}\u202f%`;
    field("verdict").replaceChildren(...verdict(point));
    field("count").textContent = point.count;
  };
  const verdict = (point) => {
    const mark = document.createElement("span");
    mark.className = point.kind ? "v" : "dim";
    mark.textContent = point.kind || "not judged";
    if (point.kind) {
      mark.dataset.v = point.kind;
      const space = "http://www.w3.org/2000/svg";
      const svg = document.createElementNS(space, "svg");
      svg.setAttribute("viewBox", "0 0 10 10");
      svg.setAttribute("aria-hidden", "true");
      const use = document.createElementNS(space, "use");
      use.setAttribute("href", `#s-${point.kind}`);
      svg.append(use);
      mark.prepend(svg);
    }
    return [mark, point.change ? ` ${point.change}` : ""];
  };

  // The address is the state.
  const remember = () => {
    const [from, to] = graph.xAxisRange();
    const low = Math.max(0, Math.ceil(from));
    const high = Math.min(points.length - 1, Math.floor(to));
    const query = new URLSearchParams(location.search);
    query.delete("from");
    query.delete("to");
    if (low > 0 || high < points.length - 1) {
      query.delete("last");
      query.set("from", points[low].commit);
      query.set("to", points[Math.max(low, high)].commit);
    }
    if (cursor === points.length - 1) query.delete("run");
    else query.set("run", points[cursor].run);
    const text = query.toString();
    history.replaceState(null, "", text ? `?${text}` : location.pathname);
  };
  let pending = 0;
  const rememberSoon = () => {
    clearTimeout(pending);
    pending = setTimeout(remember, 150);
  };

  const nearest = (event) => {
    const inside = graph.eventToDomCoords(event)[0];
    return Math.max(0, Math.min(points.length - 1, Math.round(graph.toDataXCoord(inside))));
  };
  const moveTo = (place) => {
    if (place === cursor) return;
    cursor = place;
    drawCursor(graph);
    tell();
    rememberSoon();
  };

  // The library's legend writes style attributes, which the page's policy refuses; the readout
  // says what a legend would.
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);
  const isSmall = matchMedia("(max-width: 48rem)").matches;
  const graph = new Dygraph(live, rows, {
    labels: ["place", "median"], customBars: true, legend: "never", showLabelsOnHighlight: false,
    dateWindow: isWhole ? full : [first - 0.6, last + 0.6], xRangePad: 0, yRangePad: 24,
    colors: [ink.line], fillAlpha: 0.16, strokeWidth: 1.2,
    drawPoints: points.length <= 1000, pointSize: points.length > 200 ? 1.6 : 2.4,
    highlightCircleSize: 0, connectSeparatedPoints: false, axisLineColor: ink.axis,
    gridLineColor: ink.rule, rightGap: 8, animatedZooms: false, hideOverlayOnMouseOut: false,
    axes: {
      x: { drawGrid: false, ticker, axisLabelFontSize: 11, axisLabelWidth: 70 },
      y: { axisLabelWidth: isSmall ? 38 : 52, axisLabelFontSize: 11, valueFormatter: digits,
        axisLabelFormatter: (value, _, option, g) => {
          const [low, high] = g.yAxisRange();
          const places = Math.max(0, Math.min(9, Math.ceil(-Math.log10((high - low) / 8 || 1))));
          return value.toFixed(places).replace("-", "\u2212");
        } },
    },
    showRangeSelector: points.length > 30, rangeSelectorHeight: 34,
    rangeSelectorPlotFillColor: "", rangeSelectorPlotStrokeColor: ink.faint,
    rangeSelectorPlotLineWidth: 1, rangeSelectorForegroundStrokeColor: ink.axis,
    rangeSelectorBackgroundStrokeColor: ink.rule, rangeSelectorAlpha: 0.5,
    underlayCallback: drawUnder,
    drawCallback: (graph, isFirst) => {
      drawOver(graph);
      if (!isFirst) rememberSoon();
    },
    highlightCallback: (event) => { if (event.type !== "touchmove") moveTo(nearest(event)); },
    unhighlightCallback: () => drawCursor(graph),
    clickCallback: (event) => moveTo(nearest(event)),
  });
  // A field for averaging, which is not offered.
  live.querySelector(".dygraph-roller")?.remove();
  // The range selector's handles are for a mouse; keys move the cursor.
  for (const handle of live.querySelectorAll("img")) handle.alt = "";
  drawCursor(graph);
  tell();

  box.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step !== 0) {
      event.preventDefault();
      let place = cursor + step;
      if (event.shiftKey) while (points[place] && !isChange(points[place])) place += step;
      if (points[place]) moveTo(place);
    } else if (event.key === "Enter") {
      location.assign(`/runs/${points[cursor].run}`);
    } else if (event.key === "Escape") {
      graph.updateOptions({ dateWindow: full });
    }
  });
  const repaint = () => {
    readTokens();
    graph.updateOptions({
      colors: [ink.line], axisLineColor: ink.axis, gridLineColor: ink.rule,
      rangeSelectorPlotStrokeColor: ink.faint,
      rangeSelectorForegroundStrokeColor: ink.axis,
      rangeSelectorBackgroundStrokeColor: ink.rule,
    });
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
})();
