// WCAG 2.2 AA as far as a machine can tell, on every page, in all colours, wide and narrow.
import { choose, findings, hiddenStops, smallTargets, THEMES } from './checks.mjs';
import { expect, live, PAGES, test } from './fixtures.mjs';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
// As 1280 pixels look at 400 %.
const NARROWEST = { width: 320, height: 640 };

for (const { name, path } of PAGES) {
  for (const theme of THEMES) {
    test(`${name}, ${theme.name}: axe finds nothing`, async ({ page, baseURL }) => {
      await choose(page, theme, baseURL);
      await page.goto(path);
      await live(page);
      for (const viewport of [WIDE, NARROW]) {
        await page.setViewportSize(viewport);
        expect(await findings(page), `${path} at ${viewport.width} pixels`).toEqual([]);
      }
    });
  }

  test(`${name}: fits into 320 pixels`, async ({ page }) => {
    await page.setViewportSize(NARROWEST);
    await page.goto(path);
    await live(page);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond, 'pixels to scroll sideways').toBeLessThanOrEqual(0);
  });

  test(`${name}: targets can be hit`, async ({ page }) => {
    await page.goto(path);
    await live(page);
    for (const viewport of [WIDE, NARROWEST]) {
      await page.setViewportSize(viewport);
      expect(await smallTargets(page), `at ${viewport.width} pixels`).toEqual([]);
    }
  });

  test(`${name}: nothing hides the focus`, async ({ page }) => {
    await page.goto(path);
    await live(page);
    expect(await hiddenStops(page, 60)).toEqual([]);
  });
}

test('the menu of narrow screens, opened: axe finds nothing', async ({ page }) => {
  await page.setViewportSize(NARROW);
  await page.goto('/catalog');
  await live(page);
  await page.getByText('Menu', { exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

for (const { name, path } of PAGES.filter(({ name }) => ['catalog', 'graph', 'entity', 'problems'].includes(name))) {
  for (const width of [320, 390, 600]) {
    test(`${name}: what unfolds at ${width} pixels is in the window`, async ({ page }) => {
      await page.setViewportSize({ width, height: 700 });
      await page.goto(path);
      await live(page);
      for (const summary of await page.locator('main details[data-pop] > summary').all()) {
        await summary.click();
        const panel = await summary.locator('xpath=following-sibling::*[1]').boundingBox();
        const button = await summary.boundingBox();
        expect(panel.x, 'left edge').toBeGreaterThanOrEqual(0);
        expect(panel.x + panel.width, 'right edge').toBeLessThanOrEqual(width);
        expect(Math.abs(panel.y - button.y), 'pixels from its button').toBeLessThan(200);
        await page.keyboard.press('Escape');
      }
    });
  }
}
