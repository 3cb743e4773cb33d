// Makes the page better; without it everything is there. It reads what the page holds and nothing
// else, and changes text and attributes only: no markup is ever made from text.
'use strict';

const byId = id => document.getElementById(id);

// -- table of deaths: sort, filter, walk with the arrow keys ----------------------------------

function sortable(table) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const keyOf = (row, key, column) =>
    row.dataset[key] ?? row.cells[column].textContent.trim().toLowerCase();
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    // On paper the head is text again.
    head.dataset.head = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const rows = [...body.rows].map(row => [keyOf(row, head.dataset.key, column), row]);
      rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1));
      body.append(...rows.map(pair => pair[1]));
    });
  });
}

function filterable(table) {
  const rows = [...table.tBodies[0].rows];
  const choices = {kind: byId('find-kind'), mark: byId('find-mark')};
  for (const [key, select] of Object.entries(choices)) {
    for (const value of new Set(rows.map(row => row.dataset[key])))
      select.append(new Option(value, value));
  }
  const apply = () => {
    const text = byId('find').value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = (!text || row.textContent.toLowerCase().includes(text)) &&
        Object.entries(choices).every(
          ([key, select]) => !select.value || row.dataset[key] === select.value);
      row.hidden = !fits;
      shown += fits;
    }
    byId('found').textContent = shown === rows.length ? '' : `${shown} of ${rows.length} rows`;
  };
  for (const control of [byId('find'), ...Object.values(choices)])
    control.addEventListener('input', apply);
  byId('death-tools').hidden = false;
}

// Each row is one tab stop. From there the arrow keys go on: up and down to other rows, left and
// right through its own links. Enter follows its lifeline.
function walkable(table) {
  const body = table.tBodies[0];
  for (const row of body.rows) {
    row.tabIndex = 0;
    row.querySelectorAll('a').forEach(link => { link.tabIndex = -1; });
  }
  body.addEventListener('keydown', event => {
    const row = event.target.closest('tr');
    const rows = [...body.rows].filter(other => !other.hidden);
    const at = rows.indexOf(row);
    const stops = [row, ...row.querySelectorAll('a')];
    const place = stops.indexOf(event.target);
    const to = {ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1),
      ArrowRight: stops[place + 1], ArrowLeft: stops[place - 1]}[event.key];
    if (to) {
      to.focus();
      event.preventDefault();
    } else if (event.key === 'Enter' && event.target === row) {
      row.querySelector('a')?.click();
    }
  });
}

// -- lifelines --------------------------------------------------------------------------------

const second = 1000000000n, minute = 60n * second, hour = 60n * minute;
const day = 24n * hour, year = 365n * day;

// As the page's own labels: whole days from two on, else hours, minutes and seconds.
function span(ns) {
  if (ns >= 2n * day && ns % day === 0n)
    return ns / day + 'd';
  let text = '';
  const take = (unit, sign) => {
    if (ns >= unit)
      text += ns / unit + sign;
    ns %= unit;
  };
  take(hour, 'h');
  take(minute, 'm');
  if (ns >= second || (ns > 0n && text))
    text += String(Number(ns) / 1e9) + 's';
  else if (ns > 0n)
    text += ns >= 1000000n ? Number(ns) / 1e6 + 'ms'
      : ns >= 1000n ? Number(ns) / 1e3 + 'µs' : ns + 'ns';
  return text || '0s';
}

function tickStep(end, count) {
  const least = end / BigInt(count);
  const steps = [1n, 2n, 5n, 10n, 15n, 30n].flatMap(n => [n * second, n * minute])
    .concat([1n, 2n, 3n, 6n, 12n].map(n => n * hour),
      [1n, 2n, 5n, 10n, 20n, 50n, 100n].map(n => n * day))
    .sort((a, b) => (a < b ? -1 : 1));
  const decimal = unit => {
    for (;; unit *= 10n)
      for (const n of [1n, 2n, 5n])
        if (n * unit > least)
          return n * unit;
  };
  if (least < second / 2n)
    return decimal(1n);
  return steps.find(step => step > least) ?? decimal(year);
}

function zoomable(chart) {
  const buttons = [...document.querySelectorAll('[data-zoom]')];
  const axis = chart.querySelector('.ticks');
  const coarse = [...axis.children];
  const end = BigInt(chart.dataset.end);
  const label = at => {
    const text = document.createElementNS(axis.namespaceURI, 'text');
    text.setAttribute('x', Number(at * 100000n / end) / 1000 + '%');
    text.setAttribute('y', 15);
    text.setAttribute('class', at === 0n ? 'first' : 'inner');
    text.textContent = span(at);
    return text;
  };
  const zoom = times => {
    const width = chart.scrollWidth;
    const middle = (chart.scrollLeft + chart.clientWidth / 2) / width;
    chart.style.setProperty('--zoom', times);
    chart.classList.toggle('zoomed', times > 1);
    const step = tickStep(end, 8 * times);
    const labels = [];
    for (let at = 0n; at <= end && times > 1; at += step)
      labels.push(label(at));
    axis.replaceChildren(...(times > 1 ? labels : coarse));
    // What was in the middle stays there; from the whole, the start comes first.
    chart.scrollLeft = chart.dataset.times > 1
      ? middle * chart.scrollWidth - chart.clientWidth / 2 : 0;
    chart.dataset.times = times;
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      zoom(Number(button.dataset.zoom));
      buttons.forEach(other => other.setAttribute('aria-pressed', String(other === button)));
    });
  }
  // Where little is in sight, a click on a line brings its start.
  chart.addEventListener('click', event => {
    const lane = event.target.closest('.lanes .lane');
    if (!lane || event.target.closest('a') || !chart.classList.contains('zoomed'))
      return;
    const left = element => element.getBoundingClientRect().left;
    const names = lane.querySelector('.who').getBoundingClientRect().right;
    chart.scrollLeft += left(lane.querySelector('.start')) - names - 40;
  });
  byId('zoom-tools').hidden = false;
}

// -- tree at any instant ------------------------------------------------------------------------

function tree(slider) {
  const labels = slider.dataset.labels.split(' ');
  const positions = slider.dataset.positions.split(' ');
  const root = byId('tree-root');
  const leaves = [...root.querySelectorAll('li')].map(item => ({
    item,
    state: item.querySelector('.state'),
    size: Number(item.dataset.size ?? 1),
    ended: item.dataset.ended ?? '',
    counts: item.dataset.counts.split(' ').map(pair => pair.split(':').map(Number)),
  }));
  const cursor = byId('cursor');
  const show = () => {
    const place = Number(slider.value);
    for (const {item, state, size, ended, counts} of leaves) {
      let count = 0;
      for (const [from, number] of counts)
        if (from <= place)
          count = number;
      const born = counts[0][0] <= place;
      item.classList.toggle('unborn', !born);
      item.classList.toggle('dead', born && count === 0);
      state.textContent = count === 0 ? (ended || 'none alive')
        : size > 1 ? `${count} of ${size} alive` : 'alive';
    }
    byId('instant-text').textContent = labels[place];
    slider.setAttribute('aria-valuetext', labels[place]);
    byId('tree-when').textContent = place === labels.length - 1
      ? `at the end, ${labels[place]}` : `at ${labels[place]}`;
    cursor.setAttribute('x1', positions[place]);
    cursor.setAttribute('x2', positions[place]);
    cursor.classList.toggle('on', place !== labels.length - 1);
  };
  slider.addEventListener('input', show);
  const step = by => {
    slider.value = Number(slider.value) + by;
    show();
  };
  byId('earlier').addEventListener('click', () => step(-1));
  byId('later').addEventListener('click', () => step(1));
  byId('show-dead').addEventListener('change', event =>
    root.classList.toggle('only-alive', !event.target.checked));
  byId('unfold').addEventListener('click', () =>
    root.querySelectorAll('details').forEach(branch => { branch.open = true; }));
  byId('unfold').hidden = !root.querySelector('details:not([open])');
  byId('tree-tools').hidden = false;
}

// -- copying ------------------------------------------------------------------------------------

function copyable(button) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const source = byId(button.dataset.of);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
    } catch {
      // A page opened from a file may not be allowed to: then the text is at least selected.
      getSelection().selectAllChildren(source);
      button.textContent = 'Selected: press Ctrl+C';
    }
    setTimeout(() => { button.textContent = label; }, 2500);
  });
}

const deaths = byId('deaths');
if (deaths) {
  sortable(deaths);
  filterable(deaths);
  walkable(deaths);
}
zoomable(byId('chart'));
tree(byId('instant'));
document.querySelectorAll('.copy').forEach(copyable);
// Paper has no slider: print all branches.
addEventListener('beforeprint', () =>
  document.querySelectorAll('details').forEach(branch => { branch.open = true; }));
