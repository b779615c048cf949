const special: { readonly [letter: string]: string } = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
}

/** Converts a Latin name for account names: lower case, no accents, no spaces; `'` and `-` stay. */
export const asciiOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[ßøłđðþæœı]/g, letter => special[letter] as string)
    .normalize('NFD')
    .replace(/[^a-z0-9'-]/g, '')
