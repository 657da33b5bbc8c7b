// Measures pages on a generated catalog as a slow computer shows them: largest paint, shifts of the layout, how soon actions are
// painted, and how soon the palette answers a key. Run by hand (docs/benchmarks.md says how); prints tables in Markdown.
//
//   node measure-pages.mjs --catalog FOLDER [--portico BINARY] [--visits 9] [--slower 4]
import { components, launch, options, quantile, row, withPortal } from './measured.mjs';

const values = options({ visits: { type: 'string', default: '9' }, slower: { type: 'string', default: '4' } });
const { url } = values;
// 10 Mbit/s and 20 ms, both ways, for what is loaded. Actions and the palette are about the processor alone.
const NETWORK = { offline: false, latency: 20, downloadThroughput: 1_250_000, uploadThroughput: 1_250_000 };
// After this, nothing that an action caused is still to come.
const SETTLED_MS = 1_500;
const ms = number => `${number.toFixed(0)} ms`;

/** Observes from the first byte of each document. */
function observe() {
  window.seen = { largest: 0, shifts: 0, actions: new Map() };
  const on = (type, take, more = {}) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  on('largest-contentful-paint', entry => { window.seen.largest = entry.startTime; });
  on('layout-shift', entry => { if (!entry.hadRecentInput) window.seen.shifts += entry.value; });
  on('event', entry => {
    if (!entry.interactionId) return;
    window.seen.actions.set(entry.interactionId, Math.max(window.seen.actions.get(entry.interactionId) ?? 0, entry.duration));
  }, { durationThreshold: 16 });
  // The first touch of an action, and the paint of the last thing that it changed. Ages change by themselves.
  const begins = ({ timeStamp }) => { window.seen.began ??= timeStamp; };
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, begins, true);
  new MutationObserver(changes => {
    if (!changes.some(({ target }) => !target.parentElement?.closest('time') && !target.closest?.('time'))) return;
    requestAnimationFrame(() => setTimeout(() => { window.seen.ended = performance.now(); }));
  }).observe(document, { childList: true, subtree: true, attributeFilter: ['data-theme', 'open', 'aria-pressed', 'aria-selected'] });
  // A key in the palette, until the answers to it are painted.
  window.answers = [];
  let pressed;
  addEventListener('keydown', event => { if (event.target.getAttribute?.('role') === 'combobox') pressed = event.timeStamp; }, true);
  new MutationObserver(changes => {
    if (pressed === undefined || !changes.some(({ target }) => target.parentElement?.closest('[role=listbox]') || target.getAttribute?.('role') === 'listbox')) return;
    const since = pressed;
    requestAnimationFrame(() => setTimeout(() => {
      // The last paint that belongs to the key counts.
      const last = window.answers.at(-1);
      if (last?.since === since) last.ms = performance.now() - since;
      else window.answers.push({ since, ms: performance.now() - since });
    }));
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

async function open(browser, network) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(observe);
  const tab = await context.newPage();
  const session = await context.newCDPSession(tab);
  await session.send('Network.enable');
  if (network) await session.send('Network.emulateNetworkConditions', network);
  await session.send('Emulation.setCPUThrottlingRate', { rate: Number(values.slower) });
  return tab;
}

const live = tab => tab.waitForFunction(() => document.querySelector('header [role=status]')?.textContent === 'live', null, { timeout: 60_000 });

/** The first and a second visit of a page: largest paint and shifts. */
async function visits(browser, name, address) {
  const [first, second, shifts] = [[], [], []];
  for (let number = 0; number < Number(values.visits); number += 1) {
    const tab = await open(browser, NETWORK);
    for (const times of [first, second]) {
      await tab.goto(url + address, { waitUntil: 'load' });
      await live(tab);
      await tab.waitForTimeout(300);
      const { largest, shifts: moved } = await tab.evaluate(() => window.seen);
      times.push(largest);
      shifts.push(moved);
    }
    await tab.context().close();
  }
  row(name, ms(quantile(first, 0.75)), ms(Math.max(...first)), ms(quantile(second, 0.75)), Math.max(...shifts).toFixed(3));
}

/** What people do on a page; each action from its page anew. */
async function action(browser, name, address, act) {
  const [times, whole] = [[], []];
  let moved = 0;
  for (let number = 0; number < Number(values.visits); number += 1) {
    const tab = await open(browser);
    await tab.goto(url + address, { waitUntil: 'load' });
    await live(tab);
    await tab.waitForTimeout(SETTLED_MS);
    await tab.evaluate(() => { Object.assign(window.seen, { actions: new Map(), shifts: 0, began: undefined, ended: 0 }); });
    await act(tab);
    await tab.waitForTimeout(SETTLED_MS);
    const { actions, shifts, began, ended } = await tab.evaluate(() => ({ ...window.seen, actions: [...window.seen.actions.values()] }));
    // What is not in the list took less than 16 ms.
    times.push(Math.max(0, ...actions));
    whole.push(Math.max(0, ended - began));
    moved = Math.max(moved, shifts);
    await tab.context().close();
  }
  row(name, ms(quantile(times, 0.75)), ms(Math.max(...times)), ms(quantile(whole, 0.75)), moved.toFixed(3));
}

await withPortal(values, async () => {
  const { refs: [{ namespace, name }] } = await components(url, 1);
  const entity = `/catalog/${namespace}/component/${name}`;
  const graph = `/catalog-graph?rootEntityRefs[]=component:${namespace}/${name}&maxDepth=1`;
  const browser = await launch(values.chromium);
  try {
    row('page', 'largest paint, first visit, p75', 'slowest', 'second visit, p75', 'layout shift, largest');
    row('---', '---:', '---:', '---:', '---:');
    await visits(browser, 'home', '/');
    await visits(browser, 'catalog', '/catalog');
    await visits(browser, 'catalog, filtered', '/catalog?kind=Component&lifecycle=production');
    await visits(browser, 'catalog, in groups', '/catalog?group=owner');
    await visits(browser, 'entity', entity);
    await visits(browser, 'history of an entity', `${entity}/history`);
    await visits(browser, 'graph around an entity', graph);
    await visits(browser, 'changes of a week', '/catalog/compare');
    await visits(browser, 'search', '/search?query=service');
    await visits(browser, 'problems', '/problems');

    console.log();
    row('action', 'until the next paint, p75', 'slowest', 'until all is painted, p75', 'layout shift, largest');
    row('---', '---:', '---:', '---:', '---:');
    const key = pressed => tab => tab.keyboard.press(pressed);
    await action(browser, 'a facet of the catalog', '/catalog', tab => tab.getByRole('group', { name: 'Kind', exact: true }).getByRole('checkbox').first().check());
    await action(browser, 'five letters into the filter', '/catalog', tab => tab.getByRole('main').getByRole('searchbox').pressSequentially('servi', { delay: 120 }));
    await action(browser, 'sorted by another column', '/catalog', tab => tab.getByRole('columnheader', { name: 'Owner' }).getByRole('link').click());
    await action(browser, 'grouped by owner', '/catalog', async tab => {
      await tab.getByText('Group by: nothing').click();
      await tab.getByRole('list', { name: 'Group by' }).getByRole('link', { name: 'Owner' }).click();
    });
    await action(browser, 'a row at a glance', '/catalog?kind=Component', async tab => {
      await tab.getByRole('rowheader').first().getByRole('link').first().focus();
      await tab.keyboard.press('Space');
    });
    await action(browser, 'from the catalog to an entity', '/catalog?kind=Component', tab => tab.getByRole('rowheader').first().getByRole('link').first().click());
    await action(browser, 'from an entity to the catalog', entity, tab => tab.getByRole('banner').getByRole('link', { name: 'Catalog' }).click());
    await action(browser, 'from an entity to the graph', entity, tab => tab.getByRole('banner').getByRole('link', { name: 'Graph' }).click());
    await action(browser, 'a star', entity, tab => tab.getByRole('main').getByRole('button', { name: /star/i }).first().click());
    await action(browser, 'the palette', '/', key('Control+k'));
    await action(browser, 'the help of shortcuts', '/', key('?'));
    await action(browser, 'dark colours', '/catalog', tab => tab.getByRole('button', { name: 'Dark colours' }).click());

    console.log();
    const times = [];
    for (let number = 0; number < Number(values.visits); number += 1) {
      const tab = await open(browser);
      await tab.goto(`${url}/`, { waitUntil: 'load' });
      await live(tab);
      await tab.waitForTimeout(SETTLED_MS);
      await tab.keyboard.press('Control+k');
      await tab.waitForTimeout(SETTLED_MS);
      await tab.evaluate(() => { window.answers = []; });
      await tab.keyboard.type(name.slice(0, 8), { delay: 400 });
      await tab.waitForTimeout(SETTLED_MS);
      times.push(...(await tab.evaluate(() => window.answers)).map(answer => answer.ms));
      await tab.context().close();
    }
    row('palette', 'keys with an answer', 'p50', 'p75', 'p95', 'slowest');
    row('---', '---:', '---:', '---:', '---:', '---:');
    row('from a key to its painted answer', times.length, ms(quantile(times, 0.5)), ms(quantile(times, 0.75)), ms(quantile(times, 0.95)), ms(Math.max(...times)));
  } finally {
    await browser.close();
  }
});
