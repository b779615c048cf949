/** Text as a value in a `$filter`. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
