const pick = <T>(next: () => number, from: readonly T[]): T => from[Math.floor(next() * from.length)]!

const texts = [
  '',
  'a',
  'Smith, Ann',
  'é漢😀',
  '\ufeffx',
  'a;b',
  '[x',
  'say "yes"',
  'two\nlines',
  'tab\tx',
  '\\',
  '\u2028',
  '=1',
  'a text of several words',
  'a comma, a semicolon; and a bar | far from the start',
  'ends with a comma,',
  'says "yes" only later on',
  'Straße, Zürich 漢字 and more',
  'a tab\tand a line\nin the middle of it',
]
/** As a service may write them: JSON has several texts for one value. */
const oddTexts = ['"a\\/b"', '"\\u00e9"', '"\\u0041,"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\u000a"', '1.0', '1e3', '-0', '12345678901234567890'] // prettier-ignore

const value = (next: () => number, depth: number): string => {
  const kind = Math.floor(next() * 12)
  if (kind < 4) return JSON.stringify(pick(next, texts))
  if (kind === 4) return 'null'
  if (kind === 5) return String(next() < 0.5)
  if (kind === 6) return pick(next, ['0', '-1', '7', '2026', '1.5', '-12.25', '1e-7'])
  if (kind === 7) return pick(next, oddTexts)
  if (depth === 0 || kind === 8) return pick(next, ['[]', '{}'])
  if (kind < 11) return `[${Array.from({ length: Math.floor(next() * 3) }, () => value(next, depth - 1)).join(',')}]`
  const names = ['skuId', 'b', 'issuer', '2'].filter(() => next() < 0.5)
  return `{${names.map(name => `"${name}":${value(next, depth - 1)}`).join(',')}}`
}

const names = ['displayName', 'mail', 'businessPhones', 'age', 'x y', 'größe', 'last']

/** An object as a service writes it: compact, with an id, and usually with all of its properties in one order. */
export const anyJson = (next: () => number): { readonly id: string; readonly text: string } => {
  const id = `${Math.floor(next() * 1e9)}`
  const isWhole = next() < 0.7
  const there = names.filter(() => isWhole || next() < 0.7)
  if (next() < 0.1) there.reverse()
  const properties = there.map(name => `"${name}":${value(next, 2)}`)
  return { id, text: `{${[`"id":"${id}"`, ...properties].join(',')}}` }
}
