import t from 'tap'
import { covering } from './pairs.ts'

const dimensions = { size: ['S', 'M', 'L'], colour: ['red', 'blue'], shape: ['round', 'square', 'flat'] } as const

t.test('each possible pair of values is in a point, and impossible points are not made', async t => {
  const points = [...covering(dimensions, ({ size, colour }) => size !== 'S' || colour !== 'red')]
  for (const [one, other] of [
    ['size', 'colour'],
    ['size', 'shape'],
    ['colour', 'shape'],
  ] as const) {
    const pairs = new Set(points.map(point => `${point[one]} ${point[other]}`))
    const all = dimensions[one].length * dimensions[other].length
    t.equal(pairs.size, one === 'size' && other === 'colour' ? all - 1 : all, `${one} ${other}`)
    t.notOk(pairs.has('S red'))
  }
  t.ok(points.length < 15, String(points.length))
})

t.test('the points are always the same', async t => {
  const [one, other] = [covering(dimensions, () => true), covering(dimensions, () => true)]
  t.strictSame([...one], [...other])
})
