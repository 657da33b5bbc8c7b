// Saves the picture of a graph as pixels. Only a canvas can do that; without this file the picture is saved as SVG.

// Canvases of more pixels than this stay empty in some browsers.
const MOST_PIXELS = 16_000_000;
const LONGEST_SIDE = 8_192;

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-png]");
  if (!link) return;
  event.preventDefault();
  const picture = new Image();
  picture.src = link.href;
  try {
    await picture.decode();
  } catch {
    // Whatever is wrong, the server's own words say it.
    location.assign(link.href);
    return;
  }
  const { naturalWidth: width, naturalHeight: height } = picture;
  // Twice as many pixels as it is measured in, for sharp letters, where there is room.
  const scale = Math.min(2, LONGEST_SIDE / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    const saved = document.createElement("a");
    saved.href = URL.createObjectURL(blob);
    saved.download = link.download;
    saved.click();
    setTimeout(() => URL.revokeObjectURL(saved.href), 10_000);
  }, "image/png");
});
