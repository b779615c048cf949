/** Characters that nobody sees and that are no white space: control characters, and those that only change how text is shown. */
const invisible = /[\p{Cf}[\p{Cc}--[\t\n\r]]]/v
const everyInvisible = new RegExp(invisible, 'gv')
/** Control characters, and others at an end, where they join or direct nothing. Flags end with one of a tag. */
const misplaced =
  /[\p{Cc}--[\t\n\r]]|^[\p{Cf}--[\u061c\u200e\u200f]]|[\p{Cf}--[\u061c\u200e\u200f\u{e0020}-\u{e007f}]]$|\r$/v

const codeOf = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

const found = (text: string, pattern: RegExp): string | undefined => {
  const [character] = pattern.exec(text) ?? []
  return character === undefined ? undefined : codeOf(character)
}

/** The first invisible character of a key, an id, an address or a number, as `U+200B`; undefined if there is none. */
export const invisibleIn = (text: string): string | undefined => found(text, invisible)

/** As `invisibleIn`, for any text: inside it, scripts and emoji need characters that join, divide or direct others. */
export const misplacedIn = (text: string): string | undefined => found(text, misplaced)

/** Text in which invisible characters are written: `[U+200B]Ann`. */
export const shown = (text: string): string => text.replace(everyInvisible, character => `[${codeOf(character)}]`)

/** Text without white space and invisible characters at its ends. */
export const trimmed = (text: string): string =>
  text.replace(/^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}[\p{Cf}--[\u{e0020}-\u{e007f}]]]+$/gv, '')
