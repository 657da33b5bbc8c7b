// Runs: from the form of a template to what it made, live, through failures and a restart of the portal.
import { eventually } from '../portal.mjs';
import { findings, hiddenStops, smallTargets } from './checks.mjs';
import { expect, live, test } from './fixtures.mjs';

/** A template that writes a file, waits as long as it is told, and fails unless it is given the right secret. */
const NOTES = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: notes
  title: Notes
  description: Writes notes.
spec:
  owner: platform
  type: documentation
  parameters:
    - title: What
      required: [name]
      properties:
        name: { title: Name, type: string }
        seconds: { title: Seconds, type: integer, default: 0 }
        token: { title: Token, type: string, ui:field: Secret }
  steps:
    - id: write
      name: Write
      action: catalog:write
      input:
        entity: { apiVersion: backstage.io/v1alpha1, kind: Component, metadata: { name: "\${{ parameters.name }}" } }
    - id: say
      name: Say it
      action: debug:log
      input: { message: "The token is \${{ secrets.token }}" }
    - id: wait
      name: Wait
      action: debug:wait
      input: { seconds: "\${{ parameters.seconds }}" }
    - id: never
      name: Never
      if: \${{ false }}
      action: debug:log
      input: { message: never }
    - id: open
      name: Open the box
      action: fs:rename
      input:
        files:
          - from: "\${{ 'catalog-info.yaml' if secrets.token == 'sesame' else 'no-such-file.txt' }}"
            to: opened.yaml
  output:
    links:
      - title: Berth Booking
        entityRef: component:default/berth-booking
      - title: Elsewhere
        url: https://example.com/notes
    text:
      - title: Note
        content: "Wrote **\${{ parameters.name }}**"
`;

const FORM = '/create/templates/default/notes';
const state = page => page.locator('.wizard-head__facts .badge').first();
const steps = page => page.getByRole('list').and(page.locator('.run-steps')).getByRole('listitem');
const log = page => page.getByRole('log');

async function withNotes(portal) {
  await portal.write('catalog-info.yaml', NOTES);
  await eventually('the template', () => fetch(`${portal.url}/api/catalog/entities/by-name/template/default/notes`).then(answer => answer.ok));
}

async function review(page, url, { name = 'logbook', seconds = 0, token = 'sesame' }) {
  await page.goto(`${url}${FORM}`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Seconds').fill(String(seconds));
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Review' })).toBeVisible();
}

test('a run is started by mouse, and followed to what it gives', async ({ ownPortal, page }) => {
  await withNotes(ownPortal);
  await review(page, ownPortal.url, { seconds: 2 });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page).toHaveURL(/\/create\/tasks\/[0-9a-f-]{36}$/);
  const address = page.url();
  await expect(page.getByRole('heading', { level: 1, name: 'Notes' })).toBeVisible();
  // Nobody reloads: what happens arrives.
  await expect(steps(page).nth(2)).toContainText('Under way');
  await expect(state(page)).toHaveText('Completed');
  await expect(steps(page)).toContainText(['Done', 'Done', 'Done', 'Passed over', 'Done']);
  await expect(page.getByText('Wrote logbook')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Elsewhere' })).toHaveAttribute('href', 'https://example.com/notes');
  await expect(log(page)).toContainText('The run is completed.');
  expect(await page.content(), 'secrets are not shown').not.toContain('sesame');
  await page.getByRole('link', { name: 'Say it' }).click();
  await expect(page).toHaveURL(/step=say/);
  await expect(log(page)).not.toContainText('Wait begins');
  await page.getByRole('link', { name: 'Show the log of all steps' }).click();
  await expect(log(page)).toContainText('Wait begins');
  await page.getByRole('link', { name: 'Start another run with these answers' }).click();
  await expect(page.getByLabel('Name')).toHaveValue('logbook');
  await page.goto(`${ownPortal.url}/create/tasks`);
  await page.getByRole('link', { name: 'Failed or cancelled' }).click();
  await expect(page.getByText('No run is in this state')).toBeVisible();
  await page.getByRole('link', { name: 'Completed', exact: true }).click();
  await page.getByRole('row', { name: /Completed/ }).getByRole('link', { name: 'Notes' }).click();
  await expect(page).toHaveURL(address);
});

test('a log is searched by keyboard, and a line leads to what is around it', async ({ ownPortal, page }) => {
  await withNotes(ownPortal);
  await review(page, ownPortal.url, {});
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(state(page)).toHaveText('Completed');
  await page.getByRole('searchbox', { name: 'Search the log' }).focus();
  await page.keyboard.type('WRITE BEGINS');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/text=WRITE/);
  await expect(log(page).getByRole('listitem')).toHaveCount(1);
  await expect(log(page).locator('mark')).toHaveText('Write begins');
  await log(page).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/line=(\d+)#line-\1$/);
  await expect(log(page)).toContainText('The run is completed.');
  await expect(page.locator('li:target')).toContainText('Write begins');
});

test('the button pressed twice starts one run', async ({ ownPortal, page }) => {
  await withNotes(ownPortal);
  await review(page, ownPortal.url, {});
  const sent = await page.locator('form[data-wizard]').evaluate(form => new URLSearchParams([...new FormData(form), ['~go', 'create']]).toString());
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' };
  const send = () => page.request.post(`${ownPortal.url}${FORM}`, { data: sent, headers, maxRedirects: 0 });
  const [first, second] = [await send(), await send()];
  expect(first.status()).toBe(302);
  expect(second.headers().location).toBe(first.headers().location);
  const { totalTasks } = await page.request.get(`${ownPortal.url}/api/scaffolder/v2/tasks`).then(answer => answer.json());
  expect(totalTasks).toBe(1);
});

test('what failed goes on from there, with the secret given anew', async ({ ownPortal, page }) => {
  await withNotes(ownPortal);
  await review(page, ownPortal.url, { token: 'wrong' });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(state(page)).toHaveText('Failed');
  await expect(page.getByText('The run failed. There is no "no-such-file.txt"')).toBeVisible();
  await page.getByLabel('token').fill('sesame');
  await page.getByRole('button', { name: 'Go on from the step that failed' }).click();
  await expect(state(page)).toHaveText('Completed');
  await expect(log(page).getByText('Write begins.'), 'what was done is not done again').toHaveCount(1);
});

test('a run outlives the portal that worked on it', async ({ ownPortal, page }) => {
  await withNotes(ownPortal);
  await review(page, ownPortal.url, { seconds: 4 });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(steps(page).nth(2)).toContainText('Under way');
  await ownPortal.stop();
  await ownPortal.run();
  // The open page finds its way back by itself.
  await expect(state(page)).toHaveText('Completed', { timeout: 30_000 });
  await expect(log(page).getByText('Write begins.')).toHaveCount(1);
});

test('a run is cancelled by keyboard alone', async ({ ownPortal, page }) => {
  await withNotes(ownPortal);
  await page.goto(`${ownPortal.url}${FORM}`);
  await live(page);
  await page.getByLabel('Name').focus();
  await page.keyboard.type('logbook');
  await page.getByLabel('Seconds').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('600');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'Review' })).toBeFocused();
  const create = page.getByRole('button', { name: 'Create', exact: true });
  for (let stops = 0; stops < 6 && !(await create.evaluate(button => button === document.activeElement)); stops++) await page.keyboard.press('Tab');
  await expect(create).toBeFocused();
  await page.keyboard.press('Enter');
  // A long wait holds no worker.
  await expect(state(page)).toHaveText('Waiting');
  await page.getByRole('button', { name: 'Cancel this run' }).focus();
  await page.keyboard.press('Enter');
  await expect(state(page)).toHaveText('Cancelled');
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page.getByRole('row', { name: /Cancelled/ })).toBeVisible();
});

test('a run is started and watched without scripts', async ({ browser, ownPortal }) => {
  await withNotes(ownPortal);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await review(page, ownPortal.url, { seconds: 2 });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page).toHaveURL(/\/create\/tasks\//);
  await eventually('the end', async () => {
    const again = page.getByRole('link', { name: 'Look again' });
    if (await again.isVisible()) await again.click();
    return (await state(page).textContent()) === 'Completed';
  });
  await expect(page.getByText('Wrote logbook')).toBeVisible();
  await context.close();
});

test('every state of a run is accessible', async ({ ownPortal, page }) => {
  await withNotes(ownPortal);
  const check = async what => {
    expect(await findings(page), what).toEqual([]);
    expect(await smallTargets(page), what).toEqual([]);
    expect(await hiddenStops(page, 60), what).toEqual([]);
  };
  await review(page, ownPortal.url, { seconds: 600, token: 'wrong' });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(state(page)).toHaveText('Waiting');
  await check('waiting');
  await page.getByRole('button', { name: 'Cancel this run' }).click();
  await expect(state(page)).toHaveText('Cancelled');
  await check('cancelled');
  await review(page, ownPortal.url, { token: 'wrong' });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(state(page)).toHaveText('Failed');
  await check('failed');
  await page.getByLabel('token').fill('sesame');
  await page.getByRole('button', { name: 'Go on from the step that failed' }).click();
  await expect(state(page)).toHaveText('Completed');
  await check('completed');
  await page.goto(`${ownPortal.url}/create/tasks`);
  await expect(page.getByRole('row')).toHaveCount(3);
  await check('listed');
});
