// Templates: choosing one and filling in its form, by mouse, by keyboard and without scripts.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../portal.mjs';
import { findings, hiddenStops, smallTargets } from './checks.mjs';
import { expect, live, test } from './fixtures.mjs';

const FORM = '/create/templates/default/event-consumer';

/** A template whose second step depends on the first one, with a list, a secret and a password. */
const CHOOSY = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: choosy
  title: Choosy
  description: Asks for more the more one wants.
spec:
  owner: platform
  type: documentation
  parameters:
    - title: What
      required: [kind]
      properties:
        kind:
          title: Kind
          type: string
          enum: [book, song]
      dependencies:
        kind:
          oneOf:
            - properties:
                kind: { enum: [book] }
                pages: { title: Pages, type: integer, minimum: 1 }
              required: [pages]
            - properties:
                kind: { enum: [song] }
                singer: { title: Singer, type: string }
    - title: Who
      properties:
        readers:
          title: Readers
          type: array
          items: { type: string, title: Reader }
        token:
          title: Token
          type: string
          ui:field: Secret
        password:
          title: Password
          type: string
          ui:widget: password
  steps:
    - id: open
      name: Open a repository
      action: publish:github
      input:
        repoUrl: github.com?owner=moonrail&repo=\${{ parameters.kind }}
  output:
    text:
      - title: Done
        content: A *\${{ parameters.kind }}*
`;

const steps = page => page.getByRole('list', { name: 'Steps' });
const heading = (page, name) => page.getByRole('heading', { level: 2, name });

/** A portal of the test's own that knows the template. */
async function withChoosy(portal) {
  await portal.write('catalog-info.yaml', CHOOSY);
  await eventually('the template', () => fetch(`${portal.url}/api/catalog/entities/by-name/template/default/choosy`).then(answer => answer.ok));
}

test('templates are found by category, owner, tag and words', async ({ page }) => {
  await page.goto('/create');
  await live(page);
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(['Recommended', 'All others']);
  await page.getByRole('group', { name: 'Category' }).getByRole('checkbox', { name: /^job/ }).check();
  await expect(page.getByRole('link', { name: 'Event consumer', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Sleeper service', exact: true })).toBeHidden();
  await expect(page).toHaveURL(/\?type=job/);
  await page.getByRole('link', { name: 'Clear all' }).click();
  await page.getByRole('searchbox', { name: 'Search templates' }).fill('no such words');
  await expect(page.getByText('No template matches')).toBeVisible();
});

test('the card of a template says how its tests went, and leads to what failed', async ({ ownPortal, page }) => {
  // Before the template: what lies beside it is looked at when the template comes, and then once a minute.
  await mkdir(path.join(ownPortal.catalog, 'tests'));
  await ownPortal.write('tests/songs.yaml', "name: A song\nvalues: { kind: song }\nexpect: { files: { song.txt: '' } }\n");
  await withChoosy(ownPortal);
  await eventually('the badges', async () => {
    await page.goto(`${ownPortal.url}/create`);
    return (await page.getByText(/tests? passed$/).count()) > 0 && (await page.getByText('1 of 1 test failed').count()) > 0;
  });
  expect(await findings(page)).toEqual([]);
  await page.getByRole('link', { name: '1 of 1 test failed: tests of Choosy' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Choosy' })).toBeVisible();
  const failed = page.getByText('song.txt is not there');
  if (!(await failed.isVisible())) await page.getByText('1 of 1 test failed').click();
  await expect(failed).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('a template is filled in by mouse', async ({ page }) => {
  await page.goto('/create');
  await live(page);
  await page.getByRole('link', { name: 'Event consumer', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Event consumer' })).toBeVisible();
  await page.getByRole('button', { name: 'Review' }).click();
  const wrong = page.getByRole('alert').filter({ hasText: 'need another look' });
  await expect(wrong).toBeFocused();
  await wrong.getByRole('link', { name: /^Name/ }).click();
  await expect(page.getByLabel('Name')).toBeFocused();
  await page.getByLabel('Name').fill('night-watch');
  await page.getByLabel('Events to read').fill('api:default/position-events');
  await page.getByLabel('Host').fill('github.com');
  await page.getByLabel('Owner').fill('moonrail');
  await page.getByLabel('Repository', { exact: true }).fill('night-watch');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(heading(page, 'Review')).toBeFocused();
  await expect(page.getByText('github.com?owner=moonrail&repo=night-watch')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${FORM}(#|$)`));
  await page.getByRole('button', { name: 'Done: The consumer' }).click();
  await expect(page.getByLabel('Name')).toHaveValue('night-watch');
});

test('what is asked follows what is chosen, and nothing that was typed is lost', async ({ ownPortal, page }) => {
  await withChoosy(ownPortal);
  await page.goto(`${ownPortal.url}/create/templates/default/choosy`);
  await live(page);
  await expect(page.getByLabel('Pages')).toBeHidden();
  await page.getByLabel('Kind').focus();
  await page.getByLabel('Kind').selectOption('book');
  await expect(page.getByLabel('Pages')).toBeVisible();
  await expect(page.getByLabel('Kind')).toBeFocused();
  await page.getByLabel('Pages').fill('0');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByLabel('Pages')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Pages').fill('12');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(heading(page, 'Who')).toBeFocused();
  for (const name of ['Ada', 'Ben']) {
    await page.getByRole('button', { name: 'Add to Readers' }).click();
    await expect(page.getByLabel('Reader', { exact: true }).last()).toBeFocused();
    await page.keyboard.type(name);
  }
  await page.getByRole('button', { name: 'Move up Readers 2' }).click();
  await expect(page.getByLabel('Reader', { exact: true }).first()).toHaveValue('Ben');
  await page.getByRole('button', { name: 'Remove Readers 2' }).click();
  await expect(page.getByLabel('Reader', { exact: true })).toHaveCount(1);
  await page.getByLabel('Token').fill('hunter2');
  await page.getByLabel('Password').fill('hunter3');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(heading(page, 'Review')).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByText('is kept. Type to replace it.')).toHaveCount(2);
  expect(await page.content()).not.toMatch(/hunter/);
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await expect(heading(page, 'What it would do')).toBeFocused();
  await expect(page.getByText('Passed over')).toBeVisible();
  await expect(page.getByText('It would succeed. Nothing was changed.')).toBeVisible();
});

test('a template is filled in by keyboard alone', async ({ page }) => {
  await page.goto('/');
  await live(page);
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { level: 1, name: 'Create' })).toBeVisible();
  await page.getByRole('link', { name: 'Event consumer', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name')).toBeVisible();
  await page.getByLabel('Name').focus();
  for (const text of ['night-watch', 'api:default/position-events', 'github.com', 'moonrail', 'night-watch']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  await page.getByLabel('Repository', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Review')).toBeFocused();
});

test('a link brings answers along', async ({ page }) => {
  await page.goto(`${FORM}?formData=${encodeURIComponent(JSON.stringify({ name: 'night-watch' }))}`);
  await expect(page.getByLabel('Name')).toHaveValue('night-watch');
  await page.goto(`${FORM}?formData=nonsense`);
  await expect(page.getByText(/The link's answers are left out/)).toBeVisible();
});

test('a template is filled in without scripts', async ({ browser, ownPortal }) => {
  await withChoosy(ownPortal);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${ownPortal.url}/create/templates/default/choosy`);
  await page.getByLabel('Kind').selectOption('book');
  await page.getByRole('button', { name: 'Show what belongs to these answers' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText('One answer needs another look')).toBeVisible();
  await page.getByLabel('Pages').fill('12');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Add to Readers' }).click();
  await page.getByLabel('Reader', { exact: true }).fill('Ada');
  await page.getByLabel('Token').fill('hunter2');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(heading(page, 'Review')).toBeVisible();
  expect(await page.content()).not.toContain('hunter2');
  await page.getByRole('button', { name: 'Try it out' }).click();
  await expect(page.getByText('It would succeed. Nothing was changed.')).toBeVisible();
  await context.close();
});

test('every state of the form is accessible', async ({ ownPortal, page }) => {
  await withChoosy(ownPortal);
  const check = async what => {
    expect(await findings(page), what).toEqual([]);
    expect(await smallTargets(page), what).toEqual([]);
  };
  await page.goto(`${ownPortal.url}/create/templates/default/choosy`);
  await live(page);
  await check('opened');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'another look' })).toBeFocused();
  await check('wrong');
  await page.getByLabel('Kind').selectOption('song');
  await expect(page.getByLabel('Singer')).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Add to Readers' }).click();
  await expect(page.getByLabel('Reader', { exact: true })).toBeFocused();
  await page.keyboard.type('Ada');
  await check('with a list');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await expect(heading(page, 'What it would do')).toBeFocused();
  await check('tried out');
  expect(await hiddenStops(page, 60)).toEqual([]);
  await expect(steps(page)).toBeVisible();
});
