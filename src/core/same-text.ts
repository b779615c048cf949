/** The form in which words of people are compared: blanks at the ends, case, and how accents are composed do not count. */
export const sameText = (text: string): string => text.trim().normalize('NFC').toLowerCase()
