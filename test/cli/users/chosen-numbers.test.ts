import t from 'tap'
import { chosenNumbers } from '../../../src/cli/users/chosen-numbers.ts'

t.test('numbers and ranges are indexes in the order of the list, each once', t => {
  t.strictSame(chosenNumbers('3, 1-2 2', 5), [0, 1, 2])
  t.strictSame(chosenNumbers(' ALL ', 2), [0, 1])
  t.strictSame(chosenNumbers('none', 2), [])
  t.end()
})

t.test('an answer that is not in the list says what was expected', t => {
  for (const [answer, says] of [
    ['0', 'Expected numbers from 1 to 5, got 0.'],
    ['2-6', 'Expected numbers from 1 to 5, got 2-6.'],
    ['3-1', 'Expected numbers from 1 to 5, got 3-1.'],
    ['ann', 'Expected numbers such as 1,3-5, all or none, got "ann".'],
    [',', 'Expected numbers such as 1,3-5, all or none.'],
  ] as const)
    t.equal(chosenNumbers(answer, 5), says)
  t.end()
})
