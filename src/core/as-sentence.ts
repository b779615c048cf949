/** A text with a mark at its end: a full stop, unless it ends with one, or with a question mark, an exclamation mark or a colon. */
export const asSentence = (text: string): string => (/[.?!:]$/.test(text) ? text : `${text}.`)
