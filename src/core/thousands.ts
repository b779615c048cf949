/** A whole number: `1,234,567`. */
// Does not use Intl: its data takes longer to load than the rest of the program.
export const thousands = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',')
