/**
 * The form in which names of products and plans are compared: case, runs of blanks and the kind of a dash do not count, since Microsoft writes
 * one name in several ways. Underscores count: `Microsoft_365_E3` and `Microsoft 365 E3` are two products.
 */
export const productNameKey = (name: string): string =>
  name
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[‐‑–—]/g, '-')
