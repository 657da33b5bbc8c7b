// The editor of templates: what is written, and what follows it, by mouse, by keyboard and without scripts.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../portal.mjs';
import { findings, hiddenStops, smallTargets } from './checks.mjs';
import { expect, live, test } from './fixtures.mjs';

const NEW = '/create/edit';
// The plain field gives way to it once its file is there.
const code = page => page.locator('.cm-content');
const form = page => page.getByRole('region', { name: 'Form' });
const problems = page => page.locator('#template-problems');

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

/** Puts another text into the editor, as somebody would paste it. */
async function write(page, change) {
  const text = change(await page.locator('#template-source').inputValue());
  await code(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.evaluate(text => navigator.clipboard.writeText(text), text);
  await page.keyboard.press('ControlOrMeta+v');
}

test('the form follows the text, and stays while the text is broken', async ({ page }) => {
  await page.goto(NEW);
  await live(page);
  await expect(problems(page)).toContainText('No problems');
  await expect(form(page).getByRole('textbox', { name: 'Name' })).toBeVisible();
  await form(page).getByRole('textbox', { name: 'Description' }).fill('A kiosk');
  await write(page, text => text.replace('title: Name', 'title: Name of it'));
  await expect(form(page).getByRole('textbox', { name: 'Name of it' })).toBeVisible();
  await expect(form(page).getByRole('textbox', { name: 'Description' }), 'what was answered stays').toHaveValue('A kiosk');
  await write(page, text => text.replace('title: Name of it', 'title: [Name'));
  await expect(form(page)).toContainText('the last text that worked');
  await expect(form(page).getByRole('textbox', { name: 'Name of it' })).toBeVisible();
  await expect(problems(page).getByText(/^Line \d+, column \d+$/).first()).toBeVisible();
  await expect(page.locator('.cm-lint-marker-error').first()).toBeVisible();
  await write(page, text => text.replace('title: [Name', 'title: Mended'));
  await expect(form(page).getByRole('textbox', { name: 'Mended' })).toBeVisible();
  await expect(problems(page)).toContainText('No problems');
  expect(await findings(page)).toEqual([]);
});

test('a template is tried out by keyboard alone', async ({ page }) => {
  await page.goto(NEW);
  await live(page);
  await code(page).focus();
  await page.keyboard.press('F6');
  await expect(form(page).locator(':focus')).toHaveCount(1);
  await form(page).getByRole('textbox', { name: 'Name' }).focus();
  await page.keyboard.type('kiosk');
  await page.keyboard.press('F6');
  await expect(code(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(form(page).getByText('It would succeed. Nothing was changed.')).toBeVisible();
  await form(page).getByText('catalog-info.yaml', { exact: true }).click();
  await expect(form(page).getByText('name: kiosk').first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  expect(await hiddenStops(page)).toEqual([]);
});

/** A template of the catalog that writes one file. */
const NOTE = `# Who wrote what.
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: note
  title: Note
spec:
  owner: platform
  type: documentation
  parameters:
    - title: The note
      properties:
        name: { title: Name, type: string, default: kiosk }
  steps:
    - id: write
      action: catalog:write
      input:
        entity:
          apiVersion: backstage.io/v1alpha1
          kind: Component
          metadata:
            name: \${{ parameters.name }}
          spec: { type: website, lifecycle: experimental, owner: platform }
`;

/** Takes what is offered first. The list takes no key in its first 75 ms, so that nobody takes what came under their fingers. */
async function take(page) {
  await page.evaluate(() => new Promise(done => setTimeout(done, 100)));
  await page.keyboard.press('Enter');
}

test('what may stand at a place is offered and written by keyboard', async ({ page }) => {
  await page.goto(NEW);
  await live(page);
  const offers = page.getByRole('listbox');
  const text = () => page.locator('#template-source').inputValue();
  await code(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('spec:');
  await page.keyboard.press('ControlOrMeta+a');
  await page.evaluate(() => navigator.clipboard.writeText('kind: Template\nspec:\n  steps:\n    - id: one\n      '));
  await page.keyboard.press('ControlOrMeta+v');
  await page.keyboard.type('acti');
  await expect(offers.getByRole('option').first()).toContainText('action');
  await take(page);
  await expect(offers.getByRole('option', { name: 'fetch:template', exact: true })).toBeVisible();
  await page.keyboard.type('fetch:templ');
  await expect(offers.getByRole('option').first()).toContainText('fetch:template');
  await take(page);
  expect(await text()).toContain('      action: fetch:template');
  await page.keyboard.press('Enter');
  await page.keyboard.type('inp');
  await expect(offers.getByRole('option', { name: 'input' })).toBeVisible();
  await take(page);
  await expect(offers.getByRole('option').first(), 'what has to be given comes first').toContainText('url');
  await take(page);
  expect(await text()).toMatch(/ {6}input:\n {8}url: $/);
  await page.keyboard.press('Escape');
  await expect(offers).toHaveCount(0);
  await page.keyboard.type('${{ par');
  await expect(offers.getByRole('option', { name: 'parameters' })).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('a problem leads to its place by keyboard', async ({ page }) => {
  await page.goto(NEW);
  await live(page);
  await write(page, text => text.replace('title: Name', 'title: [Name'));
  const place = problems(page).getByRole('link', { name: /^Line \d+, column \d+$/ }).first();
  await place.focus();
  await page.keyboard.press('Enter');
  await expect(code(page)).toBeFocused();
  expect(new URL(page.url()).hash).toBe('');
});

test('a text that was changed is not lost without a word', async ({ page }) => {
  await page.goto(NEW);
  await live(page);
  const asked = [];
  page.on('dialog', dialog => {
    asked.push(dialog.type());
    return dialog.dismiss();
  });
  const leave = page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Create' });
  await write(page, text => text.replace('title: Name', 'title: Other'));
  await leave.click();
  expect(asked).toEqual(['confirm']);
  expect(new URL(page.url()).pathname).toBe(NEW);
  // What was copied whole is not lost.
  await code(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+c');
  await leave.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Create' })).toBeVisible();
  expect(asked).toEqual(['confirm']);
});

test('what a change makes otherwise is told beside the template of the catalog', async ({ page, ownPortal }) => {
  await ownPortal.write('catalog-info.yaml', NOTE);
  const there = () => fetch(`${ownPortal.url}/api/catalog/entities/by-name/template/default/note`).then(answer => answer.ok);
  await eventually('the template', there);
  await page.goto(`${ownPortal.url}/create/templates/default/note`);
  await live(page);
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(code(page), 'comments are part of the text').toContainText('# Who wrote what.');
  await write(page, text => text.replace('lifecycle: experimental', 'lifecycle: production'));
  await form(page).getByRole('button', { name: 'Try it out' }).click();
  await expect(form(page).getByText('It would succeed. Nothing was changed.')).toBeVisible();
  const file = form(page).locator('.dry-run__files > li > details');
  await expect(file).toContainText('Changed');
  await file.locator('summary').first().click();
  await expect(file.locator('.diff__line--added')).toContainText('lifecycle: production');
  await expect(file.locator('.diff__line--removed')).toContainText('lifecycle: experimental');
});

test('a folder of this computer is opened', async ({ page }, info) => {
  const folder = info.outputPath('template');
  await mkdir(folder);
  await writeFile(path.join(folder, 'template.yaml'), NOTE.replace('name: note', 'name: heavy'));
  // More than the server takes from others.
  await writeFile(path.join(folder, 'picture.bin'), Buffer.alloc(3_000_000, 1));
  await page.goto(NEW);
  await live(page);
  await form(page).getByRole('textbox', { name: 'Name' }).fill('other');
  await page.getByText('A template on this computer').click();
  await page.getByLabel('Its folder').setInputFiles(folder);
  await page.getByRole('button', { name: 'Open its template' }).click();
  await expect(code(page)).toContainText('name: heavy');
  await expect(form(page).getByRole('textbox', { name: 'Name' }), 'it is another template').toHaveValue('kiosk');
  await expect(form(page).getByRole('alert')).toHaveCount(0);
});

test('without scripts buttons bring the page up to date', async ({ browser, portal }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: portal.url });
  const page = await context.newPage();
  await page.goto(NEW);
  const source = page.getByLabel('Text of the template, in YAML');
  const text = await source.inputValue();
  await source.fill(text.replace('title: Name', 'title: Plain'));
  await page.getByRole('button', { name: 'Show its form' }).click();
  await expect(page.getByRole('textbox', { name: 'Plain' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Plain' }).fill('kiosk');
  await page.getByRole('button', { name: 'Try it out' }).click();
  await expect(page.getByText('It would succeed. Nothing was changed.')).toBeVisible();
  await expect(page.getByLabel('Text of the template, in YAML')).toHaveValue(/title: Plain/);
  await context.close();
});

test('a text that is an attack stays a text', async ({ page }) => {
  await page.goto(NEW);
  await live(page);
  const evil = '</textarea><script>window.evil = 1</script><img src=x onerror="window.evil = 2">';
  await write(page, text => text.replace('title: Name', `title: '${evil}'`).replace('name: new-template', `name: '${evil}'`));
  await expect(problems(page)).toContainText('</textarea>');
  await write(page, text => text.replace(`name: '${evil}'`, 'name: fine'));
  await expect(form(page).getByRole('textbox', { name: '<script>' })).toBeVisible();
  expect(await page.evaluate(() => window.evil)).toBeUndefined();
});
