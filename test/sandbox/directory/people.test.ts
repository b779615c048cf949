import t from 'tap'
import { clashNumber, people } from '../../../src/sandbox/directory/people.ts'

const domains = { main: 'contoso.com', federated: 'emea.contoso.com', initial: 'contoso.onmicrosoft.com' }

for (const size of [1, 2, 7, 500, 60_000])
  t.test(
    `user principal names of ${size} people increase with the rank, display names with their own order`,
    async t => {
      const names = people({ size, key: 9, domains })
      const place = names.place()
      let before = ''
      for (let rank = 0; rank < size; rank++) {
        names.locate(rank, place)
        const upn = names.upnOf(place).toLowerCase()
        if (upn <= before) t.fail(`${before} stands before ${upn}`)
        before = upn
      }
      const ranks = new Set<number>()
      let shown = ''
      for (let position = 0; position < size; position++) {
        const rank = names.rankByDisplay(position)
        ranks.add(rank)
        names.locate(rank, place)
        const display = names.displayOf(place).toLowerCase()
        if (display < shown) t.fail(`${shown} stands before ${display}`)
        shown = display
        if (names.displayPosition(rank) !== position) t.fail(`rank ${rank} is not at ${position}`)
      }
      t.equal(ranks.size, size)
    },
  )

t.test(
  'names are unevenly distributed, clash, have accents and non-Latin letters, and account names are ASCII',
  async t => {
    const names = people({ size: 100_000, key: 9, domains })
    const place = names.place()
    const first = new Map<string, number>()
    let [clashes, guests, foreign] = [0, 0, 0]
    for (let rank = 0; rank < 100_000; rank++) {
      names.locate(rank, place)
      const account = names.accountOf(place)
      first.set(account.charAt(0), (first.get(account.charAt(0)) ?? 0) + 1)
      if (!/^[a-z0-9.'_#-]+$/i.test(account)) t.fail(account)
      if (/\d/.test(account)) clashes++
      if (names.isGuest(place)) guests++

      if (/[^\x00-\x7f]/.test(names.displayOf(place))) foreign++
    }
    const shares = [...first.values()].map(count => count / 100_000)
    t.ok(Math.max(...shares) > 0.1 && Math.min(...shares) < 0.01, 'some letters are ten times as frequent as others')
    t.ok(clashes > 10_000)
    t.ok(guests > 5_000 && guests < 7_000)
    t.ok(foreign > 10_000)
  },
)

t.test('numbers that distinguish equal names are in sort order, for any count', async t => {
  for (const count of [1, 2, 9, 10, 11, 100, 101, 256, 257, 999, 1_000, 1_234, 10_001]) {
    const whole = Array.from({ length: count }, (_, at) => (at === 0 ? '@' : `${at + 1}@`)).sort()
    t.strictSame(
      Array.from({ length: count }, (_, place) => `${clashNumber(count, place)}@`),
      whole,
      `${count} of them`,
    )
  }
})
