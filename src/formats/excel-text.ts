const equals = 61
const quote = 34

/**
 * The text of a cell that is a formula of nothing but texts, `="0012"` or `="some"&"more"`: so a text is kept from being taken
 * for a number, by `--excel` and by other programs. Any other cell as it is.
 */
export const fromExcel = (cell: string): string => {
  if (cell.charCodeAt(0) !== equals || cell.charCodeAt(1) !== quote) return cell
  let text = ''
  for (let at = 2; ;) {
    const end = cell.indexOf('"', at)
    if (end < 0) return cell
    text += cell.slice(at, end)
    if (end + 1 === cell.length) return text
    if (cell[end + 1] === '"') {
      text += '"'
      at = end + 2
    } else if (cell.startsWith('&"', end + 1)) at = end + 3
    else return cell
  }
}
