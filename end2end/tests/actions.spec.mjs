// The actions that steps of templates can use: the list, the search, the page of each; without scripts as well.
import { expect, live, test } from './fixtures.mjs';

const list = page => page.getByRole('main').getByRole('listitem');

test('an author finds an action and copies its example', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/create');
  await live(page);
  await page.getByRole('main').getByRole('link', { name: 'Actions', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Actions');
  await page.getByRole('searchbox', { name: 'Search actions' }).fill('publish pull');
  await expect(page).toHaveURL(/\?q=publish/);
  await expect(list(page).filter({ hasText: 'publish:gerrit:review' })).toHaveCount(0);
  await page.getByRole('link', { name: 'publish:github:pull-request' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('publish:github:pull-request');
  const row = page.getByRole('table', { name: 'Input' }).getByRole('row').filter({ hasText: 'repoUrl' }).first();
  await expect(row).toContainText('yes');
  await page.getByRole('button', { name: 'Copy' }).first().click();
  const example = await page.locator('#example-1').innerText();
  expect(example).toContain('action: publish:github:pull-request');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(example);
});

test('an action says which key of the configuration is missing', async ({ page }) => {
  await page.goto('/create/actions/http:request');
  await expect(page.getByRole('note')).toContainText('portico.scaffolder.httpRequest.allow');
  await page.goto('/create/actions/fetch:template');
  await expect(page.getByRole('note')).toHaveCount(0);
  await page.goto('/create/actions/fetch:cookiecutter');
  await expect(page.getByRole('note')).toContainText("can't be offered by this portal");
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the list is searched and leads to an action', async ({ page }) => {
    await page.goto('/create/actions');
    await page.getByRole('searchbox', { name: 'Search actions' }).fill('cookiecutter program');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\?q=cookiecutter\+program/);
    await expect(page.getByRole('status').filter({ hasText: 'to use' })).toHaveText('0 actions to use');
    await page.getByRole('link', { name: 'fetch:cookiecutter' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('fetch:cookiecutter');
    await page.goto('/create/actions/fetch:tempalte');
    await page.getByRole('link', { name: 'See fetch:template', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('fetch:template');
  });
});
