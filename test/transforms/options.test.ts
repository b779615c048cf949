import t from 'tap'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { json as toJson } from '../../src/sinks/json.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { csv } from '../../src/sources/csv.ts'
import { graph } from '../../src/sources/graph.ts'
import { jsonl } from '../../src/sources/jsonl.ts'
import { members } from '../../src/sources/members.ts'
import { users } from '../../src/sources/users.ts'
import { convert } from '../../src/transforms/convert.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { unfold } from '../../src/transforms/unfold.ts'

/** A pipeline in JavaScript, or one that is not type-checked. */
const wrong = (value: unknown): never => value as never

t.test('an invalid option is an error when the part is created', async t => {
  const from = csv({ from: 'x.csv' })
  const parts: readonly (readonly [string, () => unknown])[] = [
    [
      'missing of lookup to be keep, drop or reject, got "rejct". Did you mean reject?',
      () => lookup({ from, key: 'a', by: 'b', take: {}, missing: wrong('rejct') }),
    ],
    [
      'later of dedupe to be drop or reject, got "rejct". Did you mean reject?',
      () => dedupe({ by: 'a', later: wrong('rejct') }),
    ],
    ['ignoreCase of dedupe to be true or false, got "false"', () => dedupe({ by: 'a', ignoreCase: wrong('false') })],
    [
      'empty of unfold to be drop or keep, got "kep". Did you mean keep?',
      () => unfold({ column: 'a', empty: wrong('kep') }),
    ],
    ['dateOrder of convert to be dmy or mdy, got "ymd"', () => convert({ a: 'date' }, { dateOrder: wrong('ymd') })],
    ['arraySeparator of convert to be text, got ""', () => convert({ a: 'list' }, { arraySeparator: '' })],
    ['trailer of jsonl to be required, optional or none, got true', () => jsonl({ from: '-', trailer: wrong(true) })],
    ['header of csv to be true or false, got "no"', () => csv({ from: 'x.csv', header: wrong('no') })],
    ['columns of csv to be a list of strings, got "id"', () => csv({ from: 'x.csv', columns: wrong('id') })],
    ['encoding of csv to be text, got 8', () => csv({ from: 'x.csv', encoding: wrong(8) })],
    ['paged of graph to be true or false, got "no"', () => graph({ path: '/users', paged: wrong('no') })],
    ['select of users to be a list of strings, got "mail"', () => users({ select: wrong('mail') })],
    ['advanced of users to be true or false, got 1', () => users({ advanced: wrong(1) })],
    ['transitive of members to be true or false, got "yes"', () => members({ group: 'a', transitive: wrong('yes') })],
    [
      'type of members to be user, group, device, servicePrincipal or orgContact, got "users". Did you mean user?',
      () => members({ group: 'a', type: wrong('users') }),
    ],
    [
      'quotes of csv to be needed or all, got "al". Did you mean all?',
      () => toCsv({ to: 'x.csv', quotes: wrong('al') }),
    ],
    ['eol of csv to be lf or crlf, got "cr"', () => toCsv({ to: 'x.csv', eol: wrong('cr') })],
    ['bom of csv to be true or false, got "yes"', () => toCsv({ to: 'x.csv', bom: wrong('yes') })],
    ['eol of jsonl to be lf or crlf, got "LF". Did you mean lf?', () => toJsonl({ to: 'x.jsonl', eol: wrong('LF') })],
    ['trailer of jsonl to be true or false, got "none"', () => toJsonl({ to: 'x.jsonl', trailer: wrong('none') })],
    ['columns of json to be a list of strings, got an object', () => toJson({ to: 'x.json', columns: wrong({}) })],
  ]
  for (const [expected, make] of parts)
    t.throws(make, { code: 'OPTION_INVALID', message: `Expected ${expected}` }, expected)
})
