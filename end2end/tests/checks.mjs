// What is checked on every page: findings of axe, sizes of targets, what the focus can be hidden by.
import AxeBuilder from '@axe-core/playwright';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The ways in which the colours can be: what the theme switch says, and what the system says. */
export const THEMES = [
  { name: 'light', theme: 'light', colorScheme: 'light' },
  { name: 'dark', theme: 'dark', colorScheme: 'dark' },
  { name: 'high contrast, light', theme: 'contrast', colorScheme: 'light' },
  { name: 'high contrast, dark', theme: 'contrast', colorScheme: 'dark' },
];

/** Chooses colours before a page is loaded. */
export async function choose(page, { theme, colorScheme }, url) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.context().addCookies([{ name: 'theme', value: theme, url }]);
}

/** One line for each finding of axe, on the whole page or in parts of it, so that a failure can be read. */
export async function findings(page, parts = []) {
  const axe = new AxeBuilder({ page }).withTags(RULES);
  for (const part of parts) axe.include(part);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${help}: ${node.html}`));
}

/**
 * Targets that are too small (WCAG 2.2, 2.5.8): less than 24 pixels in a direction, unless they stand in a sentence, or a
 * circle of 24 pixels around their middle meets no other target and no circle of another small one.
 */
export function smallTargets(page) {
  return page.evaluate(() => {
    const SIZE = 24;
    const targets = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=treeitem], [role=option]')]
      .filter(element => element.checkVisibility({ visibilityProperty: true }) && getComputedStyle(element).pointerEvents !== 'none')
      .map(element => {
        // A label belongs to its control.
        const whole = element.matches('input') ? element.closest('label') ?? element : element;
        return { element, box: whole.getBoundingClientRect() };
      })
      .filter(({ box }) => box.width > 1 && box.height > 1);
    const inSentence = element => {
      const block = element.parentElement;
      return getComputedStyle(element).display === 'inline'
        && [...block.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '');
    };
    const small = ({ box }) => box.width < SIZE - 0.5 || box.height < SIZE - 0.5;
    const middle = box => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    const gap = ({ x, y }, box) => Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
    return targets.filter(target => small(target) && !inSentence(target.element)).flatMap(target => {
      const at = middle(target.box);
      const near = targets.find(other => {
        if (other === target || other.element.contains(target.element) || target.element.contains(other.element)) return false;
        if (gap(at, other.box) < SIZE / 2) return true;
        const to = middle(other.box);
        return small(other) && Math.hypot(at.x - to.x, at.y - to.y) < SIZE;
      });
      const size = `${Math.round(target.box.width)} by ${Math.round(target.box.height)}`;
      return near ? [`${size}: ${target.element.outerHTML.slice(0, 160)} beside ${near.element.outerHTML.slice(0, 80)}`] : [];
    });
  });
}

/** Steps through the page by Tab, and says which stops nobody can see: out of sight, or below something that lies above. */
export async function hiddenStops(page, most) {
  const hidden = [];
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return { end: true };
      const whole = element.matches('input') ? element.closest('label') ?? element : element;
      const boxes = [...whole.getClientRects()].filter(box => box.width > 0 && box.height > 0);
      // Any part of it that can be seen is enough (2.4.11).
      const seen = boxes.some(box => [0.1, 0.5, 0.9].some(x => [0.1, 0.5, 0.9].some(y => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (whole.contains(top) || top.contains(whole) && !top.matches('header, dialog, section.toasts'));
      })));
      return { end: false, seen, what: element.outerHTML.slice(0, 160) };
    });
    if (stop.end) break;
    if (!stop.seen) hidden.push(stop.what);
  }
  return hidden;
}
