import t from 'tap'
import { createTokens } from '../../../src/sandbox/resources/tokens.ts'

t.test('a token can only be opened with its key, and unchanged', async t => {
  const tokens = createTokens('key')
  const token = tokens.seal({ at: 5 })
  t.strictSame(tokens.open(token), { at: 5 })
  t.strictSame(createTokens('key').open(token), { at: 5 })
  t.equal(createTokens('other').open(token), undefined)
  for (let at = 0; at < token.length; at++) {
    const letter = token[at] === 'A' ? 'B' : 'A'
    t.equal(tokens.open(`${token.slice(0, at)}${letter}${token.slice(at + 1)}`), undefined, `letter ${at}`)
  }
  for (const wrong of ['', 'x', `${token}=`, token.slice(1), `${token}AAAA`])
    t.equal(tokens.open(wrong), undefined, wrong)
})
