import { randomBytes } from 'node:crypto'
import t from 'tap'
import { newPassword, passwordClasses, passwordLength } from '../../src/people/password.ts'

const alphabet = passwordClasses.join('')

t.test('a password has 16 characters of all four classes, and none that looks like another', async t => {
  const made = Array.from({ length: 500 }, () => newPassword([], randomBytes))
  t.equal(new Set(made).size, made.length)
  for (const password of made) {
    t.equal(password.length, passwordLength)
    t.ok(Array.from(password).every(each => alphabet.includes(each)))
    for (const members of passwordClasses) t.ok(Array.from(password).some(each => members.includes(each)))
    if (!t.passing()) return
  }
  t.notMatch(alphabet, /[0Oo1lIi"',;=+@<>&-]/)
})

t.test('every character is equally likely', async t => {
  const rounds = 4000
  const counts = new Map<string, number>()
  for (let round = 0; round < rounds; round++)
    for (const each of newPassword([], randomBytes)) counts.set(each, (counts.get(each) ?? 0) + 1)
  // Within a class: that all classes must be in it makes signs and digits a little likelier.
  for (const members of passwordClasses) {
    const ofClass = Array.from(members).map(each => counts.get(each) ?? 0)
    const mean = ofClass.reduce((sum, many) => sum + many, 0) / members.length
    for (const many of ofClass) t.ok(Math.abs(many - mean) < 8 * Math.sqrt(mean), `${many} of about ${mean}`)
  }
})

t.test('a password without the words of the names is drawn again', async t => {
  const draws = ['Abcdefgh2345#$%Z', 'mu$term2345#XYab', 'Kb7#Kb7#Kb7#Kb7#']
  let at = 0
  const random = (): Uint8Array => Uint8Array.from(Array.from(draws[at++]!), each => alphabet.indexOf(each))
  t.equal(newPassword(['Ann Cdef', 'Muster, Max'], random), draws[2])
  t.equal(at, 3)
})

t.test('a source that repeats itself makes no password', async t => {
  t.throws(() => newPassword([], count => new Uint8Array(count)), { code: 'INTERNAL' })
  t.throws(() => newPassword([], count => new Uint8Array(count).fill(255)), { code: 'INTERNAL' })
})
