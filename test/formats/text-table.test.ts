import t from 'tap'
import { textTable } from '../../src/formats/text-table.ts'

t.test('cells of a column are aligned, numbers to the right, and no line ends in blanks', t => {
  const rows = [
    ['Name', 'Users', ''],
    ['A', '7', 'x'],
    ['Bcd', '1,200', ''],
  ]
  t.strictSame(textTable(rows, { right: [1] }), ['Name  Users', 'A         7  x', 'Bcd   1,200'])
  t.strictSame(textTable([]), [])
  t.end()
})

t.test('a name cannot control the terminal', t => {
  t.strictSame(textTable([['a\u001b[2Jb\nc', 'd']]), ['a [2Jb c  d'])
  t.end()
})
