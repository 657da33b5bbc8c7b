// Schedules: the like of a run that ended is started again and again, by keyboard and without scripts.
import { eventually } from '../portal.mjs';
import { findings, hiddenStops, smallTargets } from './checks.mjs';
import { expect, live, test } from './fixtures.mjs';

const TEMPLATE = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: report, title: Report }
spec:
  owner: platform
  type: documentation
  parameters:
    properties:
      about: { title: About, type: string, default: harbour }
  steps:
    - { id: say, name: Say it, action: debug:log, input: { message: "About \${{ parameters.about }}" } }
`;

/** The page of a run that ended. */
async function ended(portal, page) {
  await portal.write('catalog-info.yaml', TEMPLATE);
  await eventually('the template', () => fetch(`${portal.url}/api/catalog/entities/by-name/template/default/report`).then(answer => answer.ok));
  const body = { templateRef: 'template:default/report', values: { about: 'tides' } };
  const { id } = await page.request.post(`${portal.url}/api/scaffolder/v2/tasks`, { data: body }).then(answer => answer.json());
  const state = async () => (await page.request.get(`${portal.url}/api/scaffolder/v2/tasks/${id}`)).json();
  await eventually('the end', async () => (await state()).status === 'completed');
  await page.goto(`${portal.url}/create/tasks/${id}`);
}

const row = page => page.getByRole('row', { name: /Report/ });

test('a run is repeated on a schedule by keyboard alone', async ({ ownPortal, page }) => {
  await ended(ownPortal, page);
  await live(page);
  await page.getByText('Repeat on a schedule').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('When')).toBeFocused();
  await page.keyboard.type('every day');
  await page.keyboard.press('Enter');
  await expect(page.getByText('cron is no cron expression')).toBeVisible();
  // What was typed is there to be mended.
  await expect(page.getByLabel('When')).toHaveValue('every day');
  await page.getByLabel('When').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('30 6 * * 1-5');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Europe/Berlin');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/create\/schedules$/);
  await expect(row(page)).toContainText('At 06:30, on Monday, Tuesday, Wednesday, Thursday, and Friday');
  await expect(row(page)).toContainText('30 6 * * 1-5 Europe/Berlin');
  await expect(row(page)).toContainText('None yet');
  expect(await findings(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  expect(await hiddenStops(page, 60)).toEqual([]);

  await page.getByRole('button', { name: 'Suspend Report' }).focus();
  await page.keyboard.press('Enter');
  await expect(row(page)).toContainText('Suspended');
  await page.getByRole('button', { name: 'Resume Report' }).focus();
  await page.keyboard.press('Enter');
  await expect(row(page)).not.toContainText('Suspended');
  await row(page).getByRole('link', { name: 'Answers for Report' }).click();
  await expect(page.getByLabel('About')).toHaveValue('tides');
  await page.goBack();
  await page.getByRole('button', { name: 'Remove the schedule of Report' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('No schedules')).toBeVisible();
});

test('a run is repeated on a schedule without scripts', async ({ browser, ownPortal }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await ended(ownPortal, page);
  await page.getByText('Repeat on a schedule').click();
  await page.getByLabel('When').fill('never');
  await page.getByRole('button', { name: 'Repeat with these answers' }).click();
  await expect(page.getByText('cron is no cron expression')).toBeVisible();
  await expect(page.getByLabel('When')).toHaveValue('never');
  await page.getByLabel('When').fill('@daily');
  await page.getByRole('button', { name: 'Repeat with these answers' }).click();
  await expect(row(page)).toContainText('@daily UTC');
  await page.getByRole('button', { name: 'Remove the schedule of Report' }).click();
  await expect(page.getByText('No schedules')).toBeVisible();
  await context.close();
});
