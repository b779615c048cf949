import t from 'tap'
import { textMarks } from '../../../src/engine/changes/text-marks.ts'

t.test('what was added can be marked, once and whatever comes later, and nothing else', async t => {
  const marks = textMarks()
  const text = (at: number): string => `reset-password user${at}@contoso.com`
  const many = 5_000
  for (let at = 0; at < many; at++) marks.add(text(at))
  marks.add(text(7))
  t.strictSame(
    [marks.size, marks.marked, marks.mark(text(7)), marks.mark(text(7)), marks.marked],
    [many, 0, true, true, 1],
  )
  t.strictSame([marks.mark(text(many)), marks.isMarked(text(many)), marks.isMarked(text(8))], [false, false, false])
  for (let at = many; at < 4 * many; at++) marks.add(text(at))
  const marked = Array.from({ length: 4 * many }, (_, at) => at).filter(at => marks.isMarked(text(at)))
  t.strictSame([marks.size, marked], [4 * many, [7]])
})
