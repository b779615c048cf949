const mostNamed = 12

/** Says which columns of an input are not used. */
export const unusedColumns = (columns: readonly string[]): string =>
  `Columns that are not used: ${columns.slice(0, mostNamed).join(', ')}${columns.length > mostNamed ? ` and ${columns.length - mostNamed} more` : ''}.`
