// Measures the graph on a generated catalog: the first drawing of 2 000 nodes, frames while it is moved and resized, how soon
// a click is answered, and what the server takes. Run by hand (docs/benchmarks.md says how); prints a table in Markdown.
//
//   node measure-graph.mjs --catalog FOLDER [--portico BINARY] [--samples 50]
import http from 'node:http';
import { components, launch, options, quantile, row, withPortal } from './measured.mjs';

const values = options({ samples: { type: 'string', default: '50' } });
const { url } = values;
const GESTURE_MS = 3_000;

/** Time in ms, bytes as sent and bytes unpacked of one page. */
function page(address, encoding = 'br') {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    http.get(url + address, { headers: { accept: 'text/html', 'accept-encoding': encoding } }, response => {
      let bytes = 0;
      response.on('data', chunk => { bytes += chunk.length; });
      response.on('end', () => resolve({ ms: performance.now() - start, bytes, status: response.statusCode }));
    }).on('error', reject);
  });
}

/** Frames that reached the screen during `gesture`: how many in a second, and the longest pause. */
async function frames(browser, tab, gesture) {
  await browser.startTracing(tab, { categories: ['disabled-by-default-devtools.timeline.frame', 'devtools.timeline.frame', 'devtools.timeline'] });
  const start = performance.now();
  await gesture();
  const seconds = (performance.now() - start) / 1_000;
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const drawn = traceEvents.filter(event => event.name === 'DrawFrame').map(event => event.ts / 1_000).sort((a, b) => a - b);
  const pauses = drawn.slice(1).map((at, number) => at - drawn[number]);
  return `${(drawn.length / seconds).toFixed(0)} frames a second, longest pause ${Math.max(...pauses).toFixed(0)} ms, ${drawn.length} frames`;
}

/** Repeats a step 60 times a second, as a hand does that does not wait for the picture. */
async function during(step) {
  const [start, steps] = [performance.now(), []];
  while (performance.now() < start + GESTURE_MS) {
    steps.push(step(steps.length));
    await new Promise(resolve => setTimeout(resolve, Math.max(0, start + steps.length * 1_000 / 60 - performance.now())));
  }
  await Promise.all(steps);
}

/** Turns the wheel with the control key, a step for each frame: what a wheel sends more often than that, a browser merges. */
const turn = (tab, half, step) => tab.evaluate(([length, half, step]) => new Promise(done => {
  const window = document.getElementById('graph-window');
  const { x, y, width, height } = window.getBoundingClientRect();
  const start = performance.now();
  let number = 0;
  requestAnimationFrame(function next() {
    const deltaY = number % (2 * half) < half ? step : -step;
    number += 1;
    window.dispatchEvent(new WheelEvent('wheel', { deltaY, ctrlKey: true, bubbles: true, cancelable: true, clientX: x + width / 2, clientY: y + height / 2 }));
    if (performance.now() < start + length) requestAnimationFrame(next);
    else done();
  });
}), [GESTURE_MS, half, step]);

await withPortal(values, async () => {
  const { totalItems, refs: found } = await components(url, Number(values.samples));
  const refs = found.map(({ namespace, name }) => `component:${namespace}/${name}`);
  const around = (ref, rest) => `/catalog-graph?rootEntityRefs[]=${encodeURIComponent(ref)}${rest}`;
  console.log(`| ${totalItems} components | |\n| --- | --- |`);
  for (const depth of [1, 2]) {
    const times = [];
    for (const ref of refs) times.push((await page(around(ref, `&maxDepth=${depth}`))).ms);
    row(`page of the neighbourhood of one of ${refs.length} components, ${depth} relations far`, `p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms, slowest ${Math.max(...times).toFixed(0)} ms`);
  }
  const large = around(refs[0], '');
  const plain = await page(large, 'identity');
  const packed = await page(large);
  row('page of the largest graph from the server', `${packed.ms.toFixed(0)} ms, ${(plain.bytes / 1_000).toFixed(0)} kB, compressed ${(packed.bytes / 1_000).toFixed(0)} kB`);

  const browser = await launch(values.chromium);
  // The first and the second visit of a browser that was never here, several times.
  const [first, second] = [[], []];
  let tab;
  for (let number = 0; number < 5; number += 1) {
    await tab?.context().close();
    tab = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await tab.addInitScript(() => {
      // The picture is whole when what follows it is there; it is painted after the next frame.
      const look = new MutationObserver(() => {
        if (!document.getElementById('graph-map')) return;
        look.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }));
      });
      look.observe(document, { childList: true, subtree: true });
      window.slowest = 0;
      new PerformanceObserver(list => {
        for (const event of list.getEntries()) if (event.interactionId) window.slowest = Math.max(window.slowest, event.duration);
      }).observe({ type: 'event', durationThreshold: 16 });
    });
    for (const visit of [first, second]) {
      await tab.goto(url + large, { waitUntil: 'load' });
      await tab.waitForFunction(() => window.painted);
      visit.push(await tab.evaluate(() => window.painted));
      await tab.waitForTimeout(1_500);
    }
  }
  const nodes = await tab.evaluate(() => document.getElementById('graph-nodes').childElementCount);
  for (const [visit, times] of Object.entries({ first, second })) {
    row(`first drawing of ${nodes} nodes, ${visit} of ${times.length} visits each`, `p50 ${quantile(times, 0.5).toFixed(0)} ms, slowest ${Math.max(...times).toFixed(0)} ms after the navigation began`);
  }
  await tab.waitForFunction(() => document.querySelector('.graph-find:not([hidden])'));
  const seen = await tab.locator('#graph-window').boundingBox();
  const [x, y] = [seen.x + seen.width / 2, seen.y + seen.height / 2];
  // In the middle, so that there is picture in all directions.
  await tab.evaluate(() => {
    const window = document.getElementById('graph-window');
    window.scrollTo((window.scrollWidth - window.clientWidth) / 2, (window.scrollHeight - window.clientHeight) / 2);
  });
  await tab.waitForTimeout(1_500);
  await tab.mouse.move(x, y);
  await tab.mouse.down();
  row('moved by the pointer', await frames(browser, tab, () => during(number => tab.mouse.move(x - 300 * Math.sin(number / 30), y + 200 * Math.sin(number / 20)))));
  await tab.mouse.up();
  await tab.waitForTimeout(1_500);
  row('resized by the wheel, eleven times smaller and back', await frames(browser, tab, () => turn(tab, 60, 12)));
  await tab.getByRole('button', { name: 'Fit' }).click();
  await tab.waitForTimeout(1_500);
  row('resized by the wheel, all in sight', await frames(browser, tab, () => turn(tab, 30, -12)));
  await tab.evaluate(() => { window.slowest = 0; });
  await tab.locator('#graph-nodes > a').first().focus();
  await tab.keyboard.press('ArrowRight');
  await tab.keyboard.press('ArrowDown');
  await tab.waitForTimeout(500);
  row('a step to another node, until the next paint', `${await tab.evaluate(() => window.slowest)} ms`);
  await tab.evaluate(() => { window.slowest = 0; });
  await tab.keyboard.press('Space');
  await tab.locator('#graph-peek').waitFor();
  await tab.keyboard.press('Escape');
  await tab.waitForTimeout(500);
  row('facts about a node, shown and put away', `${await tab.evaluate(() => window.slowest)} ms`);
  await tab.evaluate(() => { window.slowest = 0; });
  await tab.getByRole('button', { name: 'Larger' }).click({ clickCount: 12 });
  const box = await tab.locator('#graph-nodes > a').first().evaluate(node => {
    node.scrollIntoView({ block: 'center', inline: 'center' });
    const { x, y, width, height } = node.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  });
  await tab.waitForTimeout(1_500);
  await tab.evaluate(() => { window.slowest = 0; });
  await tab.mouse.click(...box);
  await tab.waitForURL(/\/catalog\//);
  await tab.waitForTimeout(300);
  row('a click on a node, until the next paint', `${await tab.evaluate(() => window.slowest)} ms`);
  await browser.close();
});
