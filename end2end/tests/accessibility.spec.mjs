// WCAG 2.2 AA as far as a machine can tell, on every page, light and dark, wide and narrow.
import AxeBuilder from '@axe-core/playwright';
import { expect, live, PAGES, test } from './fixtures.mjs';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

/** One line for each finding, so that a failure can be read. */
async function findings(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${help}: ${node.html}`));
}

for (const { name, path } of PAGES) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name}, ${colorScheme}: axe finds nothing`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const viewport of [WIDE, NARROW]) {
        await page.setViewportSize(viewport);
        await page.goto(path);
        await live(page);
        expect(await findings(page), `${path} at ${viewport.width} pixels`).toEqual([]);
      }
    });
  }

  test(`${name}: fits into 320 pixels`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(path);
    await live(page);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond, 'pixels to scroll sideways').toBeLessThanOrEqual(0);
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
