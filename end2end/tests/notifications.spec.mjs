// What people are told: by runs that wait for them, by templates, and on a page that needs no scripts.
import AxeBuilder from '@axe-core/playwright';
import { freePort, Portal } from '../portal.mjs';
import { signInWith, strictProvider } from '../provider.mjs';
import { expect, live, test as base } from './fixtures.mjs';

const GATED = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: gated, title: Gated }
spec:
  owner: platform
  type: service
  steps:
    - id: gate
      name: Approval
      action: wait:approval
      input: { approvers: ['user:default/ada.brandt'], title: A new cluster }
    - { id: say, name: Say it, action: 'debug:log', input: { message: 'by \${{ steps.gate.output.by }}' } }
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: tells, title: Tells }
spec:
  owner: platform
  type: service
  steps:
    - id: news
      name: News
      action: notification:send
      input:
        recipients: entity
        entityRefs: ['user:default/ada.brandt']
        title: Tickets <b>move</b>
        info: "In a week.\\n<img src=x onerror=alert(1)>"
        link: /catalog
        severity: critical
        topic: Plans
    - id: all
      name: All
      action: notification:send
      input: { recipients: broadcast, title: Maintenance tonight, severity: low, link: 'https://example.com/plan' }
`;

/** A portal with a provider, and templates that tell people something. */
const test = base.extend({
  home: [
    async ({ console }, use) => {
      const port = await freePort();
      const portal = await Portal.start(signInWith(`http://127.0.0.1:${port}`));
      const provider = await strictProvider(portal.url, port);
      await portal.write('catalog-info.yaml', GATED);
      await use(portal);
      console.matters = false;
      provider.stop();
      await portal.remove();
    },
    { timeout: 120_000 },
  ],
  baseURL: async ({ home }, use) => use(home.url),
});

// The pages of the provider ask for what is not there.
test.use({ provoked: /fonts\.googleapis\.com|favicon\.ico/ });

async function signIn(page, login) {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Sign in with 127.0.0.1' }).click();
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('button', { name: /^Account of/ })).toBeVisible();
}

/** Starts a run of a template without a form. */
async function start(page, template) {
  await expect(async () => {
    await page.goto(`/create/templates/default/${template}`);
    await expect(page.getByRole('button', { name: 'Create', exact: true })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page).toHaveURL(/\/create\/tasks\//);
}

const bell = page => page.getByRole('banner').getByRole('link', { name: /^Notifications/ });
const told = (page, title) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, level: 2 }) });

async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
}

test('who may approve hears of it on an open page, and approves in two clicks', async ({ page, browser, home }) => {
  await signIn(page, 'ada.brandt');
  await page.goto('/catalog');
  await live(page);
  await expect(bell(page)).toHaveAccessibleName('Notifications');

  const context = await browser.newContext({ baseURL: home.url });
  const other = await context.newPage();
  await signIn(other, 'mateus.carvalho');
  await start(other, 'gated');
  await expect(bell(page)).toHaveAccessibleName('Notifications 1 unread');
  await expect(bell(other), 'who asks is not asked').toHaveAccessibleName('Notifications');

  await bell(page).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Notifications');
  const asked = told(page, 'Approval asked for: A new cluster');
  await expect(asked).toContainText('High severity');
  await axe(page);
  await asked.getByRole('link', { name: 'Approval asked for: A new cluster' }).click();
  await page.getByRole('region', { name: 'A new cluster' }).getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('log')).toContainText('by user:default/ada.brandt');

  await expect(bell(other)).toHaveAccessibleName('Notifications 1 unread');
  await bell(other).click();
  await expect(told(other, 'Gated: the run is completed')).toContainText('Unread');
  await context.close();
});

test('the list is filtered, and acts by keyboard', async ({ page }) => {
  await signIn(page, 'ada.brandt');
  await start(page, 'tells');
  await expect(bell(page)).toHaveAccessibleName('Notifications 2 unread');
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page).toHaveURL('/notifications');
  const news = told(page, 'Tickets <b>move</b>');
  await expect(news, 'what others wrote is text').toContainText('<img src=x onerror=alert(1)>');
  await expect(news).toContainText('Critical severity');
  await expect(page.getByRole('link', { name: 'Maintenance tonight' })).toHaveAttribute('rel', 'external noreferrer');
  await axe(page);

  await test.step('marks, with the focus where it was', async () => {
    await news.getByRole('button', { name: /^Mark read/ }).focus();
    await page.keyboard.press('Enter');
    await expect(news.getByRole('button', { name: /^Mark unread/ })).toBeVisible();
    await expect(bell(page)).toHaveAccessibleName('Notifications 1 unread');
    await expect(page.getByRole('listitem').getByRole('heading', { level: 2 }), 'unread first').toHaveText([
      'Maintenance tonight',
      'Tickets <b>move</b>',
    ]);
    await news.getByRole('button', { name: /^Save/ }).click();
    await expect(news.getByRole('button', { name: /^Unsave/ })).toBeVisible();
  });

  await test.step('parts and filters', async () => {
    const headings = page.getByRole('listitem').getByRole('heading', { level: 2 });
    await page.getByRole('navigation', { name: 'Which notifications' }).getByRole('link', { name: /^Unread/ }).click();
    await expect(headings).toHaveText(['Maintenance tonight']);
    await page.getByRole('navigation', { name: 'Which notifications' }).getByRole('link', { name: 'Saved' }).click();
    await expect(headings).toHaveText(['Tickets <b>move</b>']);
    await page.getByRole('navigation', { name: 'Which notifications' }).getByRole('link', { name: 'All' }).click();
    await page.getByLabel('Severity').selectOption('High and above');
    await expect(page).toHaveURL('/notifications?severity=high');
    await expect(headings).toHaveText(['Tickets <b>move</b>']);
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await page.getByLabel('Search', { exact: true }).fill('tonight');
    await expect(page).toHaveURL('/notifications?text=tonight');
    await expect(headings).toHaveText(['Maintenance tonight']);
    await page.goto('/notifications?topic=Plans');
    await expect(headings).toHaveText(['Tickets <b>move</b>']);
  });

  await page.goto('/notifications');
  await page.getByRole('button', { name: 'Mark all read' }).click();
  await expect(page.getByRole('button', { name: 'Mark all read' })).toHaveCount(0);
  await expect(bell(page)).toHaveAccessibleName('Notifications');
});

test('without scripts', async ({ page, browser, home }) => {
  await signIn(page, 'ada.brandt');
  await start(page, 'tells');
  await expect(bell(page)).toHaveAccessibleName('Notifications 2 unread');
  const context = await browser.newContext({ baseURL: home.url, javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto('/notifications');
  await expect(bell(plain)).toHaveAccessibleName('Notifications 2 unread');
  await told(plain, 'Maintenance tonight').getByRole('button', { name: /^Mark read/ }).click();
  await expect(plain).toHaveURL('/notifications');
  await expect(told(plain, 'Maintenance tonight').getByRole('button', { name: /^Mark unread/ })).toBeVisible();
  await plain.getByLabel('Topic').selectOption('Plans');
  await plain.getByRole('button', { name: 'Apply' }).click();
  await expect(plain).toHaveURL(/topic=Plans/);
  await plain.getByRole('button', { name: 'Mark all read' }).click();
  await expect(bell(plain)).toHaveAccessibleName('Notifications');
  await context.close();
});
