import t from 'tap'
import { lanes } from '../../../src/engine/changes/lanes.ts'
import type { ChangeUnit } from '../../../src/engine/changes/working.ts'
import { naming, row } from './rows.ts'

const one = naming()
const twenty = naming({ rowsPerRequest: 20 })
const urls = (unit: ChangeUnit | undefined) => unit?.requests.map(({ url }) => url.replace('/rows/', ''))
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

t.test('a lock with many rows sends a chain of full requests', async t => {
  const desk = lanes()
  desk.add(numbers(1, 45).map(at => row(at, ['g'], twenty)))
  t.strictSame(urls(desk.next(Infinity)), [
    numbers(1, 20).join('+'),
    numbers(21, 40).join('+'),
    numbers(41, 45).join('+'),
  ])
  t.equal(desk.size, 0)
})

t.test('a chain has at most 20 requests, and the next one waits until all of its rows have ended', async t => {
  const desk = lanes()
  desk.add(numbers(1, 25).map(at => row(at, ['u'], one)))
  const first = desk.next(Infinity)
  t.equal(first?.requests.length, 20)
  t.equal(desk.next(Infinity), undefined)
  desk.free(first!.rows.flat().slice(0, 19))
  t.equal(desk.next(Infinity), undefined)
  desk.free(first!.rows.flat().slice(19))
  t.strictSame(urls(desk.next(Infinity)), ['21', '22', '23', '24', '25'])
})

t.test('with 20 locks or more, each sends one request at a time', async t => {
  const desk = lanes()
  desk.add(numbers(1, 100).map(at => row(at, [`g${at % 25}`], one)))
  const units = numbers(1, 25).map(() => desk.next(Infinity))
  t.ok(units.every(unit => unit?.requests.length === 1))
  t.equal(new Set(units.flatMap(unit => unit!.rows.flat().map(({ entry }) => entry.locks[0]))).size, 25)
  t.equal(desk.next(Infinity), undefined)
})

t.test('a row waits while another lane holds one of its further locks', async t => {
  const desk = lanes()
  desk.add([row(1, ['a', 'x'], one), row(2, ['b', 'x'], one)])
  const first = desk.next(Infinity)
  t.strictSame(urls(first), ['1'])
  t.equal(desk.next(Infinity), undefined)
  desk.free(first!.rows.flat())
  t.strictSame(urls(desk.next(Infinity)), ['2'])
})

t.test('a lock that another row holds as a further one blocks its own lane', async t => {
  const desk = lanes()
  desk.add([row(1, ['a', 'b'], one)])
  const first = desk.next(Infinity)
  desk.add([row(2, ['b'], one)])
  t.equal(desk.next(Infinity), undefined)
  desk.free(first!.rows.flat())
  t.strictSame(urls(desk.next(Infinity)), ['2'])
})

t.test('rows that come back are sent first', async t => {
  const desk = lanes()
  desk.add(numbers(1, 3).map(at => row(at, ['g'], one)))
  const first = desk.next(2)
  t.strictSame(urls(first), ['1', '2'])
  desk.putBack(first!.rows.flat())
  desk.free(first!.rows.flat())
  t.strictSame(urls(desk.next(Infinity)), ['1', '2', '3'])
})

t.test('rows that were refused together share a request with nobody else', async t => {
  const desk = lanes()
  const rows = numbers(1, 6).map(at => row(at, ['g'], twenty))
  const half = { most: 2 }
  for (const each of rows.slice(0, 4)) each.together = half
  desk.add(rows)
  t.strictSame(urls(desk.next(Infinity)), ['1+2', '3+4', '5+6'])
})

t.test('rows of an earlier process keep their locks', async t => {
  const desk = lanes()
  const earlier = row(1, ['g'], one)
  desk.hold([earlier])
  desk.add([row(2, ['g'], one)])
  t.equal(desk.next(Infinity), undefined)
  desk.free([earlier])
  t.strictSame(urls(desk.next(Infinity)), ['2'])
})

t.test('only what is the same twice may be repeated by the client', async t => {
  const desk = lanes()
  desk.add([row(1, ['a'], naming({ repeat: () => 'same' })), row(2, ['b'], one)])
  t.strictSame(
    [desk.next(1), desk.next(1)].map(unit => unit?.requests[0]?.repeatable),
    [true, false],
  )
})

t.test('rows that were counted go again in any number, ahead of others once no others may go', async t => {
  const desk = lanes()
  desk.add(numbers(1, 6).map(at => row(at, ['g'], twenty)))
  const counted = new Set([1, 2, 5])
  const first = desk.next(1, counted)
  t.strictSame(urls(first), ['1+2+3', '5'])
  desk.free(first!.rows.flat())
  t.equal(desk.next(0, counted), undefined)
  t.strictSame(urls(desk.next(Infinity)), ['4+6'])
})

t.test('rows of a unit that was refused share a unit with nobody else', async t => {
  const desk = lanes()
  const rows = numbers(1, 5).map(at => row(at, ['g'], one))
  for (const each of rows.slice(0, 2)) each.together = { most: 2, alone: true }
  const half = { most: 2, alone: true } as const
  for (const each of rows.slice(2, 4)) each.together = half
  desk.add(rows)
  const units = numbers(1, 4).map(() => {
    const unit = desk.next(Infinity)
    desk.free(unit!.rows.flat())
    return urls(unit)
  })
  t.strictSame(units, [['1'], ['2'], ['3', '4'], ['5']])
})

t.test('a row whose reply was lost twice is sent by itself, not in a batch', async t => {
  const desk = lanes()
  const lost = (at: number, attempts: number) => ({ ...row(at, ['u'], one), lost: true, attempts })
  desk.add([row(1, ['u'], one), lost(2, 1), lost(3, 2), lost(4, 3), row(5, ['u'], one)])
  const units: unknown[] = []
  for (let unit = desk.next(Infinity); unit; unit = desk.next(Infinity)) {
    units.push(unit.requests.map(({ url, unbatched = false }) => [url, unbatched]))
    desk.free(unit.rows.flat())
  }
  t.strictSame(units, [
    [
      ['/rows/1', false],
      ['/rows/2', false],
    ],
    [['/rows/3', true]],
    [['/rows/4', true]],
    [['/rows/5', false]],
  ])
})

t.test('rows that are withdrawn are not sent, and the others of their lanes are', async t => {
  const desk = lanes()
  desk.add([row(1, ['a'], one), row(2, ['a'], one), row(3, ['b'], one), row(4, ['c'], one)])
  const first = desk.next(Infinity)
  t.strictSame(urls(first), ['1', '2'])
  desk.add([row(5, ['a'], one)])
  const gone = desk.withdraw(({ entry }) => entry.ordinal !== 4)
  t.strictSame([gone.map(({ entry }) => entry.ordinal).toSorted(), desk.size], [[3, 5], 1])
  t.strictSame(urls(desk.next(Infinity)), ['4'])
  desk.free(first!.rows.flat())
  t.equal(desk.next(Infinity), undefined)
  desk.add(gone)
  t.strictSame([urls(desk.next(Infinity)), urls(desk.next(Infinity))].flat().toSorted(), ['3', '5'])
})

t.test('rows of an object count as one, and are not divided', async t => {
  const desk = lanes()
  const whole = naming({ rowsPerRequest: 20, countsObjects: true })
  const users = numbers(1, 30).map(at => row(at, [`u${Math.ceil(at / 3)}`], whole))
  desk.add(users.slice(0, -1))
  desk.expect(['u10'])
  const sent = new Set<string>()
  const next = (most: number) => {
    const unit = desk.next(most - sent.size, sent)
    for (const { entry } of unit?.rows.flat() ?? []) sent.add(entry.locks[0]!)
    return urls(unit)
  }
  t.strictSame([next(2), next(2), next(2)], [['1+2+3'], ['4+5+6'], undefined])
  desk.add([row(31, ['u1'], whole)])
  desk.free(users.slice(0, 3))
  t.strictSame(next(2), ['31'], 'an object that was counted may go again')
  for (let at = 3; at <= 9; at++) next(20)
  t.strictSame(next(20), undefined, 'the last one waits for its other rows')
  desk.add(users.slice(-1))
  desk.expect([])
  t.strictSame(next(20), ['28+29+30'])
})
