/** What a browser shows of a page, measured: for tests that look at pages on screens of several widths. */

export interface Measured {
  /** How far the page scrolls sideways, px. */
  readonly sideways: number;
  /** Elements that reach past the screen. */
  readonly wide: readonly string[];
  /** Texts of several lines in columns that have no room for 20 characters. */
  readonly squeezed: readonly string[];
  /** Texts whose contrast is below 4.5:1. */
  readonly faint: readonly string[];
  /** Links less than 24 px high or wide (WCAG 2.2, 2.5.8). */
  readonly small: readonly string[];
  readonly height: number;
  /** Letters of the page's text. */
  readonly letters: number;
}

/** Runs in the browser, so it holds all that it needs. */
export function measurePage(): Measured {
  const root = document.documentElement;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  // Whatever form a colour is given in, a canvas has its red, green and blue.
  const paint = (...colors: readonly string[]): readonly number[] => {
    if (canvas === null) return [];
    for (const color of colors) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground =
    getComputedStyle(root).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches
      ? "#121212"
      : "#ffffff";
  const light = ([red = 0, green = 0, blue = 0]: readonly number[]): number => {
    const part = (value: number): number =>
      value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const groundsOf = (element: Element | null): readonly string[] =>
    element === null
      ? [ground]
      : [...groundsOf(element.parentElement), getComputedStyle(element).backgroundColor];
  const name = (element: Element): string =>
    `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 40)}`;
  const wide: string[] = [];
  const squeezed: string[] = [];
  const faint: string[] = [];
  for (const element of document.body.querySelectorAll("*")) {
    const { right, left, width } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    // What is cut away is for screen readers.
    if (
      width === 0 ||
      element.closest("thead")?.matches("[class]") ||
      style.clipPath !== "none" ||
      isCut(element)
    )
      continue;
    if (right > root.clientWidth + 1 || left < -1) wide.push(name(element));
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent?.trim());
    if (texts.length === 0) continue;
    const over = light(paint(...groundsOf(element), style.color));
    const under = light(paint(...groundsOf(element)));
    const contrast = (Math.max(over, under) + 0.05) / (Math.min(over, under) + 0.05);
    if (contrast < 4.5) faint.push(`${name(element)} ${contrast.toFixed(2)}`);
    for (const text of texts) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
      // A letter is half as wide as high, as a rule.
      const room = columnOf(element) / (Number.parseFloat(style.fontSize) / 2);
      if (lines > 2 && room < 20) squeezed.push(`${name(element)} in ${room.toFixed(0)}`);
    }
  }
  function isCut(element: Element): boolean {
    for (let one: Element | null = element; one !== null; one = one.parentElement)
      if (getComputedStyle(one).clipPath !== "none") return true;
    return false;
  }
  function columnOf(element: Element): number {
    let block = element;
    while (getComputedStyle(block).display === "inline" && block.parentElement !== null)
      block = block.parentElement;
    const { paddingLeft, paddingRight } = getComputedStyle(block);
    return (
      block.getBoundingClientRect().width - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
    );
  }
  return {
    sideways: root.scrollWidth - root.clientWidth,
    wide,
    squeezed,
    faint,
    small: [...document.querySelectorAll("a")].flatMap((link) => {
      const { width, height } = link.getBoundingClientRect();
      return Math.min(width, height) < 24 ? [`${name(link)} ${width}x${height}`] : [];
    }),
    height: root.scrollHeight,
    letters: document.body.innerText.length,
  };
}
