/** Until the browser has painted what was done so far: that a button is pressed is seen at once, however long what it does takes. */
export const painted = () =>
  new Promise((resolve) => {
    // A page that nobody sees is not painted.
    if (document.hidden) setTimeout(resolve);
    else requestAnimationFrame(() => setTimeout(resolve));
  });
