// Where the focus is.

/** What has the focus. */
export const focused = page => page.locator(':focus');
